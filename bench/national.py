"""A nation as one plan: municipalities with six departments and 33 lines each, and their returns.

Texts are made up; rounds, fields and scales are the shipped plan's first round.
"""

from __future__ import annotations

import csv
import multiprocessing
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from kakunin_xlsx.folders.tree import OutputFolder, form_name
from kakunin_xlsx.layout import Layout, layout
from kakunin_xlsx.plan import FiscalYear, Plan, Respondent, load_plan
from kakunin_xlsx.record import FORM_ROW
from kakunin_xlsx.sheets.form import Values
from kakunin_xlsx.sheets.workbooks import form_workbook

SHIPPED = Path(__file__).parents[1] / "masters" / "komae-saihan-1"
YEAR = FiscalYear.parse("R7")
MUNICIPALITIES, DEPARTMENTS, LINES = 1_741, 6, 33
_PREFECTURES = 47
_HEAD = """id = "bench-{count}"
title = "全国の計画（{count}課）"
booklet = "全国の計画 取組状況確認表"
city = "全国"
office = "事務局"
first_year = "R6"
last_year = "R8"

[words]
goal = "都道府県"
measure = "市区町村"
initiative = "重点取組"
outline = "事業概要"
department = "担当課"
effort = "取組"
target = "取組目標"

[style]
font = "BIZ UDゴシック"
paper = "A3"
"""
_CHOSEN = {"rating": "A 目標どおり実施", "direction": "継続"}
_Rows = Iterable[Sequence[object]]


def masters(folder: Path, departments: int) -> Path:
    """The masters of as many departments, in municipalities of six."""
    if (folder / "plan.toml").exists():
        return folder
    folder.mkdir(parents=True)
    (folder / "plan.toml").write_text(_HEAD.format(count=departments), encoding="utf-8")
    for name in ("fields.csv", "scales.csv", "rounds.csv"):
        shutil.copy(SHIPPED / name, folder / name)
    _only_the_first_round(folder)
    for name, (header, rows) in _tables(departments).items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(header.split(","))
            writer.writerows(rows)
    return folder


def _only_the_first_round(folder: Path) -> None:
    for name in ("rounds.csv", "fields.csv"):
        path = folder / name
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = csv.reader(file)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            for row in rows:
                if row[0] in ("*", "jisseki"):
                    writer.writerow("" if ".opinion" in cell else cell for cell in row)


def _tables(departments: int) -> dict[str, tuple[str, _Rows]]:
    codes = [_code(at) for at in range(departments)]
    towns = range(-(-departments // DEPARTMENTS))
    goals = sorted({town % _PREFECTURES for town in towns})
    lines = list(_lines(departments))
    span = "開始年度,終了年度"
    return {
        "departments": (
            f"コード,名称,略称,後継,{span}",
            ((code, f"{code}課", "", "", "", "") for code in codes),
        ),
        "respondents": (
            f"コード,名称,略称,部署,{span}",
            ((code, f"{code}課", "", code, "", "") for code in codes),
        ),
        "goals": (
            "No,名称,説明,体系の名称,頁",
            ((f"P{goal + 1}", f"都道府県{goal + 1}", "", "", "") for goal in goals),
        ),
        "measures": (
            "No,基本目標,名称,体系の名称,頁",
            ((_town(town), _goal(town), f"{town + 1}番の市", "", "") for town in towns),
        ),
        "initiatives": (
            f"No,基本目標,施策,名称,一覧の名称,頁,{span}",
            (
                (id_, _goal(town), _town(town), f"{id_}の取組", "", "", "", "")
                for id_, town, _ in lines
            ),
        ),
        "actions": (
            f"ID,重点取組,部署,事業概要,取組,再掲元,{span}",
            (
                (
                    id_,
                    id_,
                    code,
                    f"{id_}について、関係機関と連携し、支援を行う。",
                    f"{id_}の実施",
                    "",
                    "",
                    "",
                )
                for id_, _, code in lines
            ),
        ),
        "targets": (
            f"行ID,年度,目標文,目標値,単位,{span}",
            (
                (id_, year, f"{id_}を{year}に実施", "", "", "", "")
                for id_, _, _ in lines
                for year in ("R6", "R7", "R8")
            ),
        ),
    }


def _lines(departments: int) -> Iterator[tuple[str, int, str]]:
    """Id, municipality and department of each line: five or six a department, 33 a town."""
    for town in range(-(-departments // DEPARTMENTS)):
        for line in range(LINES):
            at = town * DEPARTMENTS + line % DEPARTMENTS
            if at < departments:
                yield f"{_town(town)}-{line + 1}", town, _code(at)


def _code(at: int) -> str:
    return f"m{at // DEPARTMENTS + 1:04}-{at % DEPARTMENTS + 1}"


def _town(town: int) -> str:
    return f"M{town + 1}"


def _goal(town: int) -> str:
    return f"P{town % _PREFECTURES + 1}"


def returns(folder: Path, masters_folder: Path) -> Path:
    """Every department's form, filled with unique answers, in the 2_回収 of an output folder."""
    plan = load_plan(masters_folder)
    output = OutputFolder(folder)
    to = output.round(YEAR, plan.main_round).returned
    if to.is_dir():
        return to
    output.claim(plan)
    to.mkdir(parents=True)
    asked = plan.at(YEAR).respondents_of(plan.main_round)
    with multiprocessing.Pool(initializer=_begin, initargs=(masters_folder, to)) as pool:
        for _ in pool.imap_unordered(_return, asked, chunksize=50):
            pass
    return to


_given: tuple[Plan, Path]


def _begin(masters_folder: Path, to: Path) -> None:
    global _given
    _given = (load_plan(masters_folder), to)


def _return(who: Respondent) -> None:
    plan, to = _given
    one = layout(plan, YEAR, plan.main_round.code, who)
    data = form_workbook([one], plan.style.font, {who.code: answers(one)})
    (to / form_name(plan, who.name, YEAR, plan.main_round)).write_bytes(data)


def filled_five(folder: Path) -> Path:
    """The shipped plan's five forms with its sample answers."""
    from kakunin_xlsx.demo.sample import sample_answers

    plan = load_plan(SHIPPED)
    folder.mkdir(parents=True, exist_ok=True)
    for who in plan.at(YEAR).respondents_of(plan.main_round):
        one = layout(plan, YEAR, plan.main_round.code, who)
        data = form_workbook([one], plan.style.font, {who.code: dict(sample_answers(SHIPPED, one))})
        (folder / form_name(plan, who.name, YEAR, plan.main_round)).write_bytes(data)
    return folder


def answers(one: Layout) -> Values:
    """Unique texts in every text column, a choice where one is asked."""
    typed = {
        (row.id, column.key): _CHOSEN.get(column.key, f"{row.id}の{column.heading}を記入した。")
        for row in one.rows
        for column in one.questions(row)
        if column.key not in ("figure", "target_change")
    }
    name = one.respondent
    return {
        **typed,
        (FORM_ROW, "filler"): f"{name}の担当",
        (FORM_ROW, "approved"): "確認済",
    }
