"""A small plan of its own whose every text may be anything; and one year of it, played through."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import openpyxl
from click.testing import CliRunner, Result

from kakunin_xlsx.cli.app import app
from kakunin_xlsx.demo.sample import fill_form
from kakunin_xlsx.layout import Layout
from kakunin_xlsx.merge import layouts
from kakunin_xlsx.office.years import RoundAt, issued_with
from kakunin_xlsx.plan import FieldType, FiscalYear
from kakunin_xlsx.plan.cells import Problem
from kakunin_xlsx.plan.new_plan import NewPlan, example_texts
from kakunin_xlsx.plan.schema import TABLE
from kakunin_xlsx.plan.settings import SETTING, SETTINGS, settings_of, with_setting
from kakunin_xlsx.plan.texts import MasterTexts, TextRow, read_texts
from tests.example import Desk

R7 = FiscalYear.parse("R7")
# Where a text is free: the heading by table, and settings. Codes, years and choices are not.
FREE: Mapping[str, tuple[str, ...]] = {
    "departments": ("名称", "略称"),
    "respondents": ("名称", "略称"),
    "texts": ("章", "本文"),
    "goals": ("名称", "説明", "体系の名称"),
    "measures": ("名称", "体系の名称"),
    "initiatives": ("名称", "一覧の名称"),
    "actions": ("事業概要", "取組"),
    "indicators": ("指標", "単位"),
    "targets": ("目標文",),
    "notes": ("記号", "本文"),
    "rounds": ("名称", "提出先", "問合せ先"),
    "fields": ("項目", "説明", "確認表の列"),
    "scales": ("値", "名称", "説明"),
}
SETTINGS_FREE = tuple(
    each.label
    for each in SETTINGS
    if each.key in ("title", "booklet", "city", "office") or each.key.startswith("words.")
)
Slot = tuple[str, int, str]  # table or '' for a setting, row, heading


def plain_texts() -> MasterTexts:
    """Masters that are in order: two goals, two 取組 of one department under one 重点取組."""
    new = NewPlan(
        id="fushigi",
        title="架空市みどりの計画",
        city="架空市",
        office="みどり課",
        first_year=R7,
        last_year=R7.next,
        departments=("みどり課", "みち課"),
        contact="みどり課",
        council="みどり会議",
        committees=(),
        goal="柱",
        measure="枝",
        initiative="葉",
    )
    made = example_texts(new)
    rows = made.rows
    _more(rows, "goals", {"No": "2", "名称": "二つめの柱"})
    _more(rows, "measures", {"No": "2-1", "基本目標": "2", "名称": "二つめの枝"})
    leaf = {"No": "2-1-1", "基本目標": "2", "施策": "2-1", "名称": "二つめの葉"}
    _more(rows, "initiatives", leaf)
    for name, code in (("a", "dept-01"), ("b", "dept-01"), ("c", "dept-02")):
        line = {"ID": f"2-1-1{name}", "重点取組": "2-1-1", "部署": code}
        _more(rows, "actions", {**line, "事業概要": f"{name}の概要", "取組": f"{name}の事業"})
        for year in ("R7", "R8"):
            _more(rows, "targets", {"行ID": line["ID"], "年度": year, "目標文": f"{name}を進める"})
    for mark, name in (("あ", "木の数"), ("い", "花の数")):
        own = {"ID": f"2-1-1b{mark}", "行ID": "2-1-1b", "指標": name, "単位": "本"}
        _more(rows, "indicators", own)
        _more(rows, "targets", {"行ID": own["ID"], "年度": "R7", "目標値": "20"})
    _more(rows, "notes", {"対象": "1-1", "記号": "(注1)", "本文": "注の文です。"})
    rows.setdefault("texts", [])
    for at in range(4):
        text = {"キー": f"t{at}", "章": f"章{at // 2}", "種類": "本文", "本文": f"文{at}"}
        _more(rows, "texts", text)
    for at, row in enumerate(rows["departments"]):
        row.cells["略称"] = f"略{at}"
    return made


def _more(rows: dict[str, list[TextRow]], table: str, cells: Mapping[str, str]) -> None:
    kept = {heading: cells.get(heading, "") for heading in TABLE[table].headers}
    rows.setdefault(table, []).append(TextRow(kept))


def slots(texts: MasterTexts) -> Iterator[Slot]:
    """Every free text that is filled in, form fields and their scales aside."""
    own = {"submission", "approved", "confirmed"}  # words that the tool itself understands
    said = settings_of(texts.toml or "")
    yield from (("", 0, label) for label in SETTINGS_FREE if said[label])
    for table, headings in FREE.items():
        for at, row in enumerate(texts.rows[table]):
            if row.said("照会") == "*" or row.said("尺度") in own:
                continue
            for heading in headings:
                if row.said(heading) and not (table == "scales" and heading == "値"):
                    yield table, at, heading


def put(texts: MasterTexts, slot: Slot, word: str) -> None:
    """One text, changed."""
    table, at, heading = slot
    if table:
        texts.rows[table][at].cells[heading] = word
    else:
        texts.toml = with_setting(texts.toml or "", SETTING[heading], word)


def text_at(texts: MasterTexts, slot: Slot) -> str:
    table, at, heading = slot
    if table:
        return texts.rows[table][at].cells[heading]
    return settings_of(texts.toml or "")[heading]


def slot_of(problem: Problem, rows: Mapping[str, list[TextRow]]) -> Slot | None:
    """Which text a problem is of; None if of none that is free."""
    if problem.file == "plan.toml":
        label = next((s.label for s in SETTINGS if s.key == problem.column), "")
        return ("", 0, label) if label in SETTINGS_FREE else None
    table = problem.file.removesuffix(".csv")
    free = problem.column in FREE.get(table, ())
    lines = [row.line for row in rows.get(table, ())]
    return (table, lines.index(problem.line), problem.column) if free else None


class OddYear(Desk):
    """R7 of a plan whose masters lie under `root`."""

    def write(self, texts: MasterTexts) -> None:
        """Lay the masters down."""
        self.masters.mkdir(exist_ok=True)
        for name, data in texts.files().items():
            (self.masters / name).write_bytes(data)

    def rows(self) -> Mapping[str, list[TextRow]]:
        """The masters as they are read, row by row."""
        return read_texts(self.masters).rows

    def run(self, *words: str, year: FiscalYear = R7) -> Result:
        where = ["--plan", str(self.masters), "--output", str(self.root / "output")]
        if words[0] == "verify":
            return CliRunner().invoke(app, [*words, *where[2:]])
        return CliRunner().invoke(app, [*words, "--year", str(year), *where])

    def told(self, *words: str) -> Any:
        """What a command says to machines."""
        return json.loads(self.run(*words, "--json").output)

    def play(
        self, round_code: str, without: str = "", year: FiscalYear = R7, choose: int = 0
    ) -> None:
        """Build the forms of a round, fill them in but for the column `without`, merge them.

        Of each scale the value at `choose` is taken, or its last.
        """
        built = self.run("build", "--round", round_code, "--allow-missing", year=year)
        assert built.exit_code == 0, built.output
        plan, round_ = self.plan, self.plan.round[round_code]
        folder = self.output.round(year, round_)
        past = issued_with(RoundAt(plan, year, self.output, round_))
        for one in layouts(plan, year, round_code, past):
            (form,) = (p for p in folder.issued.glob("*.xlsx") if holds(p, one))
            typed = {at: text for at, text in filled(one, choose) if at[1] != without}
            data = fill_form(form.read_bytes(), one, typed)
            (folder.returned / form.name).write_bytes(data)
        merged = self.run("merge", "--round", round_code, year=year)
        assert merged.exit_code == (1 if without else 0), merged.output


def holds(path: Path, one: Layout) -> bool:
    """True for the form of this layout."""
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    return str(book["_kakunin"]["A1"].value).startswith(f"{one.identity}/")


def filled(one: Layout, choose: int = 0) -> Iterator[tuple[tuple[str, str], str]]:
    """An answer in every cell that asks."""
    for column in one.form:
        if column.open and column.type is FieldType.TEXT:
            yield ("*", column.key), "山田"
    for row in one.rows:
        for column in one.questions(row):
            if column.type is FieldType.CHOICE:
                yield (
                    (row.id, column.key),
                    column.choices[min(choose, len(column.choices) - 1)].label,
                )
            elif column.type is FieldType.TEXT:
                yield (row.id, column.key), f"{row.id}の答えです。"
