"""Every number of the plan of indicators, computed once more from the returned forms alone."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kakunin_xlsx.plan import load_plan
from tests.cli.test_numbers_of_forms import Aim, Line, number, rows_of, told
from tests.example import KANKYO

pytestmark = pytest.mark.slow

YEARS = {"R6": "令和6年度", "R7": "令和7年度", "R8": "令和8年度"}
TABLE, COST = load_plan(KANKYO).table_name, "事業費（千円）"
MARKS = "◎○△▲－"
Row = dict[str, str]


@cache
def master(name: str) -> list[Row]:
    with (KANKYO / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def indicators(year: str) -> dict[str, Row]:
    """Those in force, by id."""
    return {
        each["ID"]: each
        for each in master("indicators")
        if (each["開始年度"] or "R6") <= year <= (each["終了年度"] or "R8")
    }


def aims(year: str) -> dict[str, Aim]:
    """What is aimed at in a year, with what the indicator says of all years."""
    found = {}
    for line in master("targets"):
        own = indicators("R7").get(line["行ID"]) or indicators("R6").get(line["行ID"], {})
        if line["年度"] == year:
            found[line["行ID"]] = Aim(
                number(line["目標値"]),
                number(line["目標の上限"]),
                number(own.get("基準値", "")) if own.get("向き") != "範囲" else None,
                own.get("向き") == "少ないほどよい",
                own.get("単位", "") or line["単位"],
            )
    return found


def unit(id_: str) -> str:
    return indicators("R7")[id_]["単位"] if id_ in indicators("R7") else aims("R7")[id_].unit


def name(id_: str, year: str = "R7") -> str:
    return (
        indicators(year)[id_]["指標"]
        if id_ in indicators(year)
        else next(a["取組"] for a in master("actions") if a["ID"] == id_)
    )


@cache
def returned(root: Path, year: str) -> dict[str, Line]:
    """What stands in the forms that came back, by row id and heading; later ones win."""
    found: dict[str, Line] = {}
    folder = root / "output" / YEARS[year] / "1_進み具合調べ" / "2_回収"
    for path in sorted(folder.glob("*.xlsx"), key=lambda path: "修正依頼" in path.name):
        heads: dict[int, str] = {}
        for row in openpyxl.load_workbook(path)[TABLE].iter_rows():
            if row[4].value == "主な取組":
                heads = {cell.column: str(cell.value) for cell in row if cell.value}
            mark = str(row[0].value or "").split("/")
            if len(mark) == 5 and heads:
                values = {h: row[col - 1].value for col, h in heads.items()}
                found[mark[-1].partition("#")[0]] = values
    return {id_: line for id_, line in found.items() if id_ not in ("@", "*")}


def figures(root: Path, year: str) -> dict[str, Decimal]:
    """What was reached: of indicators, and of lines that are measured themselves."""
    lines = returned(root, year).items()
    said = {id_: line["実績値"] for id_, line in lines}
    return {id_: Decimal(str(v)) for id_, v in said.items() if isinstance(v, int | float)}


def share(id_: str, year: str, value: Decimal) -> Decimal | None:
    aim = aims(year).get(id_)
    return aim.share(value) if aim and aim.figure is not None else None


def percent(id_: str, year: str, value: Decimal) -> str:
    found = share(id_, year, value)
    return "" if found is None else told(found)


def paper(root: Path, sheet: str) -> Any:
    folder = root / "output" / YEARS["R7"] / TABLE
    return openpyxl.load_workbook(folder / f"{TABLE}_令和7年度.xlsx")[sheet]


def measured(year: str) -> list[str]:
    """Indicators in force and lines with a figure to reach, in the plan's order."""
    found = []
    for action in master("actions"):
        own = [id_ for id_, each in indicators(year).items() if each["行ID"] == action["ID"]]
        aim = aims(year).get(action["ID"])
        found += own or ([action["ID"]] if aim and aim.figure is not None else [])
    return found


def test_the_forms_hold_58_figures_and_what_is_measured_without(kankyo_demo: Path) -> None:
    given = figures(kankyo_demo, "R7")
    assert len(given.keys() & indicators("R7").keys()) == 58
    assert given.keys() - indicators("R7").keys() == {"5-2-2", "5-2-2b"}


