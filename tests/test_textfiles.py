"""Small files: what is read strictly says where it cannot be, and what is written comes back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kakunin_xlsx.stop import Stop
from kakunin_xlsx.textfiles import (
    FileBroken,
    csv_bytes,
    csv_rows,
    text_of,
)

TEXTS = some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=5)


@given(some.lists(some.tuples(TEXTS, TEXTS)))
def test_any_table_comes_back(rows: list[tuple[str, str]]) -> None:
    data = csv_bytes(["甲", "乙"], rows)
    assert data.startswith(b"\xef\xbb\xbf")
    assert csv_rows(data, ["乙"]) == tuple({"甲": a, "乙": b} for a, b in rows)


def test_a_short_line_ends_in_blanks_and_a_blank_one_is_none() -> None:
    assert csv_rows("甲,乙\n1\n\n2,3\n".encode()) == (
        {"甲": "1", "乙": ""},
        {"甲": "2", "乙": "3"},
    )


BROKEN = [
    ("甲,乙\n1,2,3\n".encode(), 2, "列の数が3です"),
    ('甲,乙\n"1,2\n'.encode(), 2, '引用符「"」の組が合わない'),
    ("甲\n1\n".encode(), 1, "列「乙」がありません"),
    (b"", 1, "列「甲、乙」がありません"),
    ("甲,乙\n".encode("cp932"), 1, "文字を読み取れない"),
]


@pytest.mark.parametrize(("data", "line", "words"), BROKEN)
def test_what_cannot_be_read_says_where(data: bytes, line: int, words: str) -> None:
    with pytest.raises(FileBroken, match=words) as told:
        csv_rows(data, ["甲", "乙"])
    assert told.value.line == line
    assert isinstance(told.value, Stop)
    assert str(told.value).endswith("。")


def test_the_office_may_save_as_older_windows_does() -> None:
    assert csv_rows("課\n福祉\n".encode("cp932"), office=True) == ({"課": "福祉"},)
    with pytest.raises(FileBroken):
        text_of(b"\x81\xff\xff", office=True)
