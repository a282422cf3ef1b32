"""The shared truth: columns, rows and words of a sheet."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kakunin_xlsx.layout import Identity, measure, read_mark
from tests.example import R7, layouts, shipped, whole_layout


def test_marks_come_back() -> None:
    identity = Identity("komae", "R7", "jisseki", "shido")
    mark = read_mark(identity.mark("3-4-1", "0123abcd"))
    assert mark is not None
    assert (mark.identity, mark.row, mark.digest) == (identity, "3-4-1", "0123abcd")
    assert read_mark("ふつうの文") is None


def test_columns_have_exactly_the_booklets_and_the_rounds_headings() -> None:
    headings = [column.heading for column in layouts()[0].columns]
    assert headings == [
        *["重点取組", "事業概要", "担当課", "取組", "R6", "R7", "R8"],
        *["取組実績", "実績の数値", "担当課評価", "評価の理由・課題", "今後の方向性"],
        *["今後の取組", "目標変更案"],
    ]
    assert [column.key for column in layouts()[0].columns if column.asked] == ["target:R7"]


def test_only_the_final_year_asks_for_a_summary() -> None:
    from kakunin_xlsx.layout import layout

    last = layout(shipped(), R7.next, "jisseki", None)
    assert "計画期間の総括" in [column.heading for column in last.open_columns]


def test_a_repeated_line_is_shown_and_not_asked() -> None:
    row = whole_layout().row["3-3-2a"]
    assert not row.open
    assert row.instead == "再掲（3-3-1に記入。こちらは記入不要）"
    assert row.texts["outline"].body.startswith("(再掲) 教育機関等が")


def test_a_second_lines_empty_outline_is_the_first_lines_in_its_own_form() -> None:
    one = next(each for each in layouts() if each.respondent == "まちづくり推進課")
    assert one.row["4-2-2b"].texts["outline"].shown.endswith("行います。（推定）")
    assert whole_layout().row["4-2-2b"].texts["outline"].shown == ""


def test_unread_targets_say_so() -> None:
    assert whole_layout().row["3-4-1"].texts["target:R7"].shown == "（原本未照合）"


def test_every_department_sees_its_own_lines_only() -> None:
    shown = [row.id for one in layouts() for row in one.rows]
    assert sorted(shown) == sorted(row.id for row in whole_layout().rows)
    assert len(shown) == 38


@given(st.text(max_size=300), st.integers(min_value=6, max_value=60))
def test_wrapping_loses_nothing(text: str, room: int) -> None:
    assert "".join(measure.wrap(text, room)) == text.replace("\n", "")


@given(st.text(alphabet="あいうaｱ\n", max_size=3000), st.integers(min_value=8, max_value=60))
def test_a_split_text_fits_and_loses_nothing_but_line_breaks(text: str, room: int) -> None:
    parts = measure.split(text, room, 10.5)
    assert "".join(parts).replace("\n", "") == text.replace("\n", "")
    assert all(measure.height(part, room, 10.5) <= measure.TALLEST for part in parts)
