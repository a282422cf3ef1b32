"""The tidy tables as pandas DataFrames with fixed dtypes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kakunin_xlsx.report.tidy import TidyTable

if TYPE_CHECKING:
    import pandas as pd


def frame(table: TidyTable) -> pd.DataFrame:
    """One column per column of the table; an empty cell is missing, `NA` typed is a text."""
    import pandas as pd

    columns = {
        column.name: pd.Series([row[at] for row in table.rows], dtype=column.kind.value)
        for at, column in enumerate(table.columns)
    }
    return pd.DataFrame(columns)
