"""The record as a pandas DataFrame, for joins, pivots and whoever analyses a year."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from kakunin_xlsx.record.model import FORM_ROW, Record
from kakunin_xlsx.record.table import HEADER

if TYPE_CHECKING:
    import pandas as pd


def frame(record: Record, adopted_only: bool = True) -> pd.DataFrame:
    """One row per answered table cell, with the columns of 回答一覧.csv, all of text.

    Texts stay as typed: `NA` is a text, never a missing value. The form's own fields are
    left out; `adopted_only` leaves out what does not count.
    """
    import pandas as pd

    rows = [
        tuple(str(value) for value in asdict(answer).values())
        for answer in record.answers
        if answer.row != FORM_ROW and (answer.adopted or not adopted_only)
    ]
    return pd.DataFrame(rows, columns=pd.Index(HEADER), dtype="string")


def wide(record: Record) -> pd.DataFrame:
    """One row per 行ID, one column per 項目, the value that counts; '' where none does."""
    long = frame(record)
    table = long.pivot(index="行ID", columns="項目", values="値")
    return table.fillna("")
