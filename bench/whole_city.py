"""A 総合計画 of a large city: 120 課, 600 取組, eight grades, texts of up to 3,000 characters.

`python -m bench.whole_city FOLDER` makes it there, times its commands and tells their memory.
Texts are made up.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bench.measure import Run, interleaved
from kakunin_xlsx.folders.tree import OutputFolder, form_name
from kakunin_xlsx.layout import Layout, layout
from kakunin_xlsx.plan import FiscalYear, load_plan
from kakunin_xlsx.record import FORM_ROW
from kakunin_xlsx.sheets.form import Values
from kakunin_xlsx.sheets.workbooks import form_workbook

SHIPPED = Path(__file__).parents[1] / "masters" / "komae-saihan-1"
YEARS = tuple(map(FiscalYear.parse, ("R6", "R7")))
GOALS, MEASURES, DEPARTMENTS, LINES = 6, 60, 120, 600
GRADES = ("S", "A", "B", "C", "D", "E", "F", "－")
_LONG, _SOME, _EVERY = 3_000, 240, 10  # characters; every tenth text is a long one
_KINDS = ("総務", "市民", "福祉", "環境", "都市", "学校", "産業", "防災", "文化", "健康")
_WORDS = (
    "計画",
    "推進",
    "管理",
    "整備",
    "支援",
    "相談",
    "調整",
    "振興",
    "事業",
    "政策",
    "安全",
    "指導",
)
_SENTENCE = (
    "関係する団体と打ち合わせを重ね、{month}月に説明会を{times}回開き、延べ{people}人が参加した。"
)
_HEAD = """id = "sogo-6"
title = "架空市第6次総合計画"
booklet = "架空市第6次総合計画 施策評価表"
city = "架空市"
office = "総務計画課"
first_year = "R6"
last_year = "R8"

[words]
goal = "政策"
measure = "施策"
initiative = "事務事業"
outline = "事業の内容"
department = "所管課"
effort = "取組"
target = "目標"

