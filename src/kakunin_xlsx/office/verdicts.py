"""The sheet 提案 of 台帳.xlsx: proposals that wait, and what the office decided on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from kakunin_xlsx.folders.tree import OutputFolder
from kakunin_xlsx.layout.understand import day
from kakunin_xlsx.masters_book import headings as book
from kakunin_xlsx.office.proposals import (
    DECIDED,
    DECIDED_HEADER,
    OPEN,
    MasterProposal,
    proposals,
    read_decided,
)
from kakunin_xlsx.office.years import YearAt
from kakunin_xlsx.plan import Edit, EditKind, FiscalYear, Plan, Problem
from kakunin_xlsx.plan.diff_words import named_row
from kakunin_xlsx.plan.schema import TABLE
from kakunin_xlsx.plan.texts import TextRow
from kakunin_xlsx.stop import Stop
from kakunin_xlsx.textfiles import csv_bytes


def proposal_lines(
    plan: Plan, output: OutputFolder
) -> tuple[Sequence[Mapping[str, str]], Sequence[str]]:
    """What waits for a decision, by the headings of the sheet, and what people must know."""
    lines: list[Mapping[str, str]] = []
    notices: list[str] = []
    try:
        output.require(plan)
    except Stop as stop:
        return [], [f"提案を載せていません。{stop}"]
    for year in plan.years:
        try:
            found = proposals(YearAt(plan, year, output))
        except Stop as stop:
            notices.append(f"{year.name}の提案を載せていません。{stop}")
            continue
        lines += [_line(plan, year, each) for each in found if each.state == OPEN]
    return lines, notices


def _line(plan: Plan, year: FiscalYear, each: MasterProposal) -> Mapping[str, str]:
    row = each.cell.row_from(each.first_year)
    return {
        book.YEAR: year.code,
        book.ROUND: plan.round[each.round].name,
        book.WHOSE: each.respondent,
        book.PLACE: named_row(plan, each.cell.table, row) or each.row,
        book.ITEM: each.item,
        book.NOW: each.now,
        book.TYPED: each.typed,
        book.SINCE: each.first_year.code if each.first_year in plan.years else "",
        book.WHERE: "\n".join(each.places),
        book.ROW: each.row,
    }


@dataclass
class Verdicts:
    """What was decided on the sheet: edits, 提案の採否.csv of each round, a sentence each.

    `problems` keep it from being taken; `notices` are for people.
    """

    edits: list[Edit] = field(default_factory=list)
    lines: dict[Path, list[Mapping[str, str]]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def files(self) -> dict[Path, bytes]:
        """提案の採否.csv of each round in which something was decided."""
        return {
            path: csv_bytes(DECIDED_HEADER, ([line[h] for h in DECIDED_HEADER] for line in lines))
            for path, lines in self.lines.items()
        }

    def say(self, row: TextRow, heading: str, wrong: str, todo: str) -> None:
        """Keep a problem of a cell of the sheet."""
        self.problems.append(Problem("", 0, "", wrong, todo, row.place(heading)))


def decisions(rows: Sequence[TextRow], plan: Plan, output: OutputFolder | None) -> Verdicts:
    """What the lines of the sheet 提案 decide."""
    made = Verdicts()
    known: dict[FiscalYear, tuple[MasterProposal, ...]] = {}
    for row in rows:
        verdict = row.said(book.VERDICT)
        if not verdict:
            made.notices += _undecided(row)
        elif verdict not in (book.TAKEN, book.DECLINED):
            todo = f"「{book.TAKEN}」か「{book.DECLINED}」を選んでください。"
            made.say(row, book.VERDICT, f"「{verdict}」という書き方はありません。", todo)
        elif not (found := _found(row, plan, output, known)):
            todo = "書き出したときと同じ出力先を --output で指定してください。"
            made.say(row, book.ROW, "この提案は、いまの取りまとめにありません。", todo)
        elif found[0].state == OPEN:
            _decide(made, row, plan, *found)
        elif found[0].state != verdict:
            wrong = f"もう「{found[0].state}」と決まっています（{found[0].decided}）。"
            todo = f"決め直すときは、{DECIDED} の行を除いてください。"
            made.say(row, book.VERDICT, wrong, todo)
    return made


def _undecided(row: TextRow) -> Iterator[str]:
    """What is said of a line without 採否, if somebody wrote there."""
    if any(row.said(each) for each in (book.DECIDED, book.DECIDER, book.DAY, book.REASON)):
        yield f"{row.place(book.VERDICT)}：「採否」が空欄なので、まだ取り込みません。"
    elif not row.said(book.ROW):  # no line that we exported
        for heading in filter(row.said, book.PROPOSAL_HEADINGS):
            yield f"{row.place(heading)}：「{row.said(heading)}」は提案の行になく、取り込みません。"


def _found(
    row: TextRow,
    plan: Plan,
    output: OutputFolder | None,
    known: dict[FiscalYear, tuple[MasterProposal, ...]],
) -> tuple[MasterProposal, Path] | None:
    """The proposal of a line as it stands today, and where it is decided."""
    year = next((each for each in plan.years if each.code == row.said(book.YEAR)), None)
    if year is None or output is None:
        return None
    if year not in known:
        output.require(plan)
        known[year] = proposals(YearAt(plan, year, output))
    found = next((each for each in known[year] if _is_of(row, plan, each)), None)
    if found is None:
        return None
    return found, output.round(year, plan.round[found.round]).merged / DECIDED


def _is_of(row: TextRow, plan: Plan, each: MasterProposal) -> bool:
    typed = each.typed.replace("\r\n", "\n").replace("\r", "\n").strip()
    said = (row.said(h) for h in (book.ROUND, book.WHOSE, book.ROW, book.ITEM, book.TYPED))
    return tuple(said) == (
        *(plan.round[each.round].name, each.respondent, each.row, each.item, typed),
    )


def _decide(made: Verdicts, row: TextRow, plan: Plan, proposal: MasterProposal, path: Path) -> None:
    """Take or decline one proposal, unless the line lacks something."""
    verdict, before = row.said(book.VERDICT), len(made.problems)
    for heading, what in ((book.DECIDER, "決めた人の氏名"), (book.REASON, "決めた理由")):
        if not row.said(heading):
            made.say(row, heading, "空欄です。", f"{what}を書いてください。")
    on = day(row.said(book.DAY)) if row.said(book.DAY) else date.today().isoformat()
    if not on:
        wrong = f"「{row.said(book.DAY)}」を日付として読み取れません。"
        made.say(row, book.DAY, wrong, "決めた日を 2026/10/1 のように書いてください。")
    edit = _edit(made, row, plan, proposal, str(on)) if verdict == book.TAKEN else None
    if verdict == book.DECLINED and row.said(book.DECIDED):
        todo = "採るときは「採用」を選び、見送るときは「決定」を空欄にしてください。"
        made.say(row, book.DECIDED, "見送りなのに、文が書かれています。", todo)
    if len(made.problems) > before:
        return
    if edit:
        made.edits.append(edit)
    words = f"{proposal.respondent}　{proposal.row}　{proposal.item}：{proposal.typed}"
    made.told.append(f"{verdict}　{words}")
    line = {
        "回答元": proposal.respondent,
        "行ID": proposal.row,
        "項目": proposal.item,
        "記入": proposal.typed,
        "採否": verdict,
        "表": edit.table if edit else "",
        "キー": edit.row if edit else "",
        "列": edit.column if edit else "",
        "年度から": edit.since.code if edit and edit.since else "",
        "文": edit.text if edit else "",
        "誰": row.said(book.DECIDER),
        "理由": row.said(book.REASON),
        "日": str(on),
    }
    made.lines.setdefault(path, list(read_decided(path))).append(line)


def _edit(
    made: Verdicts, row: TextRow, plan: Plan, proposal: MasterProposal, on: str
) -> Edit | None:
    """What a proposal that is taken makes of the masters."""
    if not proposal.cell.table:
        todo = "表のシートで文を直し、この行の「採否」は空欄に戻してください。"
        wrong = "台帳のどのセルを改めるものか決められません。"
        made.say(row, book.VERDICT, wrong, todo)
        return None
    since = row.said(book.SINCE)
    first = next((each for each in plan.years if each.code == since), None)
    if since == book.ALL_YEARS:
        first = min(proposal.first_year, plan.last_year)
    if first is None:
        wrong = f"「{since}」は計画の年度ではありません。" if since else "空欄です。"
        made.say(row, book.SINCE, wrong, "一覧から、いつからの改訂かを選んでください。")
        return None
    text = row.said(book.DECIDED) or proposal.text
    if not text:
        todo = "新しい文を書いてください。"
        made.say(row, book.DECIDED, "提案から新しい文を決められません。", todo)
        return None
    asked = plan.round[proposal.round].name
    origin = f"{asked}での{proposal.respondent}の提案（{proposal.item}、{proposal.places[-1]}）"
    return Edit(
        table=proposal.cell.table,
        row=proposal.cell.row_from(first),
        column=proposal.cell.column,
        text=book.as_code(plan, TABLE[proposal.cell.table], proposal.cell.column, text),
        since=first,
        why=f"{row.said(book.REASON)}（{row.said(book.DECIDER)}、{on}。{origin}）",
        kind=EditKind.CORRECT if since == book.ALL_YEARS else EditKind.CHANGE,
        place=row.place(book.VERDICT),
    )
