"""What the columns of a clerk's own list hold, told by the words of its headings.

A heading may stand on two lines: 目標 above R6, R7, R8, or 令和7年度 above 目標 and 実績.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from kakunin_xlsx.plan.years import FiscalYear
from kakunin_xlsx.returns.model import GridCell


class Means(Enum):
    """What a column holds; the words are headings of such lists, without blanks and brackets."""

    NO = (
        *("no", "no.", "番号", "事業番号", "整理番号", "事業no", "取組番号", "通し番号", "通番"),
        *("項番", "事業no.", "整理no."),
    )
    GOAL = (
        *("基本目標", "大項目", "政策", "分野", "基本方針", "章", "大分類", "重点目標", "基本方向"),
        *("施策の柱", "基本目標名", "政策名"),
    )
    DIRECTION = ("施策の方向", "施策の方向性", "取組の方向", "施策の基本的方向")
    MEASURE = (
        *("施策", "中項目", "基本施策", "施策名", "節", "中分類", "具体的施策", "主要施策"),
        *("基本的施策", "施策項目"),
    )
    NAME = (
        *("事業名", "事務事業名", "事務事業", "取組名", "計画事業", "重点取組", "重点事業"),
        *("取組事業", "施策事業名", "小項目", "取組項目", "事業"),
        *(
            "事業名称",
            "小分類",
            "個別事業",
            "具体的事業",
            "取組・事業名",
            "事業・取組名",
            "改革項目",
        ),
    )
    OUTLINE = ("事業概要", "事業内容", "事業の内容", "事業の概要", "概要", "内容", "取組内容")
    EFFORT = ("取組", "指標", "指標名", "成果指標", "主な取組", "具体的な取組")
    DEPARTMENT = (
        *("担当課", "所管課", "主管課", "担当", "所管", "担当部署", "課名", "課", "担当課名"),
        *("担当課等", "所管部署", "所管課名", "主担当課", "実施課", "担当部局", "担当課室", "所属"),
        *("部署名", "所属名", "所管課等", "主管課名", "担当室課", "推進課"),
    )
    RELATED = ("関係課", "関連課", "関係課等", "協力課", "連携課", "関連課等", "関係部署")
    UNIT = ("単位",)
    BASELINE = (
        *("基準値", "現状値", "現況値", "現状", "現況", "基準", "策定時", "計画策定時"),
        *("策定時の値", "当初値", "初期値"),
    )


Meaning = Means | FiscalYear
_YEAR = re.compile(r"(?:令和|平成|昭和|[rhs])(?:元|\d{1,2})(?:年度|年)?|20\d\d(?:年度|年)?")
_AIMS = frozenset(
    ("", "目標", "目標値", "の目標", "の目標値", "年度目標", "計画", "計画値", "数値目標")
)
_SAID_BELOW = _AIMS - {""} | {"実績", "実績値", "達成率", "評価", *Means.BASELINE.value}
_BRACKETS = re.compile(r"[(（](.*?)[)）]", re.S)


@dataclass(frozen=True)
class OwnHeads:
    """The line of headings, and what stands in the lines above and below it, by column."""

    own: Mapping[int, str]
    below: Mapping[int, str]
    above: Mapping[int, str]

    @classmethod
    def at(cls, rows: Mapping[int, Sequence[GridCell]], row: int) -> OwnHeads:
        """The headings of a line."""
        return cls(*(_texts(rows.get(at, ())) for at in (row, row + 1, row - 1)))

    @cached_property
    def columns(self) -> dict[int, Meaning]:
        """What each column means; of two that mean the same the first."""
        found: dict[int, Meaning] = {}
        for col, heading in sorted(self.whole.items()):
            meaning = _word(heading) or _year(heading)
            if meaning and meaning not in found.values():
                found[col] = meaning
        if Means.NAME not in found.values():  # a list of 取組 without another name
            found = {c: Means.NAME if m is Means.EFFORT else m for c, m in found.items()}
        return found

    @property
    def begins(self) -> bool:
        """True if these are headings of a list: a 取組 and its 課."""
        return {Means.NAME, Means.DEPARTMENT} <= {*self.columns.values()}

    @cached_property
    def whole(self) -> Mapping[int, str]:
        """Each column's heading: what is merged above it, its own, and what stands below."""
        if not self.two_lines:
            return {col: self._group(col) + text for col, text in self.own.items()}
        said = {}
        for col in {*self.own, *self.below}:
            below = self.below.get(col, "")
            own = self.own.get(col) or (self._left(col) if below else "")
            said[col] = own if below in ("", own) else f"{own}\n{below}"
        return said

    @cached_property
    def two_lines(self) -> bool:
        """True if the next line says what the columns of one heading are, and begins no 取組."""
        names = self._names
        if not names or any(self.below.get(at, self.own[at]) != self.own[at] for at in names):
            return False
        return any(
            _year(text) or (_plain(text) in _SAID_BELOW and _YEAR.search(_plain(self._left(col))))
            for col, text in self.below.items()
        )

    @property
    def baseline_year(self) -> str:
        """When the 基準値 was: 「平成28年度」; '' where its heading does not say."""
        at = next((c for c, means in self.columns.items() if means is Means.BASELINE), None)
        heading = unicodedata.normalize("NFKC", self.whole[at]) if at is not None else ""
        plain = "".join(heading.split())
        if found := _YEAR.search(plain.casefold()):
            try:
                return _parsed(found[0]).name + ("末" if "度末" in plain else "")
            except ValueError:
                return ""
        return ""

    @property
    def measures(self) -> bool:
        """True if what a line names besides its 取組 is a 指標."""
        named = (text for col, text in self.whole.items() if self.columns.get(col) is Means.EFFORT)
        return any("指標" in _plain(text) for text in named)

    @property
    def related_in_brackets(self) -> bool:
        """True for 「担当課（関係課）」: whoever stands in brackets works with the one before."""
        at = next((c for c, means in self.columns.items() if means is Means.DEPARTMENT), 0)
        inside = _BRACKETS.findall(self.whole.get(at, ""))
        return any(_plain(words) in Means.RELATED.value for words in inside)

    def _left(self, col: int) -> str:
        """The heading of this line that reaches to a column: one that the next line parts."""
        at = next((each for each in range(col, 0, -1) if each in self.own), col)
        parts = at == col or self.below.get(at, self.own[at]) != self.own[at]
        return self.own.get(at, "") if parts else ""

    def _group(self, col: int) -> str:
        """実績 or 目標 above the years of some columns, or the year above both; behind the names."""
        groups = {at: text for at, text in self.above.items() if at > max(self._names, default=0)}
        group = next((groups[at] for at in range(col, 0, -1) if at in groups), "")
        dated = bool(_YEAR.search(_plain(self.own[col])))
        if dated:
            told = any(_plain(text) in _SAID_BELOW for text in groups.values())
        else:
            told = bool(_YEAR.fullmatch(_plain(group)))
        return f"{group}\n" if group and told else ""

    @property
    def _names(self) -> list[int]:
        return [c for c, text in self.own.items() if _word(text) in (Means.NAME, Means.DEPARTMENT)]