[style]
font = "BIZ UDゴシック"
paper = "A3"
targets = "対象年度と最終年度"
"""
_FIELDS = (
    ("figure", "実績値", "数値", "必須", "", "", 10, "実績", "成果"),
    ("grade", "評価", "選択", "必須", "grade", "", 7, "", ""),
    ("result", "取組の内容", "文章", "必須", "", _LONG, 40, "実績", ""),
    ("reason", "課題と今後", "文章", "", "", _LONG, 30, "", ""),
)


def masters(folder: Path) -> Path:
    """The masters of the city."""
    if (folder / "plan.toml").exists():
        return folder
    folder.mkdir(parents=True)
    (folder / "plan.toml").write_text(_HEAD, encoding="utf-8")
    for name, rows in _tables().items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(rows)
    return folder


def _tables() -> Mapping[str, Sequence[Sequence[object]]]:
    names = [f"{_KINDS[at // 12]}{_WORDS[at % 12]}課" for at in range(DEPARTMENTS)]
    codes = [f"ka-{at:03}" for at in range(1, DEPARTMENTS + 1)]
    people = list(zip(codes, names, strict=True))
    each = LINES // MEASURES
    measures = [
        (_measure(at), _goal(at), f"{_KINDS[at % 10]}の{at + 1}番目の施策")
        for at in range(MEASURES)
    ]
    lines = [(f"{_measure(at // each)}-{at % each + 1}", at) for at in range(LINES)]
    return {
        "departments": _filled("コード,名称,略称,後継,開始年度,終了年度", people),
        "respondents": _filled(
            "コード,名称,略称,部署,開始年度,終了年度",
            [(code, name, "", code) for code, name in people],
        ),
        "goals": _filled(
            "No,名称,説明,体系の名称,頁", [(at + 1, f"{_KINDS[at]}の政策") for at in range(GOALS)]
        ),
        "measures": _filled("No,基本目標,名称,体系の名称,頁", measures),
        "initiatives": _filled(
            "No,基本目標,施策,名称,一覧の名称,頁,開始年度,終了年度",
            [
                (no, _goal(at // each), _measure(at // each), f"事務事業{at + 1}")
                for no, at in lines
            ],
        ),
        "actions": _filled(
            "ID,重点取組,部署,事業概要,取組,再掲元,開始年度,終了年度",
            [
                (no, no, codes[at % DEPARTMENTS], f"{no}を計画的に進めます。", f"{no}の実施")
                for no, at in lines
            ],
        ),
        "targets": _filled(
            "行ID,年度,目標文,目標値,単位,開始年度,終了年度",
            [
                (no, year, "", 100 + at % 50, "件")
                for no, at in lines
                for year in ("R6", "R7", "R8")
            ],
        ),
        **_asked(),
    }


def _asked() -> dict[str, Sequence[Sequence[object]]]:
    heads, *fields = _rows("fields")
    own: list[Sequence[object]] = [row for row in fields if row[0] == "*"]
    for key, heading, kind, must, scale, limit, wide, column, role in _FIELDS:
        cells = {"照会": "hyoka", "キー": key, "項目": heading, "対象": "取組", "型": kind}
        cells |= {"入力": "記入", "必須": must, "尺度": scale, "上限": str(limit), "幅": str(wide)}
        cells |= {"公開範囲": "公表", "適用": "毎年", "確認表の列": column, "役割": role}
        own.append([cells.get(head, "") for head in heads])
    scales_heads, *scales = _rows("scales")
    kept: list[Sequence[object]] = [row for row in scales if row[0] in ("submission", "approved")]
    grades = [
        ("grade", value, "", f"{value}の目安です。", "○" if value != "－" else "")
        for value in GRADES
    ]
    rounds = ("hyoka", "施策評価", 1, "部署", "取組", "", "hyoka.grade、hyoka.result", "", "05-31")
    return {
        "fields": [heads, *own],
        "scales": [scales_heads, *kept, *(_padded(row, len(scales_heads)) for row in grades)],
        "rounds": _filled(
            "コード,名称,順,回答元,行の種類,前の回答,前年度の回答,意見の行数,提出期限,提出先,問合せ先",
            [(*rounds, "総務計画課", "総務計画課")],
        ),
    }


def _rows(name: str) -> list[list[str]]:
    with (SHIPPED / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def _filled(header: str, rows: Sequence[Sequence[object]]) -> list[Sequence[object]]:
    heads = header.split(",")
    return [heads, *(_padded(row, len(heads)) for row in rows)]


def _padded(row: Sequence[object], wide: int) -> Sequence[object]:
    return [*row, *[""] * (wide - len(row))]


def _goal(measure: int) -> str:
    return str(measure * GOALS // MEASURES + 1)


def _measure(at: int) -> str:
    return f"{_goal(at)}-{at % (MEASURES // GOALS) + 1}"


def returns(folder: Path, masters_folder: Path) -> None:
    """Every department's form of each year, filled, in the 2_回収 of an output folder."""
    plan, output = load_plan(masters_folder), OutputFolder(folder)
    output.claim(plan)
    for year in YEARS:
        to = output.round(year, plan.main_round).returned
        to.mkdir(parents=True, exist_ok=True)
        for who in plan.at(year).respondents_of(plan.main_round):
            one = layout(plan, year, plan.main_round.code, who)
            data = form_workbook([one], plan.style.font, {who.code: answers(one, year)})
            (to / form_name(plan, who.name, year, plan.main_round)).write_bytes(data)


def answers(one: Layout, year: FiscalYear) -> Values:
    """Different in every cell; every tenth text is as long as it may be."""
    found = {(FORM_ROW, "filler"): "記入 太郎", (FORM_ROW, "approved"): "確認済"}
    for row in one.rows:
        at = sum(map(ord, row.id)) + sum(int(n) for n in row.id.split("-")) + year.start
        found[row.id, "figure"] = str(60 + at % 70)
        found[row.id, "grade"] = GRADES[at % len(GRADES)]
        for key, more in (("result", 0), ("reason", 5)):
            size = _LONG if (at + more) % _EVERY == 0 else _SOME // (1 + more // 5)
            found[row.id, key] = _text(f"{row.id}の{year.code}。", at + more, size)
    return found


def _text(lead: str, at: int, size: int) -> str:
    parts = [lead]
    while sum(map(len, parts)) < size:
        n = at + len(parts)
        parts.append(_SENTENCE.format(month=1 + n % 12, times=1 + n % 9, people=10 + n % 300))
    return "".join(parts)[:size]


def timed(place: Path) -> Iterator[tuple[str, Run]]:
    """Each command of R7 with its time and the memory of all its processes."""
    plan, output = masters(place / "masters" / "sogo"), place / "output"
    returns(output, plan)
    where = ("--plan", str(plan), "--output", str(output))
    for year in YEARS:
        for command in ("build", "merge", "report"):
            words = (sys.executable, "-m", "kakunin_xlsx", command, "--year", year.code, *where)
            run = interleaved({command: words}, rounds=1, warm_up=False)[command]
            yield f"{command} {year}", run


if __name__ == "__main__":
    for name, run in timed(Path(sys.argv[1])):
        sys.stdout.write(f"{name}：{run.seconds:.1f}秒、{run.mebibytes:.0f}MiB\n")
        sys.stdout.flush()
