"""The record: 回答一覧.csv there and back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakunin_xlsx.record import Record, RecordBroken, State, from_csv, to_csv
from tests.example import answer, whole_layout


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_any_text_survives_the_csv(value: str) -> None:
    one = Record((answer(whole_layout(), "1-1-1", "result", value),))
    assert from_csv(to_csv(one.answers)) == one


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbfa,b\r\n1,2\r\n"])
def test_another_table_is_refused(data: bytes) -> None:
    with pytest.raises(RecordBroken, match="見出し"):
        from_csv(data)


def test_two_respondents_of_one_cell_are_both_found() -> None:
    one = answer(whole_layout(), "1-1-1", "result", "一方")
    other = replace(one, respondent="y", value="他方")
    record = Record((one, other, replace(one, respondent="z", state=State.NOT_ADOPTED)))
    at = (one.year, one.round, "1-1-1", "result")
    assert record.all(*at) == (one, other)
    assert record.find(*at, "x") == one
    assert record.find(*at, "y") == other
    assert record.find(*at, "z") is None
    assert record.find(*at) in (one, other)