def test_every_target_figure_and_share(kankyo_demo: Path) -> None:
    given, rows = figures(kankyo_demo, "R7"), list(rows_of(paper(kankyo_demo, "目標と実績")))
    assert [row["主な取組・指標"] for row in rows] == [*map(name, measured("R7"))]
    for id_, row in zip(measured("R7"), rows, strict=True):
        value, aim = given[id_], aims("R7").get(id_)
        assert row["R7の実績"] == f"{value:,f}{unit(id_)}"
        assert row["達成率"] == (percent(id_, "R7", value) or "－")
        if aim is None:
            assert row["R7の目標"] == "－"
            continue
        assert aim.figure is not None
        low = f"{aim.figure.normalize():,f}"
        text = f"{low}～{aim.upper:,f}" if aim.upper is not None else low
        less = "\n（少ないほどよい）" if aim.less else ""
        assert row["R7の目標"] == f"{text}{unit(id_)}{less}"
    shares = {row["達成率"] for row in rows}
    assert "－" in shares
    assert "100.0%" in shares
    assert any(each.startswith("-") for each in shares)


def test_every_baseline_with_its_year(kankyo_demo: Path) -> None:
    shown = {
        row["主な取組・指標"]: row["基準値"] for row in rows_of(paper(kankyo_demo, "目標と実績"))
    }
    wanted = {
        each["指標"]: f"{each['基準値']}{each['単位']}\n{each['基準年度']}"
        if each["基準値"]
        else "－"
        for each in indicators("R7").values()
    }
    assert {key: shown[key] for key in wanted} == wanted
    assert sum("平成" in each for each in shown.values()) > 40


def test_how_many_reached_their_target(kankyo_demo: Path) -> None:
    given, this = figures(kankyo_demo, "R7"), aims("R7")
    aimed = [id_ for id_ in measured("R7") if id_ in this]
    met = sum(this[id_].met(given[id_]) for id_ in aimed)
    said = "".join(
        str(row[0].value) for row in paper(kankyo_demo, "目標と実績").iter_rows(max_row=5)
    )
    assert (
        f"{len(aimed)}件のうち、目標に達したもの{met}件、達していないもの{len(aimed) - met}件です"
        in said
    )
    assert f"令和7年度の目標がない指標が{len(measured('R7')) - len(aimed)}件" in said


def test_every_figure_of_each_year_stands_in_its_column(kankyo_demo: Path) -> None:
    rows = {row["指標"]: row for row in rows_of(paper(kankyo_demo, "推移（指標ごと）"))}
    last = {
        each["行ID"]: each["目標値"]
        for each in master("targets")
        if each["年度"] == "R15" and each["行ID"] in indicators("R7")
    }
    for id_ in measured("R7"):
        row = rows[name(id_)]
        for year in ("R6", "R7"):
            value = figures(kankyo_demo, year).get(id_)
            if value is None:
                assert row[year] == "開始前"
                continue
            reached = percent(id_, year, value)
            assert row[year] == f"{value:,f}{unit(id_)}" + (f"\n（{reached}）" if reached else "")
        assert row["R15の目標"].startswith(last.get(id_, row["R15の目標"]))
    ended = rows["観察会の開催回数"]
    assert (ended["R6"], ended["R7"], ended["R15の目標"]) == ("25回\n（104.2%）", "終了", "－")
    assert len(rows) == len(measured("R7")) + 1


def test_the_table_says_the_same_of_each_indicator(kankyo_demo: Path) -> None:
    cells = [
        str(cell.value).split("\n")
        for goal in "12345"
        for row in paper(kankyo_demo, f"基本目標{goal}").iter_rows()
        for cell in row
        if cell.value
    ]
    lines = Counter(line for cell in cells for line in cell)
    for id_ in indicators("R7"):
        value = figures(kankyo_demo, "R7")[id_]
        reached = percent(id_, "R7", value)
        typed = f"{value:,f}" if value >= 10_000 else value
        said = f"・{name(id_)}：{typed}{unit(id_)}" + (f"（達成率{reached}）" if reached else "")
        assert lines[said] == 1, said
    assert sum(line.startswith("・") and "達成率" in line for line in lines) == sum(
        share(id_, "R7", figures(kankyo_demo, "R7")[id_]) is not None for id_ in indicators("R7")
    )


def grouped(root: Path) -> Iterator[tuple[str, list[Line]]]:
    """The lines under each name of 評価集計."""
    lines = {a["ID"]: a for a in master("actions") if not a["再掲元"]}
    initiatives = {i["No"]: i for i in master("initiatives")}
    forms = returned(root, "R7")
    groups: dict[str, list[Line]] = {}
    for id_, action in lines.items():
        stands = initiatives[action["重点取組"]]
        measure = next(m for m in master("measures") if m["No"] == stands["施策"])
        department = next(d for d in master("departments") if d["コード"] == action["部署"])
        for each in (
            f"基本目標{stands['基本目標']}",
            f"{measure['No']}　{measure['名称']}",
            department["名称"],
            "合計",
        ):
            groups.setdefault(each, []).append(forms[id_])
    yield from groups.items()


