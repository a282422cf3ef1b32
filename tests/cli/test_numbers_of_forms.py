"""Every number of the plan of figures, computed once more from the returned forms alone."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kakunin_xlsx.plan import load_plan
from tests.example import NUMBERS

pytestmark = pytest.mark.slow

YEARS = {"R6": "令和6年度", "R7": "令和7年度"}
COSTS = ("予算額（千円）", "決算額（千円）")
Line = dict[str, Any]


def master(name: str) -> list[dict[str, str]]:
    with (NUMBERS / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


TABLE = load_plan(NUMBERS).table_name


def returned(root: Path, year: str) -> dict[str, Line]:
    """What stands in the forms that came back, by row id and heading; later ones win."""
    found: dict[str, Line] = {}
    folder = root / "output" / YEARS[year] / "1_進捗点検" / "2_回収"
    for path in sorted(folder.glob("*.xlsx"), key=lambda path: "修正依頼" in path.name):
        sheet = openpyxl.load_workbook(path)[TABLE]
        heads: dict[int, str] = {}
        for row in sheet.iter_rows():
            if row[4].value == "指標":
                heads = {cell.column: str(cell.value) for cell in row if cell.value}
            mark = str(row[0].value or "").split("/")
            if len(mark) == 5 and mark[-1].partition("#")[0] not in ("", "*", "keys") and heads:
                id_ = mark[-1].partition("#")[0]
                found[id_] = {h: row[col - 1].value for col, h in heads.items()}
    return found


@dataclass(frozen=True)
class Aim:
    """A target of one year, as the masters write it."""

    figure: Decimal | None
    upper: Decimal | None
    baseline: Decimal | None
    less: bool
    unit: str

    def met(self, value: Decimal) -> bool:
        assert self.figure is not None
        if self.upper is not None:
            return self.figure <= value <= self.upper
        return value <= self.figure if self.less else value >= self.figure

    def share(self, value: Decimal) -> Decimal | None:
        """In percent, by hand."""
        aim, start = self.figure, self.baseline
        assert aim is not None
        if self.upper is not None:
            return Decimal(100) if self.met(value) else None
        if start is not None:
            return None if aim == start else 100 * (start - value) / (start - aim)
        if aim == 0:
            return None
        return 100 * aim / value if self.less else 100 * value / aim


def number(text: str) -> Decimal | None:
    return Decimal(text.replace(",", "")) if text else None


def aims(year: str) -> dict[str, Aim]:
    return {
        line["行ID"]: Aim(
            number(line["目標値"]),
            number(line["目標の上限"]),
            number(line["基準値"]),
            line["向き"] == "少ないほどよい",
            line["単位"],
        )
        for line in master("targets")
        if line["年度"] == year
    }


def told(share: Decimal) -> str:
    """Half up; the one that would be rounded up to a threshold keeps its decimals."""
    rounded = share.quantize(Decimal("0.1"), ROUND_HALF_UP)
    crossed = any(share < mark <= rounded for mark in (60, 80, 100))
    return f"{share.normalize() if crossed else rounded}%"


def paper(root: Path, name: str) -> Any:
    folder = root / "output" / YEARS["R7"] / TABLE
    return openpyxl.load_workbook(folder / f"{TABLE}_令和7年度.xlsx")[name]


def rows_of(sheet: Any) -> Iterator[dict[str, str]]:
    """The rows of a list by heading."""
    heads: list[str] = []
    for row in sheet.iter_rows(values_only=True):
        texts = ["" if value is None else str(value) for value in row]
        if texts[0] == "No":
            heads = [text.split("\n")[0] for text in texts]
        elif heads and sum(map(bool, texts)) > 1:
            yield dict(zip(heads, texts, strict=True))


def test_every_figure_and_share(numbers_demo: Path) -> None:
    forms, before = returned(numbers_demo, "R7"), returned(numbers_demo, "R6")
    this, last = aims("R7"), aims("R6")
    actions = {a["ID"]: a for a in master("actions")}
    wanted = {}
    for id_, line in forms.items():
        aim = this[id_]
        if aim.figure is None or actions[id_]["再掲元"]:
            continue
        value, was = Decimal(str(line["実績値"])), Decimal(str(before[id_]["実績値"]))
        share, then = aim.share(value), last[id_].share(was)
        wanted[actions[id_]["取組"]] = {
            "R7の実績": f"{value:,f}{aim.unit}",
            "達成率": told(share) if share is not None else "－",
            "これまでの実績": f"R6　{was:,f}{aim.unit}" + (f"（{told(then)}）" if then else ""),
        }
    shown = {
        row["指標"]: {key: row[key] for key in ("R7の実績", "達成率", "これまでの実績")}
        for row in rows_of(paper(numbers_demo, "目標と実績"))
    }
    assert shown == wanted
    assert len(wanted) == 10
    assert {each["達成率"] for each in wanted.values()} > {"105.3%", "100.0%", "79.96%", "－"}


def test_how_many_reached_their_target(numbers_demo: Path) -> None:
    forms, this = returned(numbers_demo, "R7"), aims("R7")
    met = [
        this[id_].met(Decimal(str(line["実績値"])))
        for id_, line in forms.items()
        if this[id_].figure is not None and id_ != "1-1-2b"
    ]
    said = [str(row[0].value) for row in paper(numbers_demo, "目標と実績").iter_rows(max_row=4)]
    assert (
        f"{len(met)}件のうち、目標に達したもの{sum(met)}件、達していないもの{len(met) - sum(met)}件"
        in ("".join(said))
    )


def test_the_table_says_the_same_beside_the_text(numbers_demo: Path) -> None:
    cells = [
        str(cell.value)
        for goal in "123"
        for row in paper(numbers_demo, f"基本目標{goal}").iter_rows()
        for cell in row
        if cell.value
    ]
    for id_, line in returned(numbers_demo, "R7").items():
        aim = aims("R7")[id_]
        if id_ == "1-1-2b" or line["実績値"] is None:
            continue
        share = aim.share(Decimal(str(line["実績値"])))
        reached = f"（達成率{told(share)}）" if share is not None else ""
        assert any(f"実績値：{line['実績値']}{aim.unit}{reached}\n" in cell for cell in cells)
        assert any(f"取組の回数：{line['取組の回数']}回\n" in cell for cell in cells)
        assert any(f"予算額（千円）：{commas(line['予算額（千円）'])}" in cell for cell in cells)
    assert not any("（千円）（" in cell or "千円％" in cell for cell in cells)


def commas(number: int) -> str:
    """From five digits on; shorter ones stand as they were typed."""
    return f"{number:,}" if number >= 10_000 else str(number)


def test_every_sum_of_money(numbers_demo: Path) -> None:
    forms = returned(numbers_demo, "R7")
    actions = {a["ID"]: a for a in master("actions") if not a["再掲元"]}
    initiatives = {i["No"]: i for i in master("initiatives")}
    departments = {d["コード"]: d["名称"] for d in master("departments")}
    named = {f"{m['No']}　{m['名称']}": m["No"] for m in master("measures")}
    seen = []
    for name, shown in sums(paper(numbers_demo, "評価集計")):
        own = [
            id_
            for id_, a in actions.items()
            if name
            in (
                "合計",
                f"基本目標{initiatives[a['重点取組']]['基本目標']}",
                departments[a["部署"]],
            )
            or named.get(name) == initiatives[a["重点取組"]]["施策"]
        ]
        given = [
            [forms[id_][cost] for id_ in own if forms[id_][cost] is not None] for cost in COSTS
        ]
        wanted = [
            x for g in given for x in (sum(Decimal(str(v)) for v in g), f"{len(g)}/{len(own)}")
        ]
        assert [Decimal(str(v)) if not isinstance(v, str) else v for v in shown] == wanted, name
        seen.append(name)
    assert len(seen) == 3 + 6 + 1 + 5 + 1  # 基本目標, 施策, all; departments, all


def sums(sheet: Any) -> Iterator[tuple[str, list[Any]]]:
    """Name and cells of each row of the tables of money, and of those beside it."""
    starts: list[int] = []
    for row in sheet.iter_rows():
        filled = {cell.column: cell.value for cell in row if cell.value is not None}
        heads = [at for at, value in filled.items() if value in ("基本目標", "所管課")]
        if any("予算額" in str(value) for value in filled.values()) and heads:
            starts = heads
            continue
        for start in starts:
            cells = [v for at, v in sorted(filled.items()) if start <= at < start + 10]
            if len(cells) == 5:
                yield str(cells[0]).strip(), cells[1:]


def test_the_data_say_what_was_typed_in_its_own_unit(numbers_demo: Path) -> None:
    folder = numbers_demo / "output" / YEARS["R7"] / TABLE
    sheet = openpyxl.load_workbook(folder / "回答データ_令和7年度.xlsx")["回答"]
    heads, *body = sheet.iter_rows(values_only=True)
    rows = [dict(zip(heads, row, strict=True)) for row in body]
    units = {"取組の回数": "回", "全国の順位": "位", **dict.fromkeys(COSTS, "千円")}
    forms, this = returned(numbers_demo, "R7"), aims("R7")
    checked = 0
    for row in rows:
        if row["型"] == "数値" and row["照会コード"] == "tenken":
            unit = units.get(str(row["項目"])) or this[str(row["行ID"])].unit or None
            assert row["単位"] == unit, row
            typed = forms[str(row["行ID"])][str(row["項目"])]
            assert row["数値"] == typed
            aim = this[str(row["行ID"])]
            share = aim.share(Decimal(str(typed))) if row["役割"] == "成果" else None
            assert (row["達成率"] is None) == (share is None)
            assert share is None or row["達成率"] == pytest.approx(float(share) / 100)
            checked += 1
    assert checked > 40


def test_next_years_form_shows_figures_in_their_unit(numbers_demo: Path) -> None:
    folder = numbers_demo / "output" / "令和8年度" / "1_進捗点検" / "1_配布"
    (path,) = folder.glob("【資源循環課】*.xlsx")
    cells = [cell.value for row in openpyxl.load_workbook(path)["前年度の回答"] for cell in row]
    assert {"893ｇ", "22.6％", "0件"} <= {*map(str, cells)}


def test_the_suggestion_is_that_of_the_share(numbers_demo: Path) -> None:
    """Where a department chose otherwise, 確認事項一覧 names it, and what it chose counts."""
    forms, this = returned(numbers_demo, "R7"), aims("R7")
    folder = numbers_demo / "output" / YEARS["R7"] / "1_進捗点検" / "4_取りまとめ"
    with (folder / "確認事項一覧.csv").open(encoding="utf-8-sig", newline="") as file:
        named = {row["行ID"]: row["内容"] for row in csv.DictReader(file) if row["コード"] == "C46"}
    wanted = {}
    for id_, line in forms.items():
        aim = this[id_]
        if aim.figure is None or id_ == "1-1-2b":
            continue
        share = aim.share(Decimal(str(line["実績値"])))
        if share is None:
            continue
        steps = ((100, "◎ 目標を達成"), (80, "○ おおむね順調"), (60, "△ やや遅れ"))
        label = next((label for least, label in steps if share >= least), "▲ 遅れ")
        if label != line["進捗評価"]:
            wanted[id_] = f"達成率{told(share)}からの目安は「{label}」です。"
    assert wanted
    assert named.keys() == wanted.keys()
    assert all(wanted[id_] in words for id_, words in named.items())
    with (folder / "回答一覧.csv").open(encoding="utf-8-sig", newline="") as file:
        counts = {
            r["行ID"]: r["値"]
            for r in csv.DictReader(file)
            if r["項目キー"] == "grade" and r["状態"] == "反映"
        }
    assert {id_: counts[id_] for id_ in wanted} == {id_: forms[id_]["進捗評価"] for id_ in wanted}
