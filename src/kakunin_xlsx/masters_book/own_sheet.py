"""A clerk's own list: one line a 取組, headings of their own, years as columns.

What its headings say is told by their words; nothing else about the sheet matters. A level that
stands once above its lines, or in merged cells, holds on below.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import chain, count

from kakunin_xlsx.layout import understand
from kakunin_xlsx.masters_book.people import folded
from kakunin_xlsx.plan.edit import Edit, EditKind
from kakunin_xlsx.plan.model import Plan
from kakunin_xlsx.plan.texts import MasterTexts
from kakunin_xlsx.plan.tree import TARGETS, Action
from kakunin_xlsx.plan.years import FiscalYear
from kakunin_xlsx.returns.model import Grid, GridCell, address


class Means(Enum):
    """What a column holds; the words are headings of such lists, without blanks and brackets."""

    NO = ("no", "no.", "番号", "事業番号", "整理番号", "事業no", "取組番号")
    GOAL = ("基本目標", "大項目", "政策", "分野", "基本方針", "章")
    DIRECTION = ("施策の方向", "施策の方向性", "取組の方向")
    MEASURE = ("施策", "中項目", "基本施策", "施策名", "節")
    NAME = (
        *("事業名", "事務事業名", "事務事業", "取組名", "計画事業", "重点取組", "重点事業"),
        *("取組事業", "施策事業名", "小項目", "取組項目", "事業"),
    )
    OUTLINE = ("事業概要", "事業内容", "事業の内容", "事業の概要", "概要", "内容", "取組内容")
    EFFORT = ("取組", "指標", "指標名", "成果指標", "主な取組", "具体的な取組")
    DEPARTMENT = (
        *("担当課", "所管課", "主管課", "担当", "所管", "担当部署", "課名", "課", "担当課名"),
        *("担当課等", "所管部署"),
    )
    RELATED = ("関係課", "関連課", "関係課等", "協力課", "連携課")
    UNIT = ("単位",)


_YEAR = re.compile(r"(?:令和|平成|昭和|[rhs])(?:元|\d{1,2})(?:年度|年)?|20\d\d(?:年度|年)?")
_AIMS = frozenset(
    ("", "目標", "目標値", "の目標", "の目標値", "年度目標", "計画", "計画値", "数値目標")
)
_NUMBERED = re.compile(
    r"((?:No\.?|基本目標|施策)?\s*[0-9]+(?:[-－.][0-9]+)*)[\s　.．:：]+(.+)", re.S
)
_SEVERAL = re.compile(r"[、，,;；/／\n]+")
_LEVELS = (Means.GOAL, Means.DIRECTION, Means.MEASURE, Means.NAME)
_OF_A_LINE = {Means.NO, Means.NAME, Means.DEPARTMENT, Means.OUTLINE, Means.EFFORT}
_NEEDED = {Means.NAME: "事業の名前", Means.DEPARTMENT: "課"}
_BRIEF = 40  # characters of words above the headings
_EXAMPLES = 3  # addresses that are named of a column not taken


@dataclass(frozen=True)
class OwnLine:
    """One line of the list; '' where it says nothing. `targets` go by year."""

    place: str
    said: dict[Means, str]
    targets: dict[FiscalYear, str]

    @property
    def departments(self) -> tuple[str, ...]:
        """担当課, then whoever works with it."""
        both = (self.said.get(Means.DEPARTMENT, ""), self.said.get(Means.RELATED, ""))
        names = (name.strip() for cell in both for name in _SEVERAL.split(cell))
        return tuple(dict.fromkeys(filter(None, names)))


@dataclass(frozen=True)
class OwnSheet:
    """The list: its lines, the years that are columns, and what was not taken."""

    name: str
    lines: Sequence[OwnLine]
    years: Sequence[FiscalYear]
    notices: Sequence[str]

    def has(self, means: Means) -> bool:
        """True if any line says it."""
        return any(line.said.get(means) for line in self.lines)


def own_sheet(grid: Grid) -> OwnSheet | None:
    """The list on a sheet; None if no line of it has headings for a 取組 and its 課."""
    rows: dict[int, list[GridCell]] = {}
    for cell in sorted([*grid.cells, *_merged(grid)]):
        rows.setdefault(cell.row, []).append(cell)
    for at, cells in rows.items():
        columns = _columns(cells, rows.get(at + 1, []))
        if {Means.NAME, Means.DEPARTMENT} <= {*columns.values()}:
            return _below(grid.name, rows, at, columns)
    return None


Meaning = Means | FiscalYear


def _merged(grid: Grid) -> Iterator[GridCell]:
    """What a cell merged over several rows says in those below its first."""
    known = {(cell.row, cell.col): cell for cell in grid.cells}
    for area in grid.merged:
        if first := known.get((area.top, area.left)):
            for row in range(area.top + 1, area.bottom + 1):
                yield first._replace(row=row)


def _columns(heads: Sequence[GridCell], below: Sequence[GridCell]) -> dict[int, Meaning]:
    """What each column means; years may stand in a second line, below 「目標」."""
    found: dict[int, Meaning] = {}
    years: dict[int, Meaning] = {cell.col: year for cell in below if (year := _year(cell.typed))}
    for cell in heads:
        meaning = years.get(cell.col) or _year(cell.typed) or _word(cell.typed)
        if meaning and meaning not in found.values():
            found[cell.col] = meaning
    if Means.NAME not in found.values():  # a list of 取組 without another name
        found = {c: Means.NAME if m is Means.EFFORT else m for c, m in found.items()}
    return found | years if len(years) > 1 else found


def _word(heading: str) -> Means | None:
    plain = _plain(heading)
    return next((each for each in Means if plain in each.value), None)


def _year(heading: str) -> FiscalYear | None:
    """The year whose target a column holds: `R7`, `目標値R7`, `令和7年度目標`."""
    plain = _plain(heading)
    found = _YEAR.search(plain)
    if not found or plain.replace(found[0], "") not in _AIMS:
        return None
    try:
        return FiscalYear.parse(found[0].removesuffix("年") if "年度" not in found[0] else found[0])
    except ValueError:
        return None


def _plain(heading: str) -> str:
    folded = unicodedata.normalize("NFKC", heading).casefold()
    return re.sub(r"\s|[(（].*?[)）]", "", folded)


def _below(
    name: str, rows: Mapping[int, Sequence[GridCell]], head: int, columns: Mapping[int, Meaning]
) -> OwnSheet:
    """The lines below the headings, and what of the sheet is not taken."""
    heads = {cell.col: cell.typed for cell in rows[head]}
    first = head + 1 + any(_year(cell.typed) for cell in rows.get(head + 1, ()))
    body = {
        at: cells
        for at, cells in rows.items()
        if at >= first and not all(cell.typed == heads.get(cell.col) for cell in cells)
    }  # headings may go over two lines
    notices: list[str] = []
    lines = list(_lines(name, body, columns, notices))
    years = sorted({each for each in columns.values() if isinstance(each, FiscalYear)})
    above = [cell for at, cells in rows.items() if at < head for cell in cells]
    told = [
        f"{name}!{cell.address}：「{cell.typed[:_BRIEF]}」は、取り込みません。" for cell in above
    ]
    lost: dict[int, list[GridCell]] = {}
    for cell in chain.from_iterable(body.values()):
        if cell.col not in columns:
            lost.setdefault(cell.col, []).append(cell)
    for col, cells in lost.items():
        named = f"列「{heads[col]}」" if heads.get(col) else f"{cells[0].address} から下"
        where = "、".join(cell.address for cell in cells[:_EXAMPLES])
        more = "など" if len(cells) > _EXAMPLES else ""
        told.append(
            f"シート「{name}」の{named}（{where}{more}、{len(cells)}か所）は、"
            "当てはまる欄が分からないので、取り込みません。"
        )
    return OwnSheet(name, lines, years, [*told, *notices])


def _lines(
    name: str,
    body: Mapping[int, Sequence[GridCell]],
    columns: Mapping[int, Meaning],
    notices: list[str],
) -> Iterator[OwnLine]:
    """The lines with what holds on from above; what is no line is told."""
    held: dict[Means, str] = {}
    for at, cells in body.items():
        line = OwnLine(f"{name}!{address(at, cells[0].col)}", {}, {})
        for cell in cells:
            meaning, text = columns.get(cell.col), cell.kept.strip()
            if text and isinstance(meaning, FiscalYear):
                line.targets[meaning] = text
            elif text and isinstance(meaning, Means):
                line.said[meaning] = text
        _hold(held, line.said)
        if not line.said.keys() & _OF_A_LINE and not line.targets:
            continue  # a level alone, on a row of its own
        whole = {**held, **line.said}
        if lacking := [word for means, word in _NEEDED.items() if not whole.get(means)]:
            notices.append(f"{line.place}：{'と'.join(lacking)}がない行なので、取り込みません。")
        else:
            yield replace(line, said=whole)


def _hold(held: dict[Means, str], said: Mapping[Means, str]) -> None:
    """Keep the levels that a row says; what stood below one ends with it."""
    for at, level in enumerate(_LEVELS):
        if level in said:
            if said[level] != held.get(level):
                for below in _LEVELS[at:]:
                    held.pop(below, None)
            held[level] = said[level]


# As rows of the masters.

Cells = dict[str, str]
_SECOND = "bcdefghijklmnopqrstuvwxyz"  # behind the number of a 取組 that several lines share


def own_rows(sheet: OwnSheet, years: Sequence[FiscalYear], title: str) -> dict[str, list[Cells]]:
    """The lines as rows of goals, measures, initiatives, actions, targets, and of readings for

    what the list does not say. 課 stand by name.
    """
    made = _OwnRows(sheet, years, title)
    for line in sheet.lines:
        made.add(line)
    return made.tables


@dataclass
class _OwnRows:
    sheet: OwnSheet
    years: Sequence[FiscalYear]
    title: str
    tables: dict[str, list[Cells]] = field(
        default_factory=lambda: {
            name: []
            for name in ("goals", "measures", "initiatives", "actions", "targets", "readings")
        }
    )
    numbers: dict[tuple[str, ...], str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def add(self, line: OwnLine) -> None:
        """One line of the list, and the levels above it where they begin."""
        said = line.said
        goal = self._level("goals", (), said.get(Means.GOAL, self.title), {})
        above = {"基本目標": goal}
        path: tuple[str, ...] = (goal,)
        measure = ""
        for means in (Means.DIRECTION, Means.MEASURE):
            if name := said.get(means):
                more = {**above, "上の施策": measure}
                measure = self._level("measures", path, name, more)
                path = (*path, measure)
        more = {**above, "施策": measure}
        no = self._level("initiatives", path, said[Means.NAME], more, said.get(Means.NO, ""))
        same = sum(row["重点取組"] == no for row in self.tables["actions"])
        id_ = no if not same else f"{no}{_SECOND[min(same, len(_SECOND)) - 1]}"
        department, *related = line.departments
        own = {"ID": id_, "重点取組": no, "部署": department, "関係課": "、".join(related)}
        texts = {"事業概要": said.get(Means.OUTLINE, ""), "取組": said.get(Means.EFFORT, "")}
        self.tables["actions"].append(own | texts)
        for header, means in (("事業概要", Means.OUTLINE), ("取組", Means.EFFORT)):
            if self.sheet.has(means) and not texts[header] and not (same and header == "事業概要"):
                self._unsaid("actions", id_, header)
        for year in self.years:
            target = own_target(line.targets.get(year, ""), said)
            self.tables["targets"].append({"行ID": id_, "年度": year.code, **target})
            if not target:
                self._unsaid("targets", f"{id_}/{year.code}", "目標文")

    def _level(
        self, table: str, path: tuple[str, ...], text: str, more: Mapping[str, str], no: str = ""
    ) -> str:
        """The number of a heading of the tree; its own, or the next below what is above it."""
        at = (table, *path, text)
        if at not in self.numbers:
            led, name = numbered(text)
            own = no or led
            above = path[-1] if path else ""
            first = sum(key[: len(path) + 1] == (table, *path) for key in self.numbers) + 1
            free = (f"{above}-{n}" if above else str(n) for n in count(first))
            chosen = next(each for each in chain((own,), free) if each and each not in self.taken)
            self.numbers[at] = chosen
            self.taken.add(chosen)
            self.tables[table].append({"No": chosen, "名称": name, **more})
        return self.numbers[at]

    def _unsaid(self, table: str, key: str, column: str) -> None:
        ground = f"シート「{self.sheet.name}」に記載がない"
        cells = {"表": table, "キー": key, "列": column, "状態": "原本未照合", "根拠": ground}
        self.tables["readings"].append(cells)


def numbered(text: str) -> tuple[str, str]:
    """The number that leads a heading, and the heading without it: 「1-1　木を守る」."""
    found = _NUMBERED.fullmatch(text)
    if not found:
        return "", text
    number = unicodedata.normalize("NFKC", found[1]).replace(" ", "")
    return number, found[2].strip()


def own_target(text: str, said: Mapping[Means, str]) -> Cells:
    """A figure with its unit, or words; {} for nothing."""
    unit = said.get(Means.UNIT, "")
    if not text:
        return {}
    number = understand.number(text, unit)
    if number is None or understand.approximate(text):
        return {"目標文": text}
    own = understand.unit(text)
    typed = text[-len(own) :] if own else ""
    as_typed = unicodedata.normalize("NFKC", typed) == own
    return {"目標値": number, "単位": (typed if as_typed else own) or unit}


# As edits of targets that the masters have.

_CELLS = ("目標文", "目標値", "単位")


def target_edits(
    sheet: OwnSheet, plan: Plan, texts: MasterTexts
) -> tuple[Sequence[Edit], Sequence[str]]:
    """The cells of targets that the list has otherwise, and what of it was not taken.

    The ground is said where the plan says on what ground its texts stand.
    """
    known, edits, told = texts.by_id(TARGETS), list[Edit](), list[str]()
    why = f"一覧「{sheet.name}」による" if plan.readings else ""
    for line in sheet.lines:
        row, unit, lacking = _measured(plan, line)
        if lacking:
            told.append(f"{line.place}：{lacking}、取り込みません。")
            continue
        for year, text in line.targets.items():
            if year not in plan.years:
                told.append(f"{line.place}：{year} は計画の年度ではないので、取り込みません。")
                continue
            cells = own_target(text, line.said)
            if unit and cells.get("単位") == unit:
                del cells["単位"]  # the indicator says it for every year
            id_ = f"{row}/{year.code}"
            asked = Edit(TARGETS.name, id_, kind=EditKind.SET, place=line.place)
            if id_ in known:
                said = {header: cells.get(header, "") for header in _CELLS}
                now, asked = known[id_].cells, replace(asked, why=why)
                said = {h: text for h, text in said.items() if text != now.get(h, "")}
            else:
                edits.append(replace(asked, kind=EditKind.ADD))
                said = {"行ID": row, "年度": year.code, **cells}
            edits += [replace(asked, column=h, text=text) for h, text in said.items()]
    return edits, told


def _measured(plan: Plan, line: OwnLine) -> tuple[str, str, str]:
    """The id of the 取組 or 指標 whose targets the line says, the unit of a 指標; or why neither."""
    action = _action(plan, line)
    if action is None:
        return "", "", f"「{line.said[Means.NAME]}」の行が台帳の取組に見つからないので"
    indicators = plan.at(plan.last_year).indicators_of(action.id)
    if not indicators:
        return action.id, "", ""
    said = {folded(line.said.get(each, "")) for each in (Means.EFFORT, Means.NAME)}
    named = [each for each in indicators if folded(each.name) in said]
    if len(named) == 1:
        return named[0].id, named[0].unit, ""
    names = "」「".join(each.name for each in indicators)
    return "", "", f"どの指標（「{names}」）の目標か分からないので"


def _action(plan: Plan, line: OwnLine) -> Action | None:
    """The line of the plan with the same number or name, and department if it has several."""
    no, name = numbered(line.said[Means.NAME])
    asked = {folded(each) for each in (line.said.get(Means.NO, ""), no, name) if each}
    found = [i for i in plan.initiatives if asked & {folded(i.no), folded(i.name)}]
    lines = [a for each in found for a in plan.actions_of(each.no) if not a.repeats]
    if len(lines) > 1:
        own = line.departments[0]
        lines = [a for a in lines if plan.departments_of(a.department)[-1].name == own]
    one = len(lines) == 1 and len({each.no for each in found}) == 1
    return lines[0] if one else None
