"""A new plan's masters: the template's rounds, fields and scales, and example rows to replace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from kakunin_xlsx.plan.cells import places
from kakunin_xlsx.plan.rounds import FIELDS, ROUNDS, SCALES, When
from kakunin_xlsx.plan.schema import TABLE
from kakunin_xlsx.plan.settings import PLAN_FILE, SETTINGS, settings_of, with_setting
from kakunin_xlsx.plan.texts import Cells, MasterTexts, TextRow
from kakunin_xlsx.plan.years import FiscalYear
from kakunin_xlsx.textfiles import csv_rows

TEMPLATE = Path(__file__).with_name("template")
EXAMPLE = "（例）"  # begins every text that waits for the plan's own
_COUNCIL = "kaigi"
_OFFICE = "事務局"  # until it has a name
_MEASURE = "1-1"
_BODIES = (*"市区町村都道府県",)  # that answer councils: 「村の考え方・対応」
_RATING, _SETS = "rating", "ratings.csv"  # the scale that init offers in several ready sets
_TARGET = "「取組目標」の見出し"
RATINGS = ("A-D", "◎○△×", "5段階", "達成・未達成")  # the ready sets


@dataclass(frozen=True, slots=True)
class NewPlan:
    """What is known of a plan to begin it. `measure` is empty in a plan of two levels.

    `booklet` is 確認表の題名, '' for the usual one; `ratings` one of the ready scales.
    """

    id: str
    title: str
    city: str
    office: str
    first_year: FiscalYear
    last_year: FiscalYear
    departments: tuple[str, ...]
    contact: str
    council: str
    committees: tuple[str, ...]
    goal: str
    measure: str
    initiative: str
    department: str = "担当課"
    booklet: str = ""
    ratings: str = RATINGS[0]
    direction: str = ""  # what a 施策 that holds others is called, in a plan of four levels

    @property
    def lowest(self) -> str:
        """The number of the example 施策."""
        return f"{_MEASURE}-1" if self.direction else _MEASURE

    @property
    def number(self) -> str:
        """The number of the example 重点取組."""
        return f"{self.lowest}-1" if self.measure else "1-1"


def blank_texts() -> MasterTexts:
    """The masters of a plan of which nothing is known: the template's settings, and no row."""
    return MasterTexts((TEMPLATE / PLAN_FILE).read_text(encoding="utf-8"), {})


def example_texts(plan: NewPlan) -> MasterTexts:
    """Masters that are to be filled: they load as they are, if the plan says all it can."""
    said = {
        "id": plan.id,
        "title": plan.title,
        "booklet": plan.booklet or (f"{plan.title} 取組状況確認表" if plan.title else ""),
        "city": plan.city,
        "office": plan.office,
        "first_year": plan.first_year.code,
        "last_year": plan.last_year.code,
        "words.goal": plan.goal,
        "words.measure": plan.measure,
        "words.direction": plan.direction,
        "words.initiative": plan.initiative,
        "words.department": plan.department,
    }
    made = blank_texts()
    for setting in SETTINGS:
        if setting.key in said:
            made.toml = with_setting(made.toml or "", setting, said[setting.key])
    # One branch of the tree with a line for every department, so that all forms are real.
    for name, rows in {**_settings(plan), **_people(plan), **_tree(plan), **_lines(plan)}.items():
        made.rows[name] = [
            TextRow({h: cells.get(h, "") for h in TABLE[name].headers}) for cells in rows
        ]
    return made


def _settings(plan: NewPlan) -> dict[str, list[Cells]]:
    """照会, 回答欄 and 尺度 of the template, without those for councils that the plan lacks."""
    words = _words(plan)
    rounds = _rounds(_template(ROUNDS.file, words))
    asked = {"*", *(row["コード"] for row in rounds)}
    unheard = When.AFTER_OPINION if not _councils(plan) else None  # then nobody has an opinion
    fields: list[Cells] = [
        row
        for row in _template(FIELDS.file, words)
        if row["照会"] in asked and row["適用"] != unheard
    ]
    ratings = [row for row in _template(_SETS, words) if row["組"] == plan.ratings]
    known = [*({"尺度": _RATING, **row} for row in ratings), *_template(SCALES.file, words)]
    used = {row["尺度"] for row in fields}
    scales: list[Cells] = [row for row in known if row["尺度"] in used]
    return {ROUNDS.name: rounds, FIELDS.name: fields, SCALES.name: scales}