def apart(departments: str) -> str:
    """「A課（B課）」 as 「A課、B課」."""
    return _BRACKETS.sub(r"、\1", departments)


def _texts(cells: Iterable[GridCell]) -> dict[int, str]:
    return {cell.col: cell.typed.strip() for cell in cells if cell.typed.strip()}


def _word(heading: str) -> Means | None:
    """By the words alone; a 基準値 may say its year beside it."""
    plain = _plain(heading)
    if found := next((each for each in Means if plain in each.value), None):
        return found
    undated = _YEAR.sub("", plain).strip("末時点のー-～")
    return Means.BASELINE if undated in Means.BASELINE.value and undated != plain else None


def _year(heading: str) -> FiscalYear | None:
    """The year whose target a column holds: `R7`, `目標値（R7）`, `令和7年度目標`."""
    plain = _plain(heading)
    found = _YEAR.search(plain) or _YEAR.search(_narrow(heading))
    if not found or _YEAR.sub("", plain).removeprefix("最終") not in _AIMS:
        return None
    try:
        return _parsed(found[0])
    except ValueError:
        return None


def _parsed(found: str) -> FiscalYear:
    return FiscalYear.parse(found.removesuffix("年") if "年度" not in found else found)


def _plain(heading: str) -> str:
    return _BRACKETS.sub("", _narrow(heading))


def _narrow(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text).casefold())
