"""Evaluators beside the departments: every number of the paper, recomputed from the forms alone."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from kakunin_xlsx.cli.app import app
from kakunin_xlsx.layout import KEY_ROW
from kakunin_xlsx.plan import load_plan
from tests.example import JIMU

pytestmark = pytest.mark.slow

YEAR = "令和7年度"
PLAN = load_plan(JIMU)
POLICIES = {goal.no: f"政策{goal.no}" for goal in PLAN.goals}
Given = Mapping[str, Mapping[str, Any]]  # by row id, then by column key


def returned(root: Path, round_: str) -> dict[str, Given]:
    """What stands in the forms that came back, by who filled them; later ones win."""
    found: dict[str, Given] = {}
    folder = root / "output" / YEAR / round_ / "2_回収"
    for path in sorted(folder.glob("*.xlsx"), key=lambda path: "修正依頼" in path.name):
        sheet = openpyxl.load_workbook(path)[PLAN.table_name]
        keys: dict[int, str] = {}
        rows: dict[str, dict[str, Any]] = {}
        for row in sheet.iter_rows():
            mark = str(row[0].value or "").split("/")
            id_ = mark[-1].partition("#")[0] if len(mark) == 5 else ""
            if id_ == KEY_ROW:
                keys = {cell.column: str(cell.value) for cell in row[1:] if cell.value}
            elif id_ in PLAN.action:
                rows[id_] = {key: row[col - 1].value for col, key in keys.items()}
        found[path.name.partition("】")[0][1:]] = rows
    return found


def book(root: Path) -> Any:
    folder = root / "output" / YEAR / PLAN.table_name
    return openpyxl.load_workbook(folder / f"{PLAN.table_name}_{YEAR}.xlsx")


def half_up(number: Decimal, places: str = "0.1") -> Decimal:
    return number.quantize(Decimal(places), ROUND_HALF_UP)


def marks(forms: Mapping[str, Given], key: str, rows: set[str]) -> list[Decimal | None]:
    """The marks that members gave in `rows`; None for one that says nothing or cannot judge."""
    cells = (form[row][key] for form in forms.values() for row in sorted(rows))
    texts = (str(cell or "").split(" ")[0] for cell in cells)
    return [Decimal(text) if text.isdigit() else None for text in texts]


def average(given: list[Decimal | None]) -> tuple[Decimal, str]:
    own = [mark for mark in given if mark is not None]
    return half_up(sum(own, Decimal(0)) / len(own)), f"{len(own)}／{len(given)}"


def under(policy: str) -> set[str]:
    """The rows of one 政策; of all for 合計."""
    return {i.no for i in PLAN.initiatives if POLICIES[i.goal] == policy or policy == "合計"}


def test_each_row_says_what_the_members_gave(jimu_demo: Path) -> None:
    forms = returned(jimu_demo, "3_外部評価")
    assert len(forms) == 8
    shown = {}
    for goal in PLAN.goals:
        sheet = book(jimu_demo)[f"政策{goal.no}"]
        columns = {str(c.value): c.column - 1 for row in sheet.iter_rows() for c in row if c.value}
        for row in sheet.iter_rows(values_only=True):
            if (no := str(row[0]).split("\n")[0]) in PLAN.initiative:
                shown[no] = (row[columns["必要性（点）"]], row[columns["有効性"]])
    for no in PLAN.initiative:
        silent = [name[:2] for name, form in forms.items() if form[no]["need"] is None]
        for key, text in zip(("need", "effect"), shown[no], strict=True):
            mean, share = average(marks(forms, key, {no}))
            lines = [f"平均 {mean}", f"回答 {share}"]
            if key == "effect":
                values = Counter(str(form[no][key]).split(" ")[0] for form in forms.values())
                scale = [choice.value for choice in PLAN.scale("five")]
                lines += [f"{value}：{values[value]}" for value in scale if values[value]]
            lines += [f"未回答：{'、'.join(silent)}"] if silent else []
            assert text == "\n".join(lines)
    assert [no for no, (text, _) in shown.items() if "未回答" in text] == ["202", "301", "302"]


def test_the_summary_averages_them_by_policy(jimu_demo: Path) -> None:
    forms = returned(jimu_demo, "3_外部評価")
    sheet = book(jimu_demo)["評価集計"]
    rows = [[v for v in row if v is not None] for row in sheet.iter_rows(values_only=True)]
    at = next(n for n, row in enumerate(rows) if row[:1] == ["外部評価の平均"])
    assert "・まだ評価のない回答元：小林委員（3行）。" in [row[0] for row in rows[at:] if row]
    shown = {row[0]: row[1:] for row in rows[at : at + 9] if len(row) == 5}
    assert shown.keys() == {*POLICIES.values(), "合計"}
    for name, cells in shown.items():
        wanted = [x for key in ("need", "effect") for x in average(marks(forms, key, under(name)))]
        assert [Decimal(str(c)) if not isinstance(c, str) else c for c in cells] == wanted


def test_a_head_of_a_division_judges_its_own_departments_only(jimu_demo: Path) -> None:
    forms = returned(jimu_demo, "2_二次評価")
    whose = {who.name: who.judges for who in PLAN.respondents if who.judges}
    assert forms.keys() == whose.keys()
    for name, rows in forms.items():
        assert rows.keys() == {a.id for a in PLAN.actions if a.department in whose[name]}
    folder = jimu_demo / "output" / YEAR / "2_二次評価" / "4_取りまとめ"
    with (folder / "回収状況.csv").open(encoding="utf-8-sig", newline="") as file:
        asked = {row["回答元"]: (row["必須欄"], row["記入済"]) for row in csv.DictReader(file)}
    assert asked == dict.fromkeys(whose, ("4", "4"))


def test_directions_are_counted_by_policy_and_by_department(jimu_demo: Path) -> None:
    first, second = returned(jimu_demo, "1_一次評価"), returned(jimu_demo, "2_二次評価")
    scale = [choice.value for choice in PLAN.scale("muki")]
    own = {row: cells["muki"] for form in first.values() for row, cells in form.items()}
    heads = {row: cells["muki2"] for form in second.values() for row, cells in form.items()}
    sheet = book(jimu_demo)["評価集計"]
    rows = {}
    for row in sheet.iter_rows(values_only=True):
        cells = [v for v in row if v is not None]
        if len(cells) > 25:
            rows[cells[0]] = cells[1:]
    for name in (*POLICIES.values(), "合計"):
        counts = Counter(own[row] for row in under(name))
        judged = Counter(heads[row] for row in under(name))
        total = len(under(name))
        shares = [half_up(Decimal(100 * counts[value]) / total) / 100 for value in scale]
        wanted = [*(counts[value] for value in scale), 0, total, total, *shares]
        wanted += [*(judged[value] for value in scale), 0]
        assert [Decimal(str(cell)) for cell in rows[name]] == wanted
    told = [row for row in overview(jimu_demo) if row.startswith("部長の方向性（二次評価・3者）")]
    (line,) = told
    changed = Counter(heads.values())
    assert all(f"{value} {changed[value]}（" in line for value in scale)


def overview(root: Path) -> Iterator[str]:
    for row in book(root)["概要"].iter_rows(values_only=True):
        yield from (str(cell) for cell in row if cell)


def test_money_is_added_up_by_policy_measure_and_department(jimu_demo: Path) -> None:
    cells = {
        row: c for form in returned(jimu_demo, "1_一次評価").values() for row, c in form.items()
    }
    groups = {name: under(name) for name in (*POLICIES.values(), "合計")}
    for measure in PLAN.measures:
        own = {i.no for i in PLAN.initiatives if i.measure == measure.no}
        groups[f"{measure.no}　{measure.name}"] = own
    for department in PLAN.departments:
        own = {a.id for a in PLAN.actions if a.department == department.code}
        groups[department.name] = own
    seen = set()
    for row in book(jimu_demo)["評価集計"].iter_rows(values_only=True):
        filled = [v for v in row if v is not None]
        for at, name in enumerate(filled):
            after = filled[at + 1 : at + 5]
            if str(name).strip() in groups and len(after) == 4 and "/" in str(after[1]):
                own = groups[str(name).strip()]
                for key, amount, lines in zip(
                    ("budget", "spent"), after[::2], after[1::2], strict=True
                ):
                    assert Decimal(str(amount)) == sum(Decimal(str(cells[r][key])) for r in own)
                    assert lines == f"{len(own)}/{len(own)}"
                seen.add(str(name).strip())
    assert seen == groups.keys()


def test_every_share_of_a_target(jimu_demo: Path) -> None:
    cells = {
        row: c for form in returned(jimu_demo, "1_一次評価").values() for row, c in form.items()
    }
    targets = {t.action: t for t in PLAN.targets if t.year.code == "R7"}
    heads: list[str] = []
    shown = {}
    for row in book(jimu_demo)["目標と実績"].iter_rows(values_only=True):
        texts = ["" if v is None else str(v) for v in row]
        if texts[0] == "No":
            heads = texts
        elif heads and texts[0] in PLAN.initiative:
            shown[texts[0]] = texts[heads.index("達成率")]
    for id_, text in shown.items():
        value, aim = Decimal(str(cells[id_]["value"])), Decimal(str(targets[id_].figure))
        less = targets[id_].direction == "少ないほどよい"
        assert text == f"{half_up(100 * (aim / value if less else value / aim))}%"
    assert shown.keys() == PLAN.action.keys()


def test_two_forms_of_one_member_wait_for_a_decision(jimu_demo: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(jimu_demo, tmp_path / "demo"))
    folder = root / "output" / YEAR / "3_外部評価" / "2_回収"
    (first,) = folder.glob("【石川委員】*.xlsx")
    again = openpyxl.load_workbook(first)
    for row in again[PLAN.table_name].iter_rows():
        if "/001#" in str(row[0].value):
            row[6].value = 5
    second = folder / "石川委員（二つめ）.xlsx"
    again.save(second)
    assert run(root, "merge", "--round", "gaibu").exit_code == 1
    assert run(root, "report").exit_code == 0
    cells = [str(c.value) for row in book(root)["政策1"].iter_rows() for c in row]
    assert any("回答 7／8\n未回答：石川（確認中）" in text for text in cells)
    decided = run(root, "merge", "--round", "gaibu", "--prefer", str(second))
    assert decided.exit_code == 0, decided.output
    assert run(root, "report").exit_code == 0
    cells = [str(c.value) for row in book(root)["政策1"].iter_rows() for c in row]
    assert not any("確認中" in text for text in cells)


def test_what_a_member_cannot_judge_is_no_result(jimu_demo: Path) -> None:
    """「判断できない」 beside a mark says nothing of something done."""
    told = run(jimu_demo, "merge", "--round", "gaibu", "--dry-run", "--json").output
    assert "判断できない" not in told


def run(root: Path, *words: str) -> Any:
    where = ("--plan", str(root / "masters" / "jimu"), "--output", str(root / "output"))
    return CliRunner().invoke(app, [*words, "--year", "R7", *where])
