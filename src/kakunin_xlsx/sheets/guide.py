"""The first sheet of every form: the block 提出票, and on one A4 page how to answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from kakunin_xlsx.layout import KEY_ROW, Column, Layout, is_suggestion, opens_at, printed_mark
from kakunin_xlsx.layout.sheet_names import LAST_SHEET
from kakunin_xlsx.plan.model import Audience, FieldType, RowKind
from kakunin_xlsx.record import FORM_ROW
from kakunin_xlsx.sheets.form import (
    COUNT,
    HEAD,
    LABEL,
    LOCKED,
    MARK,
    MARK_WIDTH,
    TITLE,
    Remarks,
    Values,
    answer_style,
    comments,
    counting,
    fixed_style,
)
from kakunin_xlsx.sheets.page import Cell, Entry, Line, Page, Style, Value, height_of
from kakunin_xlsx.sheets.printing import Printing

_WIDTHS = (MARK_WIDTH, 18.0, 50.0, 18.0, 50.0)
_ACROSS = len(_WIDTHS) - 1
_HEADING = Style(size=12.5, bold=True, valign="vcenter")
_BODY = Style(size=12)
_WHAT = replace(LOCKED, size=12, valign="vcenter")


def cover_page(
    layout: Layout,
    name: str,
    table: Page,
    values: Values | None = None,
    remarks: Remarks | None = None,
    *,
    guided: bool = True,
) -> Page:
    """提出票 of one respondent, whose table is on the sheet `table`; `guided`: with 記入要領."""
    made = _Cover(layout, table, values or {}, remarks or {})
    return made.page(name, guided)


def guide_page(layout: Layout, name: str) -> Page:
    """記入要領 alone, where several forms are in one workbook."""
    lines = [_line({1: Cell(f"{layout.title}　{name}", TITLE, across=_ACROSS)}, 28)]
    lines += [_line({1: Cell(layout.when, _BODY, across=_ACROSS)}, 18), *_guide(layout)]
    return _page(name, [_printed(line) for line in lines])


def _page(name: str, lines: list[Line]) -> Page:
    return Page(
        name,
        _WIDTHS,
        lines,
        protected=True,
        one_page=True,
        first_printed_column=1,
        small_columns=frozenset({0}),
    )


def _printed(line: Line) -> Line:
    """A line that nobody answers, with a mark that says what was issued."""
    mark = Cell(printed_mark(cell.text for _, cell in sorted(line.cells.items())), MARK)
    return replace(line, cells={0: mark, **line.cells})


@dataclass
class _Cover:
    layout: Layout
    table: Page
    values: Values
    remarks: Remarks
    lines: list[Line] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    places: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def page(self, name: str, guided: bool) -> Page:
        layout = self.layout
        title = Cell(f"{layout.title}　提出票", TITLE, across=_ACROSS)
        self.lines.append(_printed(_line({1: title}, 28)))
        self.lines.append(_printed(_line({1: Cell(layout.caption, _BODY, across=_ACROSS)}, 18)))
        count_at = len(self.lines)
        self.lines.append(Line({}))
        for packed in _packed(self._shown):
            self._form_line(packed)
        self.lines[count_at] = self._count_line()
        if guided:
            self.lines += map(_printed, _guide(layout))
        return replace(
            _page(name, self.lines),
            entries=self.entries,
            places=self.places,
            comments=comments(self.remarks, self.places),
        )

    @property
    def _shown(self) -> list[Column]:
        """What is asked, and what a 修正依頼 says of itself."""
        said = (c for c in self.layout.spare if (FORM_ROW, c.key) in self.values)
        return [*self.layout.form, *said]

    def _count_line(self) -> Line:
        rows = [at for at, line in enumerate(self.table.lines) if at >= self._first]
        name = "'" + self.table.name.replace("'", "''") + "'!"
        formula = counting(self.layout.columns, rows[0], rows[-1], name) if rows else "0"
        count = self.table.lines[self._first - 3].cells[1].value
        empty = count if isinstance(count, int) else 0
        for column in self.layout.form:
            if column.open and column.required:
                at, col = self.places[FORM_ROW, column.key]
                formula += f'+(${"ABCDE"[col]}${at + 1}="")'
                empty += not self.values.get((FORM_ROW, column.key))
        cells = {
            1: Cell(self.layout.count_label, replace(LABEL, size=12)),
            2: Cell(empty, replace(COUNT, size=12), formula=f"={formula}"),
        }
        return Line(cells, 22)

    @property
    def _first(self) -> int:
        return self.table.freeze[0] if self.table.freeze else 0

    def _form_line(self, packed: list[tuple[Column, int, int]]) -> None:
        identity = self.layout.identity
        keys = {col: Cell(column.key, MARK) for column, col, _ in packed}
        cells: dict[int, Cell] = {}
        for column, col, across in packed:
            cells[col - 1] = Cell(column.heading, replace(LABEL, size=12))
            cells[col] = Cell(*self._value(column), across=across)
            self.places[FORM_ROW, column.key] = (len(self.lines) + 1, col)
            if column.open:
                row = len(self.lines) + 1
                self.entries.append(Entry(column, col, ((row, row),)))
        self.lines.append(Line({0: Cell(identity.mark(KEY_ROW), MARK), **keys}, hidden=True))
        line = _line(cells, 22)
        mark = Cell(identity.mark(FORM_ROW), MARK)
        self.lines.append(replace(line, cells={0: mark, **cells}))

    def _value(self, column: Column) -> tuple[Value, Style]:
        if not column.open:
            content: Value = self.layout.form_values.get(column.key)
            return content, replace(fixed_style(column, content), size=12)
        remark = self.remarks.get((FORM_ROW, column.key))
        style = replace(answer_style(column), size=12, valign="vcenter")
        if remark and remark.fill:
            style = replace(style, fill=remark.fill)
        return self.values.get((FORM_ROW, column.key)), style


def _packed(columns: Iterable[Column]) -> Iterator[list[tuple[Column, int, int]]]:
    """Per line: field, column of its value, and how many it takes; two short ones to a line."""
    waiting: list[tuple[Column, int, int]] = []
    for column in columns:
        if column.width > _WIDTHS[2] * 0.8:
            if waiting:
                yield waiting
            yield [(column, 2, _ACROSS - 1)]
            waiting = []
        elif waiting:
            yield [*waiting, (column, 4, 1)]
            waiting = []
        else:
            waiting = [(column, 2, 1)]
    if waiting:
        yield waiting


def _guide(layout: Layout) -> Iterator[Line]:
    yield _line({1: Cell("記入要領", replace(TITLE, size=14), across=_ACROSS)}, 26)
    for number, (heading, texts) in enumerate(_chapters(layout), start=1):
        yield _line({1: Cell(f"{number}　{heading}", _HEADING, across=_ACROSS)}, 22)
        for text in texts:
            yield _line({1: Cell(text, _BODY, across=_ACROSS)}, 17)
    for column in layout.open_columns:
        if column.type is FieldType.CHOICE and any(each.yardstick for each in column.choices):
            yield from _scale(column)


def _chapters(layout: Layout) -> Iterator[tuple[str, tuple[str, ...]]]:
    rated = _is_rated(layout)
    yield "何を記入しますか", tuple(_what(layout, rated))
    if rated:
        yield "評価のしかた", (*_how_to_rate(layout), *_suggested(layout))
    if public := _publication(layout):
        yield "公表について", (public,)
    yield "提出のしかた", tuple(_how_to_submit(layout))


def _how_to_submit(layout: Layout) -> Iterator[str]:
    form = {column.key: column for column in layout.form}
    if layout.spare:  # a council does not fill in anything itself
        yield "・会議の書記や事務局が、議事録などを見て記入します。記入した方の名前を「記入者」に書いてください。"
        yield "・直すときは、「2_回収」のこのファイルを直して上書き保存してください。"
    else:
        yield "・記入者、提出日を記入し、所属長の確認を受けてから提出してください。"
    if "submission" in form and "turn" in form:
        yield (
            "・提出した後に直すときは、「提出区分」で「差替え」を選び、「提出回」に2、3…と記入して、"
            "ファイル全体をもう一度提出してください。一部だけを足すときは「追加」を選びます。"
        )
    yield "・ファイル名は変えても構いません。行や列の追加・削除、別のファイルへの貼り付けはしないでください。"


def _is_rated(layout: Layout) -> bool:
    """True if departments rate their own lines, so that targets and facts matter."""
    own = (column for column in layout.open_columns if column.asked_in(RowKind.ACTION))
    return any(choice.counted for column in own for choice in column.choices)


def _what(layout: Layout, rated: bool) -> Iterator[str]:
    own, asked = layout.year.name, "」「".join(c.heading for c in layout.open_columns)
    if rated:
        span = f"（{own[:-2]}年4月1日から翌年3月31日まで）"
        if layout.held == layout.year:
            span = "のこれまで"  # asked before the year is over
        yield f"・{own}{span}の実績と評価を、シート「{layout.sheet}」に記入してください。"
    elif layout.spare:
        yield f"・{own}の取組についての会議の結果を、「{asked}」に記入してください。"
    else:
        yield f"・{own}の取組について、「{asked}」を記入してください。"
    if not rated:
        yield "・左の欄に、これまでの回答を示しています。書き換えることはできません。"
    yield "・うすい黄色の欄だけに記入できます。橙色で斜線の欄は、まだ空いている必須の欄です。"
    if must := "」「".join(_required(layout)):
        yield f"・必須の欄は「{must}」です。"
    each = dict.fromkeys(
        c.heading for row in layout.rows if row.under for c in layout.questions(row)
    )
    if each:
        lines = "「・」で始まる行は、その上の行の指標です。"
        yield f"・{lines}「{'」「'.join(each)}」は、指標ごとの行に記入してください。"
    yield from _conditions(layout)
    yield from _last_year(layout)
    if rated:
        yield "・「いつ・何を・何回・何人」が分かるように、事実を1～3行で書いてください。"
        yield (
            "・灰色で「（推定）」「（原本未照合）」とある所は、冊子の原本と照合中です。"
            "お気付きの点は「連絡事項」に書いてください。"
        )
    yield from _printed_part(layout)


def _required(layout: Layout) -> Iterable[str]:
    fields = (column.heading for column in layout.form if column.open and column.required)
    cells = (column.heading for _, column in layout.required_cells)
    return dict.fromkeys((*fields, *cells))


def _conditions(layout: Layout) -> Iterator[str]:
    for column in layout.open_columns:
        if column.required and column.required.key in layout.column:
            on = layout.column[column.required.key].heading
            values = "」「".join(column.required.values)
            yield f"・「{column.heading}」は、{on}が「{values}」のときだけ必須です。"


def _last_year(layout: Layout) -> Iterator[str]:
    """What the sheet of last year is for, and what is asked about it."""
    if layout.last:
        anew = "前の年度と同じ文章のままにせず、この年度のことを書いてください。"
        where = f"・{layout.last[0].group}はシート「{LAST_SHEET}」にあります。"
        yield where if layout.spare else where + anew
    asked = dict.fromkeys(c for row in layout.rows for c in layout.questions(row))
    for column in asked:
        if column.after_opinion:
            yield f"・前の年度に会議の意見があった行では、「{column.heading}」も記入してください。"


def _printed_part(layout: Layout) -> Iterator[str]:
    widths = [MARK_WIDTH, *(column.width for column in layout.columns)]
    printed = Printing.of(widths, opens_at(layout.columns) + 1, layout.paper)
    left_out = [c.group or c.heading for c in layout.columns[1 : printed.first - 1]]
    if left_out:
        yield (
            f"・大きな字で印刷するため、「{'」「'.join(dict.fromkeys(left_out))}」の一部を省きます"
            "（画面では左へ送ると見えます）。"
        )
    if printed.breaks:
        yield f"・印刷すると、右側の欄は次の紙に続きます（{layout.columns[0].heading}は毎回印刷されます）。"


def _how_to_rate(layout: Layout) -> Iterator[str]:
    yield (
        f"・{layout.year.name}の目標に照らして評価してください（計画期間全体の目標ではありません）。"
    )
    for column in layout.open_columns:
        others = [choice.value for choice in column.choices if not choice.counted]
        if others and len(others) < len(column.choices):
            yield (
                f"・「{column.heading}」の「{'」「'.join(others)}」は、評価の割合に数えません。"
                "説明に当てはまるときだけ選んでください。"
            )
    yield "・灰色の欄（再掲）は、元の行に記入された内容を使います。記入は不要です。"
    if any(row.shared for row in layout.rows):
        yield "・「（こちらは記入不要）」とある行は、関係する行として示しています。記入は不要です。"


def _suggested(layout: Layout) -> Iterator[str]:
    for column in layout.columns:
        if is_suggestion(column.key) and layout.outcome:
            yield (
                f"・「{column.heading}」は、「{layout.outcome.heading}」と目標から自動で出る目安です。"
                "評価は、目安を参考に選んでください（違っていても構いません）。"
            )


def _publication(layout: Layout) -> str:
    public = [
        c.heading for c in layout.open_columns if c.field and c.field.audience is Audience.PUBLIC
    ]
    if not public:
        return ""
    return (
        f"・「{'」「'.join(public)}」は会議の資料となり、公表されることがあります。"
        "氏名、年齢、住所など、個人が分かることは書かないでください。"
    )


def _scale(column: Column) -> Iterator[Line]:
    yield _line({1: Cell(f"「{column.heading}」の選択肢", _HEADING, across=_ACROSS)}, 22)
    for choice in column.choices:
        label = Cell(choice.label, replace(HEAD, size=12, align="left"))
        what = Cell(choice.yardstick, _WHAT, across=_ACROSS - 1)
        yield _line({1: label, 2: what}, 17)


def _line(cells: Mapping[int, Cell], least: float) -> Line:
    return Line(cells, height_of(cells, _WIDTHS, least), fixed=True)