def test_every_count_of_ratings_and_sum_of_money(kankyo_demo: Path) -> None:
    sheet, groups = paper(kankyo_demo, "評価集計"), dict(grouped(kankyo_demo))
    rated: dict[str, list[Any]] = {}
    spent: dict[str, list[Any]] = {}
    for row in sheet.iter_rows():
        cells = [cell.value for cell in row if cell.value is not None]
        for at, cell in enumerate(cells):
            if (own := str(cell).strip()) not in groups:
                continue
            rest = cells[at + 1 :]
            if len(rest) >= 2 and isinstance(rest[1], str) and "/" in rest[1]:
                spent.setdefault(own, rest[:2])
            elif len(rest) > len(MARKS) and all(isinstance(x, int) for x in rest[:7]):
                rated.setdefault(own, rest[:7])
    for own, lines in groups.items():
        given = [Decimal(str(line[COST])) for line in lines if line[COST] is not None]
        total, of = spent[own]
        assert (Decimal(str(total)), of) == (sum(given), f"{len(given)}/{len(lines)}"), own
        if "　" in own:
            continue  # 施策 have sums alone
        counts = Counter(str(line["進み具合"])[0] for line in lines)
        assert rated[own] == [*(counts[mark] for mark in MARKS), 0, len(lines)], own


def test_the_data_say_each_figure_with_its_indicator(kankyo_demo: Path) -> None:
    folder = kankyo_demo / "output" / YEARS["R7"] / TABLE
    book = openpyxl.load_workbook(folder / "回答データ_令和7年度.xlsx")
    tables = {}
    for sheet in ("回答", "指標"):
        heads, *body = book[sheet].iter_rows(values_only=True)
        tables[sheet] = [dict(zip(heads, row, strict=True)) for row in body]
    listed = {str(row["行ID"]): row for row in tables["指標"]}
    assert [*listed] == [*indicators("R7")]
    answered = {str(r["行ID"]): r for r in tables["回答"] if r["項目"] == "実績値"}
    for id_, own in indicators("R7").items():
        value, aim = figures(kankyo_demo, "R7")[id_], aims("R7").get(id_)
        row, line = answered[id_], listed[id_]
        assert (row["行の種類"], row["数値"], row["単位"]) == ("指標", float(value), own["単位"])
        wanted = share(id_, "R7", value)
        assert (row["達成率"] is None) == (wanted is None)
        assert wanted is None or row["達成率"] == pytest.approx(float(wanted) / 100)
        assert (line["取組の行ID"], line["指標"]) == (own["行ID"], own["指標"])
        figure = aim.figure if aim else None
        assert line["目標値"] == (None if figure is None else float(figure))


def test_next_years_form_shows_each_figure_beside_its_indicator(kankyo_demo: Path) -> None:
    folder = kankyo_demo / "output" / YEARS["R8"] / "1_進み具合調べ" / "1_配布"
    (path,) = folder.glob("【資源循環推進課】*.xlsx")
    shown = {
        str(row[1].value): str(row[2].value)
        for row in openpyxl.load_workbook(path)["前年度の回答"].iter_rows()
    }
    own = [id_ for id_, each in indicators("R7").items() if each["行ID"].startswith("2-")]
    for id_ in own:
        assert shown[f"・{name(id_)}"] == f"{figures(kankyo_demo, 'R7')[id_]}{unit(id_)}"
    assert len(own) == 10


def test_a_council_sees_each_figure_by_the_name_of_its_indicator(kankyo_demo: Path) -> None:
    folder = kankyo_demo / "output" / YEARS["R7"] / "2_県民会議の評価" / "1_配布"
    (path,) = folder.glob("*.xlsx")
    columns = openpyxl.load_workbook(path)[TABLE].iter_cols(values_only=True)
    text = "\n".join("\n".join(str(v) for v in own if v) for own in columns)
    text = text.replace("\n（続き）", "")  # a text that no single row can show
    for id_ in indicators("R7"):
        assert f"{name(id_)}：{figures(kankyo_demo, 'R7')[id_]}{unit(id_)}" in text
