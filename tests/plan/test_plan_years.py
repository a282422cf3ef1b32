"""年度: every way to write one, and the names it is given."""

from datetime import date

import pytest

from kakunin_xlsx.plan import FiscalYear, Round, RowKind, Span

R7 = FiscalYear(2025)


@pytest.mark.parametrize(
    "spoken",
    [
        "R7",
        "r7",
        "Ｒ７",
        "R 7",
        " 令和7 ",
        "令和7年度",
        "令和７年度",
        "令和7年",
        "2025",
        "2025年度",
        "２０２５",
    ],
)
def test_every_way_to_write_it(spoken: str) -> None:
    assert FiscalYear.parse(spoken) == R7


def test_first_year_of_the_era() -> None:
    assert FiscalYear.parse("令和元年度") == FiscalYear(2019)


@pytest.mark.parametrize("spoken", ["", "7", "R0", "令和", "二〇二五", "2025/4", "R7-R8", "1899"])
def test_what_is_no_year_is_told_with_an_example(spoken: str) -> None:
    with pytest.raises(ValueError, match="R7、令和7年度、2025 のように"):
        FiscalYear.parse(spoken)


def test_names() -> None:
    assert R7.code == str(R7) == "R7"
    assert R7.name == "令和7年度"
    assert R7.full_name == "令和7年度（2025年度）"
    assert R7.caption == "対象年度：令和7年度／実施：令和8年度"
    assert (R7.previous, R7.next) == (FiscalYear(2024), FiscalYear(2026))


def test_span_includes_both_ends() -> None:
    span = Span(R7, FiscalYear(2026))
    assert [year in span for year in map(FiscalYear, range(2024, 2028))] == [
        False,
        True,
        True,
        False,
    ]
    assert R7 in Span()


@pytest.mark.parametrize(
    ("due", "day"),
    [((5, 31), date(2026, 5, 31)), ((4, 1), date(2026, 4, 1)), ((3, 15), date(2027, 3, 15))],
)
def test_due_date_lies_in_the_fiscal_year_after(due: tuple[int, int], day: date) -> None:
    asked = Round("jisseki", "実績照会", 1, ("部署",), (RowKind.ACTION,), (), (), 0, due, "", "")
    assert asked.due_date(R7) == day
