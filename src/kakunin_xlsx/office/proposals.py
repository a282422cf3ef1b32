"""台帳への提案: what departments would change in the masters, and what became of it.

A proposal is a locked text that somebody changed (修正提案.csv), or an answer in a field that
fields.csv marks with 台帳への提案. What the office decided stands in 提案の採否.csv beside the
merge's tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from kakunin_xlsx.codec import from_json
from kakunin_xlsx.folders import OutputFolder
from kakunin_xlsx.layout.columns import plan_columns
from kakunin_xlsx.layout.model import REPEATED
from kakunin_xlsx.layout.understand import day
from kakunin_xlsx.masters_book import headings as book
from kakunin_xlsx.masters_book.changes import as_code
from kakunin_xlsx.merge import MANIFEST, Stale, load_merged_record
from kakunin_xlsx.merge.tables import PROPOSALS, PROPOSALS_HEADER, Manifest, sha256
from kakunin_xlsx.office.merged import merged_rounds
from kakunin_xlsx.plan import Edit, EditKind, FiscalYear, Plan, Problem, Round, RowKind
from kakunin_xlsx.plan.diff_words import named_row
from kakunin_xlsx.plan.schema import TABLE
from kakunin_xlsx.plan.texts import TextRow
from kakunin_xlsx.record import FORM_ROW, Record
from kakunin_xlsx.stop import Stop
from kakunin_xlsx.textfiles import FileBroken, csv_bytes, csv_rows

DECIDED = "提案の採否.csv"
DECIDED_HEADER = [
    *["回答元", "行ID", "項目", "記入", "採否", "表", "キー", "列", "年度から", "文"],
    *["誰", "理由", "日"],
]
OPEN = "未処理"

# `R8「…」`: the year from which, and the new text.
_QUOTED = re.compile(
    r"(?:(?P<year>(?:R|令和)\s*\d+(?:年度?)?)(?:から|は|を|：|:|、)?\s*)?「(?P<text>[^「」]+)」。?"
)
_NUMBERED = re.compile(r"^\S+\n")  # an initiative is printed behind its number
_TARGET = "target:"
_TEXTS: Mapping[str, tuple[str, str]] = {  # column of a form → table and column of the masters
    "outline": ("actions", "事業概要"),
    "effort": ("actions", "取組"),
    "department": ("actions", "部署"),
    "initiative": ("initiatives", "名称"),
}


@dataclass(frozen=True, slots=True)
class MasterProposal:
    """One proposal, and the master cell it is about (`table` '' if it is about none).

    `key` is the row's for texts; a target's key gets its year from `place`. `typed` is what
    the department wrote, `text` the new words in it; `now` what stands there. `first_year` is
    from when, as far as the proposal says so. `decided` says by whom, when and why.
    """

    number: int
    round: str
    respondent: str
    row: str
    item: str
    table: str
    key: str
    column: str
    now: str
    typed: str
    text: str
    first_year: FiscalYear
    places: tuple[str, ...]
    state: str = OPEN
    decided: str = ""

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """What makes it the same proposal in another file."""
        return self.respondent, self.row, self.item, self.typed

    def as_data(self) -> dict[str, Any]:
        """For --json."""
        return {
            "番号": self.number,
            "採否": self.state,
            "照会": self.round,
            "回答元": self.respondent,
            "行ID": self.row,
            "項目": self.item,
            "台帳の箇所": {"表": self.table, "キー": self.key, "列": self.column},
            "いまの文": self.now,
            "記入": self.typed,
            "新しい文": self.text,
            "年度から": self.first_year.code,
            "記入されたところ": list(self.places),
            "決定": self.decided,
        }


def proposals(plan: Plan, year: FiscalYear, output: OutputFolder) -> tuple[MasterProposal, ...]:
    """Every proposal of a year's merged rounds, numbered in their order. Raises Stop."""
    found: dict[tuple[str, ...], MasterProposal] = {}
    for round_ in merged_rounds(plan, year, output):
        for each in _of_round(plan, year, round_, output):
            known = found.setdefault((each.round, *each.identity), each)
            if known is not each:  # sent again in another file
                places = tuple(dict.fromkeys((*known.places, *each.places)))
                found[each.round, *each.identity] = replace(known, places=places)
    return tuple(replace(each, number=at) for at, each in enumerate(found.values(), 1))


