"""What the reader sees is what openpyxl sees, an independent peer; where not, it is said why."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, datetime, time

import pytest
from openpyxl import load_workbook

from kakunin_xlsx.layout import Layout
from kakunin_xlsx.returns.ooxml import read_book
from kakunin_xlsx.returns.zips import Zip
from tests.example import form
from tests.faults.cases import CELLS, PARTS, SOUND_PARTS, VALUES, Case
from tests.faults.good import ASKED, SPOILT, filled
from tests.faults.plain import DAY, FIGURE, RESULT, place
from tests.hands import FORM

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # openpyxl's, of dates and the like

Typed = Mapping[str, str]
LAST_ROW, LAST_COLUMN = 200, 30  # the table ends before
RESULT_AT, FIGURE_AT, DAY_AT = place(*RESULT), place(*FIGURE), place(*DAY)
DUE_AT = place(FORM, "due")


def ours(data: bytes) -> Typed:
    (grid,) = [each for each in read_book(Zip(data), 10_000).grids if each.name == "確認表"]
    cells = [each for each in grid.cells if each.row <= LAST_ROW and each.col <= LAST_COLUMN]
    return {cell.address: cell.typed for cell in cells}


def theirs(data: bytes) -> Typed:
    sheet = load_workbook(io.BytesIO(data), data_only=True, rich_text=False)["確認表"]
    rows = sheet.iter_rows(max_row=LAST_ROW, max_col=LAST_COLUMN)
    cells = {cell.coordinate: typed(cell.value) for row in rows for cell in row}
    return {at: text for at, text in cells.items() if text.strip()}


def counts(data: bytes) -> Typed:
    """The form's own count of empty cells, saved by openpyxl: a formula without a value."""
    return {at: text for at, text in ours(data).items() if text.startswith("=COUNTIFS(")}


