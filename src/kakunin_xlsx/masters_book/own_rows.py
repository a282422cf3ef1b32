"""A clerk's own list as rows of the masters: levels, lines, their figures and targets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from kakunin_xlsx.masters_book.own_figures import Cells, OwnAims
from kakunin_xlsx.masters_book.own_headings import Means
from kakunin_xlsx.masters_book.own_sheet import OwnLine, OwnSheet, numbered
from kakunin_xlsx.plan.years import FiscalYear

_LINE = "事業"  # before a number that alone would be another's
_KANA = "アイウエオカキクケコサシスセソタチツテト"  # behind its ID, of each of its 指標
_Group = tuple[tuple[str, ...], str, tuple[str, ...]]  # levels, name and 課 of a 取組
_SECOND = "bcdefghijklmnopqrstuvwxyz"  # behind the number of a 取組 that several lines share


@dataclass
class OwnRows:
    """The lines as rows of goals, measures, initiatives, actions, targets, and of readings for

    what the list does not say. 課 stand by name. `told` is what was made of them.
    """

    sheet: OwnSheet
    years: Sequence[FiscalYear]
    title: str
    tables: dict[str, list[Cells]] = field(
        default_factory=lambda: {
            name: []
            for name in (
                *("goals", "measures", "initiatives", "actions", "indicators", "targets"),
                "readings",
            )
        }
    )
    numbers: dict[tuple[str, ...], str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    told: list[str] = field(default_factory=list)
    before: str = ""  # the number of a line, where those of the list are numbers of levels as well

    @classmethod
    def of(cls, sheet: OwnSheet, years: Sequence[FiscalYear], title: str) -> OwnRows:
        """The rows of a whole list."""
        made = cls(sheet, years, title)
        for line in sheet.lines:
            made.path(line)
        twice = {line.said.get(Means.NO, "") for line in sheet.lines} & made.taken
        if twice:
            made.before, no = _LINE, min(twice)
            made.told.append(
                f"番号「{no}」は上の段の番号でもあるので、行の番号を「{_LINE}{no}」のようにしました。"
            )
        for line in sheet.lines:
            made.add(line)
        if not made.tables["indicators"]:
            del made.tables["indicators"]
        else:
            lines = {row["行ID"] for row in made.tables["indicators"]}
            made.told.append(
                f"指標が二つ以上ある{len(lines)}行は、指標の表に、指標ごとに入れました。"
            )
        if other := [year.name for year in sheet.years if year not in years]:
            made.told.append(f"{'、'.join(other)}は計画の年度ではないので、目標を取り込みません。")
        if sheet.has(Means.BASELINE):
            made.told.append(
                f"シート「{sheet.name}」の{sheet.since}の値を、目標の基準値としました。"
                "達成率は、基準値から目標値までの進み方で計算します。"
            )
        return made

    def path(self, line: OwnLine) -> tuple[str, ...]:
        """The numbers of the levels above a line, which begin where they are new."""
        goal = self._level("goals", (), line.said.get(Means.GOAL, self.title), {})
        path: tuple[str, ...] = (goal,)
        for means in (Means.DIRECTION, Means.MEASURE):
            if name := line.said.get(means):
                more = {"基本目標": path[0], "上の施策": "".join(path[1:][-1:])}
                path = (*path, self._level("measures", path, name, more))
        return path

    def add(self, line: OwnLine) -> None:
        """One line of the list."""
        said, path = line.said, self.path(line)
        own = f"{self.before}{said[Means.NO]}" if said.get(Means.NO) else ""
        more = {"基本目標": path[0], "施策": "".join(path[1:][-1:])}
        no = self._level("initiatives", path, said[Means.NAME], more, own)
        group = (path, said[Means.NAME], line.departments)
        if group in self._measured:
            self._indicator(line, no, group)
        else:
            self._targets(line, self._action(line, no), said[Means.NAME], waits=True)

    @cached_property
    def _measured(self) -> dict[_Group, str]:
        """What several lines are 指標 of, and the ID of its row once it is there."""
        named = Counter(
            (self.path(line), line.said[Means.NAME], line.departments)
            for line in self.sheet.lines
            if self.sheet.measures and line.said.get(Means.EFFORT)
        )
        return {group: "" for group, count in named.items() if count > 1}

    def _indicator(self, line: OwnLine, no: str, group: _Group) -> None:
        """One of several figures of a 取組, which is called as the list calls it."""
        name = line.said.get(Means.EFFORT, "")
        if not self._measured[group]:
            whole = {**line.said, Means.EFFORT: line.said[Means.NAME]}
            self._measured[group] = self._action(replace(line, said=whole), no)
        own = self._measured[group]
        count = sum(row["行ID"] == own for row in self.tables["indicators"])
        id_ = f"{own}{_KANA[count]}" if count < len(_KANA) else f"{own}-{count + 1}"
        unit = line.said.get(Means.UNIT, "")
        self.tables["indicators"].append({"ID": id_, "行ID": own, "指標": name, "単位": unit})
        if not name:
            self._unsaid("indicators", id_, "指標")
        self._targets(line, id_, name or line.said[Means.NAME], waits=False)

    def _action(self, line: OwnLine, no: str) -> str:
        """A line that answers itself; its ID."""
        said = line.said
        same = sum(row["重点取組"] == no for row in self.tables["actions"])
        id_ = no if not same else f"{no}{_SECOND[min(same, len(_SECOND)) - 1]}"
        department, *related = line.departments
        cells = {"ID": id_, "重点取組": no, "部署": department, "関係課": "、".join(related)}
        texts = {"事業概要": said.get(Means.OUTLINE, ""), "取組": said.get(Means.EFFORT, "")}
        self.tables["actions"].append(cells | texts)
        for header, means in (("事業概要", Means.OUTLINE), ("取組", Means.EFFORT)):
            if self.sheet.has(means) and not texts[header] and not (same and header == "事業概要"):
                self._unsaid("actions", id_, header)
        return id_

    def _targets(self, line: OwnLine, id_: str, name: str, waits: bool) -> None:
        """The targets of what is called `name`; if it `waits`, blank ones as well, but for years

        that are no columns of a list with final goals.
        """
        aims = OwnAims(line.said, line.targets, self.sheet.since)
        targets = aims.by_year()
        for year in self.years:
            target = targets.get(year, {})
            blank = year in self.sheet.years or not self._says_final_goals
            if target or (waits and blank):
                self.tables["targets"].append({"行ID": id_, "年度": year.code, **target})
                if not target:
                    self._unsaid("targets", f"{id_}/{year.code}", "目標文")
        if aims.less_by_figures:
            self.told.append(
                f"{line.place}：「{name}」の目標は基準値より少ないので、「少ないほどよい」としました。"
                "違うときは、取組目標の「向き」を直してください。"
            )
        if aims.lost:
            self.told.append(
                f"{line.place}：「{name}」の基準値「{aims.lost}」は、目標値と比べられる数ではないので、"
                "取り込みません。"
            )

    @cached_property
    def _says_final_goals(self) -> bool:
        return any(line.targets.get(max(self.years)) for line in self.sheet.lines)

    def _level(
        self, table: str, path: tuple[str, ...], text: str, more: Mapping[str, str], no: str = ""
    ) -> str:
        """The number of a heading of the tree; its own, or the next below what is above it."""
        at = (table, *path, text)
        if at not in self.numbers:
            led, name = numbered(text)
            own = no or led
            above = path[-1] if path else ""
            count = sum(key[: len(path) + 1] == (table, *path) for key in self.numbers) + 1
            free = (f"{above}-{n}" if above else str(n) for n in range(count, 10_000))
            chosen = (
                own
                if own and own not in self.taken
                else next(each for each in free if each not in self.taken)
            )
            self.numbers[at] = chosen
            self.taken.add(chosen)
            self.tables[table].append({"No": chosen, "名称": name, **more})
        return self.numbers[at]

    def _unsaid(self, table: str, key: str, column: str) -> None:
        ground = f"シート「{self.sheet.name}」に記載がない"
        cells = {"表": table, "キー": key, "列": column, "状態": "原本未照合", "根拠": ground}
        self.tables["readings"].append(cells)