def _of_round(
    plan: Plan, year: FiscalYear, round_: Round, output: OutputFolder
) -> Iterator[MasterProposal]:
    folder = output.round(year, round_)
    maker = _Maker(plan, year, round_, read_decided(folder.merged / DECIDED))
    try:
        record = load_merged_record(folder.merged, folder.returned)
        changed = _changed_texts(folder.merged)
    except Stale as stale:
        raise Stop(f"{round_.name}：{stale}\n　kakunin merge {plan.words_for(year, round_)}") from (
            stale
        )
    yield from map(maker.changed, changed)
    yield from maker.answered(record)


def _changed_texts(merged: Path) -> Sequence[Mapping[str, str]]:
    """The rows of 修正提案.csv, as the merge wrote them. Raises Stale."""
    path = merged / PROPOSALS
    try:
        data = path.read_bytes()
    except FileNotFoundError as absent:
        raise Stale(f"{path} がありません。kakunin merge をもう一度実行してください。") from absent
    manifest = from_json(Manifest, (merged / MANIFEST).read_bytes())
    if sha256(data) != manifest.outputs.get(PROPOSALS):
        raise Stale(
            f"{path} が取りまとめの後に書き換えられています。"
            "kakunin merge をもう一度実行してください。"
        )
    return csv_rows(data)


@dataclass(frozen=True)
class _Maker:
    """Makes the proposals of one round."""

    plan: Plan
    year: FiscalYear
    round: Round
    decided: Sequence[Mapping[str, str]]

    def changed(self, row: Mapping[str, str]) -> MasterProposal:
        """From a line of 修正提案.csv."""
        who, id_, item, _, typed, *where = (row[name] for name in PROPOSALS_HEADER)
        table, key, column = self._of_text(id_, item)
        text = _NUMBERED.sub("", typed) if table == "initiatives" else typed.removeprefix(REPEATED)
        if table == "targets" and self._has_figure(key):
            text = ""  # words and number are printed together: the office must part them
        if (table, column) == ("actions", "部署"):
            codes = {each.name: each.code for each in self._then.departments}
            text = codes.get(typed.strip(), "")
        return self._made(who, id_, item, (table, key, column), typed, text, None, where)

    def answered(self, record: Record) -> Iterator[MasterProposal]:
        """From the answers in fields that propose."""
        fields = self.plan.fields_of(self.round.code, self.year)
        proposing = {each.key: each.proposes for each in fields if each.proposes}
        for answer in record.answers:
            if not answer.adopted or answer.row == FORM_ROW or answer.key not in proposing:
                continue
            table, column = proposing[answer.key]
            key = answer.row
            if table == "initiatives":
                key = answer.initiative or answer.row
            typed = answer.understood or answer.value
            first, text = _said(typed)
            place = (table, key, column)
            where = (answer.file, answer.sheet, answer.cell)
            yield self._made(
                answer.respondent_name, answer.row, answer.heading, place, typed, text, first, where
            )

    def _has_figure(self, key: str) -> bool:
        id_, _, year = key.rpartition("/")
        target = self._then.target.get((id_, FiscalYear.parse(year)))
        return target is not None and target.figure is not None

    @property
    def _then(self) -> Plan:
        """The plan from which proposals count: the next year's, while it runs."""
        return self.plan.at(min(self.year.next, self.plan.last_year))

    def _of_text(self, row: str, heading: str) -> tuple[str, str, str]:
        """The master cell that a form's column shows in a row; '' for none."""
        columns = plan_columns(self.plan.at(self.year), self.year, self.round)
        key = next((each.key for each in columns if each.heading == heading), "")
        action = self.plan.at(self.year).action.get(row)
        if key.startswith(_TARGET) and action:
            return "targets", f"{row}/{key.removeprefix(_TARGET)}", "目標文"
        table, column = _TEXTS.get(key, ("", ""))
        if key == "initiative":
            if row in self.plan.goal and RowKind.GOAL in self.round.row_kinds:
                return "goals", row, column
            row = action.initiative if action else row
            return (table, row, column) if row in self.plan.initiative else ("", "", "")
        return (table, row, column) if action else ("", "", "")

    def _made(
        self,
        who: str,
        row: str,
        item: str,
        place: tuple[str, str, str],
        typed: str,
        text: str,
        first: FiscalYear | None,
        where: Sequence[str],
    ) -> MasterProposal:
        table, key, column = place
        first = first or self.year.next
        made = MasterProposal(
            number=0,
            round=self.round.code,
            respondent=who,
            row=row,
            item=item,
            table=table,
            key=key,
            column=column,
            now=stands(self.plan, table, key_in(table, key, first), column, first),
            typed=typed,
            text=text.strip(),
            first_year=first,
            places=(" ".join(filter(None, where)),),
        )
        same = [each for each in self.decided if _identity(each) == made.identity]
        return replace(made, state=same[-1]["採否"], decided=_decision(same[-1])) if same else made


