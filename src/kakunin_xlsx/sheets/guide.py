"""記入要領: the first sheet of every form, one A4 page for a department with ten minutes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from kakunin_xlsx.layout import Column, Layout, of_last_year
from kakunin_xlsx.layout.sheet_names import GUIDE_SHEET
from kakunin_xlsx.plan.days import day_in_words
from kakunin_xlsx.plan.model import Audience, FieldType, RowKind
from kakunin_xlsx.sheets.form import HEAD, LOCKED, TITLE
from kakunin_xlsx.sheets.page import A4, Cell, Line, Page, Style, height_of

_WIDTHS = (3.0, 20.0, 70.0)
_HEADING = Style(size=12, bold=True, valign="vcenter")
_BODY = Style(size=11)
_STRONG = Style(size=12, bold=True, color="#9C3A00")


def guide_page(layout: Layout) -> Page:
    """The sheet that says until when, what and how to answer, from the layout's own words."""
    return Page(
        name=GUIDE_SHEET,
        widths=_WIDTHS,
        lines=list(_lines(layout)),
        paper=A4,
        protected=True,
        one_page=True,
        footer="&C&P / &N",
    )


def _lines(layout: Layout) -> Iterator[Line]:
    yield _line({0: Cell(f"{layout.title}　記入要領", TITLE, across=3)}, 28)
    yield _line({0: Cell(layout.caption, _BODY, across=3)}, 18)
    yield _paragraph(_deadline(layout), _STRONG)
    for number, (heading, texts) in enumerate(_chapters(layout), start=1):
        yield _line({0: Cell(f"{number}　{heading}", _HEADING, across=3)}, 24)
        for text in texts:
            yield _paragraph(text, _BODY)
    scales = [column for column in layout.open_columns if column.type is FieldType.CHOICE]
    for column in scales:
        yield from _scale(column)


def _chapters(layout: Layout) -> Iterator[tuple[str, tuple[str, ...]]]:
    rated = _is_rated(layout)
    yield "何を記入しますか", tuple(_what(layout, rated))
    if rated:
        yield "評価のしかた", _how_to_rate(layout)
    yield ("公表について", (_publication(layout),))
    yield (
        "提出のしかた",
        (
            "・記入者、提出日を記入し、所属長の確認を受けてから提出してください。",
            "・提出した後に直すときは、「提出区分」で「差替え」を選び、「提出回」に2、3…と記入して、"
            "ファイル全体をもう一度提出してください。一部だけを足すときは「追加」を選びます。",
            "・ファイル名は変えても構いません。行や列の追加・削除、別のファイルへの貼り付けはしないでください。",
            *_submit(layout),
        ),
    )


def _is_rated(layout: Layout) -> bool:
    """True if departments rate their own lines, so that targets and facts matter."""
    own = (column for column in layout.open_columns if column.asked_in(RowKind.ACTION))
    return any(choice.counted for column in own for choice in column.choices)


def _what(layout: Layout, rated: bool) -> Iterator[str]:
    own, asked = layout.year.name, "」「".join(c.heading for c in layout.open_columns)
    if rated:
        span = f"{own[:-2]}年4月1日から翌年3月31日まで"
        yield f"・{own}（{span}）の実績と評価を記入してください。"
    else:
        yield f"・{own}の取組について、「{asked}」を記入してください。"
        yield "・左の欄に、これまでの回答を示しています。書き換えることはできません。"
    yield (
        "・うすい黄色の欄だけに記入できます。橙色の欄は、まだ空いている必須の欄です。"
        f"必須の欄は「{'」「'.join(_required(layout))}」です。"
    )
    yield from _last_year(layout)
    if rated:
        yield "・「いつ・何を・何回・何人」が分かるように、事実を1～3行で書いてください。"
        yield (
            "・「（推定）」「（原本未照合）」と灰色で書かれた箇所は、冊子の原本と照合中の文字です。"
            "お気付きの点は「連絡事項」に記入してください。"
        )


def _required(layout: Layout) -> Iterable[str]:
    return dict.fromkeys(column.heading for _, column in layout.required_cells)


def _last_year(layout: Layout) -> Iterator[str]:
    """What the columns of last year are for."""
    shown = [column for column in layout.columns if of_last_year(column)]
    if shown:
        yield (
            f"・「{shown[0].group}」の欄は、前の年度の内容です。書き換えることはできません。"
            "前の年度と同じ文章のままにせず、この年度のことを記入してください。"
        )
    asked = dict.fromkeys(c for row in layout.rows for c in layout.questions(row))
    for column in asked:
        if column.after_opinion:
            yield f"・前の年度に会議の意見があった行では、「{column.heading}」も記入してください。"


def _how_to_rate(layout: Layout) -> tuple[str, ...]:
    return (
        f"・{layout.year.name}の目標に照らして評価してください（計画期間全体の目標ではありません）。",
        "・対象となる事案がなかったときは「該当なし」を選んでください。「D」ではありません。",
        "・灰色の欄（再掲）は、元の行に記入された内容を使います。記入は不要です。",
    )


def _deadline(layout: Layout) -> str:
    due = layout.form_values.get("due")
    return f"提出期限：{day_in_words(due) if isinstance(due, date) else due}"


def _publication(layout: Layout) -> str:
    public = [
        c.heading for c in layout.open_columns if c.field and c.field.audience is Audience.PUBLIC
    ]
    return (
        f"・「{'」「'.join(public)}」は会議の資料となり、公表されることがあります。"
        "氏名、年齢、住所など、個人が分かることは書かないでください。"
    )


def _submit(layout: Layout) -> Iterator[str]:
    for key, words in (("submit_to", "提出先"), ("contact", "問合せ先")):
        if value := layout.form_values.get(key):
            yield f"・{words}：{value}"


def _scale(column: Column) -> Iterator[Line]:
    yield _line({0: Cell(f"　「{column.heading}」の選択肢と目安", _HEADING, across=3)}, 24)
    for choice in column.choices:
        label = Cell(choice.label, replace(HEAD, align="left"))
        yield _line({1: label, 2: Cell(choice.yardstick, replace(LOCKED, valign="vcenter"))}, 18)


def _paragraph(text: str, style: Style) -> Line:
    return _line({1: Cell(text, style, across=2)}, 18)


def _line(cells: dict[int, Cell], least: float) -> Line:
    return Line(cells, height_of(cells, _WIDTHS, least), fixed=True)