def typed(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case int() | float():
            return f"{value:.15g}"
        case datetime():
            return (value.date() if value.time() == time() else value).isoformat()
        case date() | time():
            return value.isoformat()
    return str(value)


# Where openpyxl stops, and what it stops at.
STOPS: Mapping[str, tuple[type[Exception], str]] = {
    "strict.xlsx": (KeyError, "knows no Strict workbook: it sees no sheet in it"),
    "in capitals.xlsx": (KeyError, "takes the names of parts letter by letter"),
    "backslashes.xlsx": (KeyError, "takes the names of parts letter by letter"),
    "backslashes in links.xlsx": (KeyError, "takes the names of parts letter by letter"),
    "in another folder.xlsx": (IndexError, "takes parts by their usual places"),
    "in no folder.xlsx": (IndexError, "takes parts by their usual places"),
    "chart sheet.xlsx": (AttributeError, "builds the chart sheet, here an empty one"),
    "links outside.xlsx": (SyntaxError, "reads the other workbook's part"),
    "spoilt drawing.xlsx": (SyntaxError, "reads drawings"),
    "spoilt pivot.xlsx": (SyntaxError, "reads pivot tables"),
    "spoilt properties.xlsx": (SyntaxError, "reads the document's properties"),
    "lost drawing.xlsx": (KeyError, "reads drawings"),
    "bad style index.xlsx": (IndexError, "trusts the index of a style"),
    "style in words.xlsx": (ValueError, "trusts the index of a style"),
    "day NaN.xlsx": (ValueError, "trusts a number to be one"),
    "day INF.xlsx": (ValueError, "trusts a number to be one"),
    "day in words.xlsx": (ValueError, "trusts a date to be one"),
    "number in words.xlsx": (ValueError, "trusts a number to be one"),
    "number garbage.xlsx": (ValueError, "trusts a number to be one"),
    "boolean garbage.xlsx": (ValueError, "trusts a boolean to be one"),
}

# Where it sees something else in some cells, and why the reader's is right.
DIFFERS: Mapping[str, tuple[Typed, str]] = {
    "merge over two.xlsx": ({FIGURE_AT: ""}, "drops what stands under a merged area"),
    "formula alone.xlsx": ({RESULT_AT: ""}, "gives nothing for a formula without a value"),
    "as openpyxl saves.xlsx": (
        dict.fromkeys(counts(filled(SPOILT)), ""),
        "saves a formula without its value",
    ),
    "returns.xlsx": ({RESULT_AT: "一_x000D_\n二"}, "leaves escapes as they are"),
    "escaped.xlsx": ({RESULT_AT: "_x005F_x000D_"}, "leaves escapes as they are"),
    "bell.xlsx": ({RESULT_AT: "鈴_x0007_鈴"}, "leaves escapes as they are"),
    "no styles, no link.xlsx": (
        {DUE_AT: "2026-05-31", DAY_AT: "2026-05-29"},
        "takes styles by their part's name, linked or not",
    ),
    "day before all.xlsx": ({DAY_AT: "1899-12-29"}, "knows days that Excel does not"),
    "day too far.xlsx": ({DAY_AT: "#VALUE!"}, "drops a date that is none"),
    "day 1e300.xlsx": ({DAY_AT: "#VALUE!"}, "drops a date that is none"),
    "day 1e400.xlsx": ({DAY_AT: "#VALUE!"}, "drops a date that is none"),
    "1e999999999.xlsx": ({FIGURE_AT: "inf"}, "cuts numbers down to what a computer counts"),
    "1e-999999.xlsx": ({FIGURE_AT: "0"}, "cuts numbers down to what a computer counts"),
    "40 digits.xlsx": ({FIGURE_AT: "1.11111111111111e+39"}, "rounds long numbers"),
    "percent.xlsx": ({FIGURE_AT: "0.5"}, "gives the value behind the format"),
    "percent in words.xlsx": ({FIGURE_AT: "0.5"}, "gives the value behind the format"),
    "percent with a bound.xlsx": ({FIGURE_AT: "0.5"}, "gives the value behind the format"),
    "percent in red.xlsx": ({FIGURE_AT: "0.5"}, "gives the value behind the format"),
    "percent as a letter.xlsx": ({FIGURE_AT: "50"}, "gives the value behind the format"),
    "places.xlsx": ({FIGURE_AT: "3"}, "gives the value behind the format"),
    "less.xlsx": ({FIGURE_AT: "3"}, "gives the value behind the format"),
    "people.xlsx": ({FIGURE_AT: "30"}, "gives the value behind the format"),
    "bound.xlsx": ({FIGURE_AT: "3"}, "gives the value behind the format"),
    "raised.xlsx": ({RESULT_AT: "31人※2"}, "drops what is raised"),
    "lowered.xlsx": ({RESULT_AT: "31人※2"}, "drops what is lowered"),
    "raised figure.xlsx": ({FIGURE_AT: "31"}, "drops what is raised"),
    "bare text.xlsx": ({RESULT_AT: ""}, "drops a text without <is>"),
    "bare runs.xlsx": ({RESULT_AT: ""}, "drops a text without <is>"),
    "number with lines.xlsx": ({FIGURE_AT: "11"}, "reads numbers as Python does"),
}

# It would take all memory: a cell for each one merged, a number for each column below nought.
NOT_GIVEN = ("merge of all.xlsx", "columns below 0.xlsx")

SOUND = [
    case
    for case in (*SOUND_PARTS, *PARTS, *CELLS, *VALUES)
    if case.is_read and case.name not in NOT_GIVEN
]


@pytest.mark.parametrize("case", SOUND, ids=lambda case: case.name)
def test_sound_workbooks(case: Case) -> None:
    data = case.build()
    if case.name in STOPS:
        with pytest.raises(STOPS[case.name][0]):
            theirs(data)
        return
    seen, wanted = theirs(data), ours(data)
    differing = {at: seen.get(at, "") for at in wanted if seen.get(at) != wanted[at]}
    assert seen.keys() <= wanted.keys()
    assert differing == DIFFERS.get(case.name, ({}, ""))[0]


def test_every_exception_is_a_case() -> None:
    assert {*STOPS, *DIFFERS} <= {case.name for case in SOUND}


@pytest.mark.parametrize("one", ASKED, ids=lambda one: one.respondent)
def test_our_own_forms(one: Layout) -> None:
    assert ours(form(one)) == theirs(form(one))
    assert len(counts(filled(one))) == 1
    assert ours(filled(one)) == {**theirs(filled(one)), **counts(filled(one))}