def key_in(table: str, key: str, year: FiscalYear) -> str:
    """The key of the row a proposal is about if it holds from `year` on: that year's target."""
    return f"{key}/{year.code}" if table == "targets" and "/" not in key else key


def stands(plan: Plan, table: str, key: str, column: str, year: FiscalYear) -> str:
    """What a master cell says in `year`; '' if there is none."""
    schema = TABLE.get(table)
    if schema is None:
        return ""
    rows = getattr(plan.at(min(year, plan.last_year)), schema.plan)
    value = next((schema.value(row, column) for row in rows if schema.key(row) == key), "")
    return f"{value:.15g}" if isinstance(value, float) else str("" if value is None else value)


def _said(typed: str) -> tuple[FiscalYear | None, str]:
    """From which year, if it says so, and the new text."""
    found = _QUOTED.fullmatch(typed.strip())
    if not found:
        return None, typed
    return FiscalYear.parse(found["year"]) if found["year"] else None, found["text"]


# 提案の採否.csv


def read_decided(path: Path) -> Sequence[Mapping[str, str]]:
    """What was decided so far; nothing if the file is not there. Raises Stop."""
    if not path.is_file():
        return ()
    try:
        return csv_rows(path.read_bytes(), DECIDED_HEADER)
    except FileBroken as broken:
        raise Stop(f"{path}\n{broken}") from broken


def _identity(row: Mapping[str, str]) -> tuple[str, str, str, str]:
    return row["回答元"], row["行ID"], row["項目"], row["記入"]


def _decision(row: Mapping[str, str]) -> str:
    return f"{row['誰']} {row['日']}：{row['理由']}"


# The sheet 提案 of 台帳.xlsx


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
            found = proposals(plan, year, output)
        except Stop as stop:
            notices.append(f"{year.name}の提案を載せていません。{stop}")
            continue
        lines += [_line(plan, year, each) for each in found if each.state == OPEN]
    return lines, notices


def _line(plan: Plan, year: FiscalYear, each: MasterProposal) -> Mapping[str, str]:
    key = key_in(each.table, each.key, each.first_year)
    return {
        book.YEAR: year.code,
        book.ROUND: plan.round[each.round].name,
        book.WHOSE: each.respondent,
        book.PLACE: named_row(plan, each.table, key) or each.row,
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
            if any(row.said(each) for each in (book.DECIDED, book.DECIDER, book.DAY, book.REASON)):
                place = row.place(book.VERDICT)
                made.notices.append(f"{place}：「採否」が空欄なので、まだ取り込みません。")
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
        known[year] = proposals(plan, year, output)
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
    if not proposal.table:
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
        table=proposal.table,
        row=key_in(proposal.table, proposal.key, first),
        column=proposal.column,
        text=as_code(plan, TABLE[proposal.table], proposal.column, text),
        since=first,
        why=f"{row.said(book.REASON)}（{row.said(book.DECIDER)}、{on}。{origin}）",
        kind=EditKind.CORRECT if since == book.ALL_YEARS else EditKind.CHANGE,
        place=row.place(book.VERDICT),
    )
