"""What stands in a workbook of another format, cell by cell: places, kinds, marks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kakunin_xlsx.returns import CellKind, Comment, Grid, GridCell, Limits
from kakunin_xlsx.returns.model import Area, Item
from kakunin_xlsx.returns.opening import open_bytes
from tests.faults import old
from tests.faults.good import Filled
from tests.hands import sha

FEW: tuple[Filled, ...] = ((4, 3, "一"), (4, 5, 2.0), (7, 2, "二\n三"))
FORMATS: dict[str, Callable[[tuple[Filled, ...]], bytes]] = {
    "xls": old.xls,
    "xlsb": old.xlsb,
    "ods": lambda cells: old.ods(old.ods_rows(cells)),
}


def sheet(data: bytes) -> Grid:
    opened = open_bytes(data, Item("x", sha(data), Path("x")), None, Limits())
    assert opened.book, opened.findings
    return opened.book.grids[0]


def cells(data: bytes) -> list[tuple[str, str, CellKind]]:
    return [(cell.address, cell.typed, cell.kind) for cell in sheet(data).cells]


@pytest.mark.parametrize("kind", FORMATS)
def test_every_address_is_right_below_empty_rows(kind: str) -> None:
    made = FORMATS[kind]
    wanted = [("C4", "一", CellKind.TEXT), ("E4", "2", CellKind.NUMBER)]
    assert cells(made(FEW)) == [*wanted, ("B7", "二\n三", CellKind.TEXT)]
    assert [cell[0] for cell in cells(made(((1, 1, "左上"), *FEW)))] == ["A1", "C4", "E4", "B7"]
    assert [cell[0] for cell in cells(made(((9, 9, "一つ"),)))] == ["I9"]


def row(inside: str, more: str = "") -> bytes:
    """An .ods with one row."""
    return old.ods(f"<table:table-row{more}>{inside}</table:table-row>")


def text(inside: str) -> str:
    return f'<table:table-cell office:value-type="string">{inside}</table:table-cell>'


def value(kind: str, attributes: str, shown: str) -> str:
    return (
        f'<table:table-cell office:value-type="{kind}" {attributes}><text:p>{shown}</text:p>'
        "</table:table-cell>"
    )


def floated(number: float, shown: str) -> str:
    return value("float", f'office:value="{number}"', shown)


READING = "<text:ruby><text:ruby-base>指導</text:ruby-base><text:ruby-text>しどう</text:ruby-text></text:ruby>"
TEXTS = {
    "a tab": ("<text:p>一<text:tab/>二</text:p>", "一\t二"),
    "a break": ("<text:p>一<text:line-break/>二</text:p>", "一\n二"),
    "paragraphs": ("<text:p>一</text:p><text:p/><text:p>三</text:p>", "一\n\n三"),
    "between paragraphs": ("\n  <text:p>一</text:p>\n  <text:p>二</text:p>\n", "一\n二"),
    "a reading": (f"<text:p>{READING}室</text:p>", "指導室"),
    "spaces": ("<text:p>一 <text:s text:c='2'/>二</text:p>", "一   二"),
    "a broken line": ("<text:p>\n  一\n  二</text:p>", "一 二"),
    "pieces": ("<text:p>一<text:span>二</text:span><text:a>三</text:a></text:p>", "一二三"),
    "a comment": (
        "<office:annotation><dc:creator>山口</dc:creator><text:p>去年と</text:p>"
        "<text:p>同じ</text:p></office:annotation><text:p>一</text:p>",
        "一",
    ),
}


@pytest.mark.parametrize("name", TEXTS)
def test_an_ods_text_is_read_as_it_is_seen(name: str) -> None:
    inside, wanted = TEXTS[name]
    assert cells(row(text(inside))) == [("A1", wanted, CellKind.TEXT)]


FAILED = 'calcext:value-type="error" office:string-value=""'
COMPUTED = 'office:value="3" table:formula="of:=1+2"'
VALUES = {
    "percent": (value("percentage", 'office:value="0.5"', "50%"), "50%", CellKind.NUMBER),
    "places": (floated(3, "3か所"), "3か所", CellKind.TEXT),
    "percent by a condition": (floated(0.5, "50%"), "50%", CellKind.NUMBER),
    "a letter like percent": (floated(50, "50%"), "50%", CellKind.NUMBER),
    "words among digits": (floated(305, "3時間05分"), "3時間05分", CellKind.TEXT),
    "ten thousands": (floated(12000, "1.2万"), "1.2万", CellKind.TEXT),
    "percent with a bound": (
        value("percentage", 'office:value="0.5"', "50%以上"),
        "50%以上",
        CellKind.TEXT,
    ),
    "less by percent": (
        value("percentage", 'office:value="-0.125"', "-12.5%"),
        "-12.5%",
        CellKind.NUMBER,
    ),
    "a bound": (floated(3, "3件以上"), "3件以上", CellKind.TEXT),
    "about": (floated(3, "約3"), "約3", CellKind.TEXT),
    "less": (floated(-3, "△3"), "-3", CellKind.NUMBER),
    "not less": (floated(3, "△3"), "△3", CellKind.TEXT),
    "rounded": (floated(2.6, "3件"), "2.6件", CellKind.TEXT),
    "thousands": (floated(3000, "3千件"), "3千件", CellKind.TEXT),
    "grouped": (floated(3000, "3,000"), "3000", CellKind.NUMBER),
    "many": (floated(123000, "1.23E+05"), "123000", CellKind.NUMBER),
    "a half": (floated(0.5, "1/2"), "0.5", CellKind.NUMBER),
    "typed %": (floated(50, "50%"), "50%", CellKind.NUMBER),
    "computed": (value("float", COMPUTED, "3件"), "3", CellKind.NUMBER),
    "no result": (value("string", FAILED, "#REF!"), "#REF!", CellKind.ERROR),
    "exact": (floated(0.1, "0"), "0.1", CellKind.NUMBER),
    "money": (value("currency", 'office:value="1200"', "¥1,200"), "1200", CellKind.NUMBER),
    "day": (value("date", 'office:date-value="2026-05-20"', "5月"), "2026-05-20", CellKind.DATE),
    "time": (value("time", 'office:time-value="PT10H30M00S"', "10:30"), "10:30:00", CellKind.DATE),
    "long": (
        value("time", 'office:time-value="PT30H00M00S"', "30:00"),
        "1 day, 6:00:00",
        CellKind.DATE,
    ),
    "yes": (value("boolean", 'office:boolean-value="true"', "TRUE"), "TRUE", CellKind.BOOL),
    "garbage": (value("float", 'office:value="ほげ"', "三"), "三", CellKind.TEXT),
}


@pytest.mark.parametrize("name", VALUES)
def test_an_ods_value_is_what_its_type_says(name: str) -> None:
    inside, *wanted = VALUES[name]
    assert cells(row(inside)) == [("A1", *wanted)]


LINED = 'style:text-line-through-style="solid" style:text-line-through-type="single"'


def style(name: str, family: str, letters: str, parent: str = "") -> str:
    return (
        f'<style:style style:name="{name}" style:family="{family}" style:parent-style-name="{parent}">'
        f"<style:text-properties {letters}/></style:style>"
    )


LOOKS = "".join(
    (
        style("cut", "table-cell", LINED),
        style("child", "table-cell", 'fo:color="#ff0000"', "cut"),
        style("whole", "table-cell", 'style:text-line-through-style="none"', "cut"),
        style("cut", "text", LINED),
        style("kept", "text", 'style:text-line-through-style="none"'),
        style("up", "text", 'style:text-position="super 58%"'),
        style("raised", "text", 'style:text-position="33% 58%"'),
        style("down", "text", 'style:text-position="sub 58%"'),
        style("flat", "text", 'style:text-position="0% 100%"'),
    )
)


def spans(*parts: tuple[str, str]) -> str:
    inside = "".join(
        f'<text:span text:style-name="{name}">{words}</text:span>' for name, words in parts
    )
    return f"<text:p>{inside}</text:p>"


def looking(cell: str, more: str = "") -> GridCell:
    made = f"{more}<table:table-row>{cell}</table:table-row>"
    (found,) = sheet(old.ods(made, styles=LOOKS)).cells
    return found


def styled(name: str, inside: str) -> str:
    return text(inside).replace("string", f'string" table:style-name="{name}', 1)


STRUCK = {
    "part": (text(spans(("cut", "消"), ("", "残"))), "残"),
    "two parts": (text(spans(("cut", "消"), ("", "残"), ("cut", "す"))), "残"),
    "over lines": (text(spans(("cut", "消")) + spans(("", "残"))), "\n残"),
    "whole": (styled("cut", "<text:p>消</text:p>"), ""),
    "by its parent": (styled("child", "<text:p>消</text:p>"), ""),
    "not like its parent": (styled("whole", "<text:p>残</text:p>"), "残"),
    "but for a part": (styled("cut", spans(("", "消"), ("kept", "残"))), "残"),
    "a number": (
        value("float", 'office:value="3" table:style-name="cut"', "3"),
        "",
    ),
}


@pytest.mark.parametrize("name", STRUCK)
def test_lines_through_the_text_of_an_ods_are_seen(name: str) -> None:
    inside, kept = STRUCK[name]
    assert looking(inside).kept == kept


def test_an_ods_cell_looks_as_its_column_says_where_it_says_nothing() -> None:
    lines = '<table:table-column/><table:table-column table:default-cell-style-name="cut"/>'
    found = looking(f"<table:table-cell/>{text('<text:p>消</text:p>')}", lines)
    assert (found.address, found.kept) == ("B1", "")


@pytest.mark.parametrize(
    ("name", "wanted"), [("up", "3¹"), ("raised", "3¹"), ("down", "3₁"), ("flat", "31")]
)
def test_raised_digits_of_an_ods_are_no_others(name: str, wanted: str) -> None:
    assert looking(text(spans(("", "3"), (name, "1")))).typed == wanted


def test_white_space_between_the_cells_of_an_ods_is_nothing() -> None:
    """40 of 726 files of the field are written so."""
    inside = f"\n  <table:table-cell/>\n  {text('<text:p>一</text:p>')}\n"
    assert cells(old.ods(f"\n <table:table-row>{inside}</table:table-row>\n ")) == [
        ("B1", "一", CellKind.TEXT)
    ]


def test_repeated_cells_and_rows_of_an_ods_stand_at_each_place() -> None:
    twice = text("<text:p>一</text:p>").replace(
        'string"', 'string" table:number-columns-repeated="2"'
    )
    found = sheet(row(twice, ' table:number-rows-repeated="2"')).cells
    assert [cell.address for cell in found] == ["A1", "B1", "A2", "B2"]


def test_merged_cells_of_an_ods_are_named_at_their_own_place() -> None:
    big = text("<text:p>一</text:p>").replace(
        'string"', 'string" table:number-columns-spanned="2" table:number-rows-spanned="3"'
    )
    above = '<table:table-row table:number-rows-repeated="4"><table:table-cell/></table:table-row>'
    covered = "<table:covered-table-cell><text:p>下の字</text:p></table:covered-table-cell>"
    grid = sheet(
        old.ods(f"{above}<table:table-row><table:table-cell/>{big}{covered}</table:table-row>")
    )
    assert grid.merged == (Area(5, 2, 7, 3),)
    assert [(cell.address, cell.typed) for cell in grid.cells] == [("B5", "一"), ("C5", "下の字")]


def box(name: str, words: str, inside: str = "") -> str:
    return f"<draw:{name}{inside}><text:p>{words}</text:p></draw:{name}>"


DRAWN = {
    "a comment": (TEXTS["a comment"][0], "去年と\n同じ", "コメント"),
    "a shape": (box("custom-shape", "要相談"), "要相談", "図形"),
    "a box": (f"<draw:frame>{box('text-box', '一')}</draw:frame>", "一", "テキストボックス"),
    "a group": (f"<draw:g>{box('rect', '一')}{box('ellipse', '二')}</draw:g>", "一\n二", "四角形"),
    "a callout": (box("caption", "ここ"), "ここ", "吹き出し"),
    "a line": ("<draw:line/>", "", "線"),
    "a picture": ("<draw:frame><draw:image/></draw:frame>", "", "画像"),
}


@pytest.mark.parametrize("name", DRAWN)
def test_what_lies_on_an_ods_is_told_at_its_cell(name: str) -> None:
    inside, words, kind = DRAWN[name]
    grid = sheet(row(f"<table:table-cell/>{text(inside)}"))
    assert grid.comments == (Comment(1, 2, words, kind),)


def test_what_lies_on_no_cell_of_an_ods_is_told_where_it_is_seen() -> None:
    where = " svg:x='3cm' svg:y='25mm'"
    shapes = f"<table:shapes>{box('rect', '一', where)}</table:shapes>"
    styles = (
        '<style:style style:name="c"><style:table-column-properties style:column-width="2cm"/>'
        '</style:style><style:style style:name="r"><style:table-row-properties '
        'style:row-height="10mm"/></style:style>'
    )
    lines = (
        '<table:table-column table:style-name="c" table:number-columns-repeated="9"/>'
        '<table:table-row table:style-name="r" table:number-rows-repeated="9">'
        "<table:table-cell/></table:table-row>"
    )
    assert sheet(old.ods(shapes + lines, styles=styles)).comments == (
        Comment(3, 2, "一", "四角形"),
    )


@pytest.mark.parametrize("name", ["確認表", "確認 表", "R7.確認表", "課長's"])
def test_an_ods_that_was_filtered_or_sorted_says_so(name: str) -> None:
    quoted = "'" + name.replace("'", "''") + "'"
    table = f'table:target-range-address="{quoted}.A5:{quoted}.B9"'
    inside = {
        f'<table:database-range {table} table:display-filter-buttons="true"/>': True,
        f"<table:database-range {table}><table:sort/></table:database-range>": True,
        f"<table:database-range {table}/>": False,
    }
    for lists, wanted in inside.items():
        data = old.ods("<table:table-row/>", behind=lists, sheet=name)
        assert sheet(data).filtered == wanted


def test_an_ods_says_whether_it_is_protected() -> None:
    assert sheet(old.ods("")).protected is False
    assert sheet(old.ods("", protected=True)).protected is True


def test_an_ods_formula_is_one() -> None:
    made = value("float", 'office:value="17" table:formula="of:=12+5"', "17")
    assert sheet(row(made)).cells == (GridCell(1, 1, "17", CellKind.NUMBER, "=12+5"),)