def _words(plan: NewPlan) -> Mapping[str, str]:
    """The plan's own words for the template."""
    sets = csv_rows((TEMPLATE / _SETS).read_bytes())
    ratings = [row for row in sets if row["組"] == plan.ratings]
    office = plan.office or _OFFICE
    return {
        "goal": plan.goal,
        "initiative": plan.initiative,
        "department": plan.department,
        "target": settings_of(blank_texts().toml or "")[_TARGET],
        "explained": "、".join(row["値"] for row in ratings if row["見直し"] or not row["集計"]),
        "body": plan.city[-1] if plan.city.endswith(_BODIES) else _BODIES[0],
        "none": next(row["値"] for row in ratings if not row["集計"]),
        "number": plan.number,
        "office": office,
        "contact": plan.contact or office,
        "council": _COUNCIL if plan.council else "",
        "committees": "、".join(_coded(plan.committees, "iinkai")),
    }


def _template(file: str, words: Mapping[str, str]) -> Iterator[dict[str, str]]:
    for cells in csv_rows((TEMPLATE / file).read_bytes()):
        yield {heading: Template(text).substitute(words) for heading, text in cells.items()}


def _rounds(template: Iterable[dict[str, str]]) -> list[Cells]:
    """Rounds that ask somebody, and show what they were to show, numbered anew."""
    kept: dict[str, dict[str, str]] = {}
    for row in template:
        shown = _among(row["前の回答"], kept)
        if row["回答元"] and bool(shown) == bool(row["前の回答"]):
            kept[row["コード"]] = {**row, "前の回答": shown, "順": str(len(kept) + 1)}
    return [{**row, "前年度の回答": _among(row["前年度の回答"], kept)} for row in kept.values()]


def _among(cell: str, rounds: Mapping[str, object]) -> str:
    """`jisseki.result、naibu.opinion` without the fields of rounds that are not asked."""
    return "、".join(f"{code}.{key}" for code, key in places(cell) if code in rounds)


def _coded(names: Sequence[str], stem: str) -> dict[str, str]:
    """Names by code: people see the names, the codes are for the tables alone."""
    return {f"{stem}-{number:02}": name for number, name in enumerate(names, start=1)}


def _departments(plan: NewPlan) -> dict[str, str]:
    return _coded(plan.departments or (f"{EXAMPLE}{plan.department}",), "dept")


def _councils(plan: NewPlan) -> dict[str, str]:
    council = {_COUNCIL: plan.council} if plan.council else {}
    return council | _coded(plan.committees, "iinkai")


def _people(plan: NewPlan) -> dict[str, list[Cells]]:
    asked = {code: code for code in _departments(plan)}
    everyone = {**_departments(plan), **_councils(plan)}
    rows = [
        {"コード": code, "名称": name, "部署": asked.get(code, "")}
        for code, name in everyone.items()
    ]
    return {"departments": [row for row in rows if row["部署"]], "respondents": [*rows]}


def _tree(plan: NewPlan) -> dict[str, list[Cells]]:
    above = {"基本目標": "1", "施策": plan.lowest} if plan.measure else {"基本目標": "1"}
    measure = {"No": plan.lowest, "基本目標": "1", "名称": f"{EXAMPLE}{plan.measure}の名称"}
    measures: list[Cells] = [measure] if plan.measure else []
    if plan.direction:
        upper = {"No": _MEASURE, "基本目標": "1", "名称": f"{EXAMPLE}{plan.direction}の名称"}
        measures = [upper, {**measure, "上の施策": _MEASURE}]
    name = f"{EXAMPLE}{plan.initiative}の名称"
    return {
        "goals": [{"No": "1", "名称": f"{EXAMPLE}{plan.goal}の名称"}],
        "measures": measures,
        "initiatives": [{"No": plan.number, **above, "名称": name}],
    }


def _lines(plan: NewPlan) -> dict[str, list[Cells]]:
    lines = {f"{plan.number}-{at:02}": code for at, code in enumerate(_departments(plan), 1)}
    words = {
        "重点取組": plan.number,
        "事業概要": f"{EXAMPLE}何のために何をする事業かを書きます。",
        "取組": f"{EXAMPLE}取組の名称",
    }
    years = [FiscalYear(at) for at in range(plan.first_year.start, plan.last_year.start + 1)]
    return {
        "actions": [{"ID": line, "部署": code, **words} for line, code in lines.items()],
        "targets": [
            {"行ID": line, "年度": year.code, "目標文": f"{EXAMPLE}{year.name}の目標"}
            for line in lines
            for year in years
        ],
    }
