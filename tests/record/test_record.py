"""The record: 回答一覧.csv there and back, and as a DataFrame."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakunin_xlsx.record import Record
from kakunin_xlsx.record.frame import frame, wide
from kakunin_xlsx.record.table import RecordBroken, from_csv, to_csv
from tests.example import answer, sample_record, whole_layout


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_any_text_survives_the_csv(value: str) -> None:
    one = Record((answer(whole_layout(), "1-1-1", "result", value),))
    assert from_csv(to_csv(one.answers)) == one


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbfa,b\r\n1,2\r\n"])
def test_another_table_is_refused(data: bytes) -> None:
    with pytest.raises(RecordBroken, match="見出し"):
        from_csv(data)


def test_a_frame_keeps_texts_as_typed() -> None:
    record = sample_record([("1-1-1", "result", "NA"), ("1-1-2", "result", "null")])
    table = wide(record)
    assert table.loc["1-1-1", "取組実績"] == "NA"
    assert table.loc["1-1-2", "取組実績"] == "null"
    assert len(frame(record)) == len(record.answers)
    assert frame(record)["理解した値"].isna().sum() == 0
