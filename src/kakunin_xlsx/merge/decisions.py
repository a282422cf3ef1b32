"""決定.csv, cell by cell, and what makes its rows: the office's tables, or a file it preferred.

A later row takes the place of an earlier.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace

from kakunin_xlsx.findings import Finding, Place
from kakunin_xlsx.findings.catalogue import DECISION_INCOMPLETE, LEDGER_STRANGE
from kakunin_xlsx.layout import Column, Layout, LedgerRow
from kakunin_xlsx.layout.ledger import AGREED_ON, CHOSEN, NEW_VALUE, REASON, WHO
from kakunin_xlsx.layout.understand import serial_day
from kakunin_xlsx.merge.model import Conflict
from kakunin_xlsx.returns.forms import Asked
from kakunin_xlsx.textfiles import FileBroken, csv_lines, typed_text

DECISIONS = "決定.csv"
HEADER = [
    *["回答元コード", "行ID", "項目キー", "採用SHA256", "事務局入力値", "理由", "誰", "日時"],
    "課の了解日",
]
# The beginning of a decision inside another's cell: a quote that was not closed swallowed it.
_SWALLOWED = re.compile(r"\n(?:[^,\n]*,)?[^,\n]+,[A-Za-z]\w*,(?:[0-9A-Fa-f]{64})?,", re.ASCII)
_NEEDED = {REASON: "理由", WHO: "決定者"}
_NEEDED_TOO = {AGREED_ON: "課の了解日"}  # where a department's answer is changed by the office
_SHOWN = 120  # characters of a line that a message quotes
_OLDER_HEADERS = (HEADER[:-1], HEADER[1:-1])  # without 了解日, and without the respondent


@dataclass(frozen=True, slots=True)
class Decision:
    """One row. `respondent` may be blank where only one is asked for the row.

    `sha256` adopts the answer of that file; `place` (`確認表!J12`) says which of several in it, and
    stands behind it. `office_value` is the office's own; with both, it holds only as long as that
    file is in force.
    """

    respondent: str
    row: str
    key: str
    sha256: str
    office_value: str
    reason: str
    who: str
    when: str
    agreed_on: str = ""
    place: str = ""

    @property
    def said(self) -> str:
        """Who decided, when, with whose consent and why: what 回答一覧 shows."""
        who = f"{self.who} {self.when}".strip() or "決定者の記載なし"
        agreed = f"、課の了解日 {self.agreed_on}" if self.agreed_on else ""
        return f"{who}{agreed}{f'：{self.reason}' if self.reason else ''}"


class DecisionsBroken(ValueError):
    """決定.csv cannot be understood; the text says where and what to write."""


def read_decisions(data: bytes) -> tuple[Decision, ...]:
    """The rows of 決定.csv as people or `append_decisions` left them. Raises DecisionsBroken."""
    try:
        return tuple(_rows(typed_text(data, office=True)))
    except FileBroken as broken:
        raise DecisionsBroken(f"決定.csv の{broken}") from broken


def append_decisions(data: bytes, decisions: Iterable[Decision]) -> bytes:
    """The file with more rows at its end; the rows that it holds stay as they are."""
    read_decisions(data)  # never write on to what cannot be read back
    text = typed_text(data, office=True)
    header = _header(text) or HEADER
    made = io.StringIO(newline="")
    writer = csv.writer(made, lineterminator="\r\n")
    if not text.strip():
        text = ""
        writer.writerow(HEADER)
    elif not text.endswith("\n"):
        made.write("\r\n")
    writer.writerows(_cells(row, header) for row in decisions)
    return (text + made.getvalue()).encode("utf-8-sig")


def _cells(decision: Decision, header: Sequence[str]) -> list[str]:
    """The decision under the headings that the file has; nothing of it is lost there."""
    named = dict(zip(HEADER, astuple(decision)[: len(HEADER)], strict=True))
    named["採用SHA256"] = f"{decision.sha256} {decision.place}".strip()
    if decision.agreed_on and HEADER[-1] not in header:
        named["理由"] += f"（課の了解日 {decision.agreed_on}）"
    return [named[name] for name in header]


def _header(text: str) -> list[str] | None:
    return next((cells for _, cells in csv_lines(text)), None)


def _rows(text: str) -> Iterator[Decision]:
    if not text.strip():
        return
    lines = csv_lines(text)
    _, header = next(lines)
    if header not in (HEADER, *_OLDER_HEADERS):
        wrong = f"列の見出しが違います（今は「{','.join(header)[:_SHOWN]}」）。"
        raise FileBroken(1, wrong, f"1行目を「{','.join(HEADER)}」にしてください。")
    for line, row in lines:
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            raise DecisionsBroken(
                f"決定.csv の{line}行目の列の数が{len(row)}です。{len(header)}列にしてください。"
            )
        if any("\n" in cell and _SWALLOWED.search(cell.replace("\r", "")) for cell in row):
            wrong = '引用符「"」が閉じていないため、次の行までが1つの文になっています。'
            raise FileBroken(line, wrong, "引用符を見直してください。")
        named = dict(zip(header, row, strict=True))
        plain = [named.get(name, "").strip() for name in HEADER]
        respondent, id_, key, adopted, _, reason, who, when, agreed_on = plain
        sha256, place = (*adopted.split(None, 1), "", "")[:2]
        own = named["事務局入力値"]
        yield Decision(
            respondent, id_, key, sha256.lower(), own, reason, who, when, agreed_on, place
        )


# What the office wrote into its tables.


@dataclass(frozen=True)
class Taken:
    """New decisions in the order of the rows; findings about rows that give none, and these."""

    decisions: tuple[Decision, ...]
    findings: tuple[Finding, ...]
    rest: tuple[LedgerRow, ...]


def take(rows: Iterable[LedgerRow], asked: Asked, known: Collection[Decision], when: str) -> Taken:
    """What the office wrote, without what 決定.csv already holds; `when` is now."""
    old = {replace(decision, when="") for decision in known}
    decisions: dict[Decision, None] = {}
    findings: list[Finding] = []
    rest: list[LedgerRow] = []
    for row in rows:
        if not (row.said(CHOSEN) or row.said(NEW_VALUE)):
            rest.append(row)
            continue
        layout = asked.get(row.mark.respondent)
        if problem := _problem(row, layout):
            findings.append(problem)
            rest.append(row)
        elif (made := _decision(row)) not in old:
            decisions[replace(made, when=when)] = None
    return Taken(tuple(decisions), tuple(findings), tuple(rest))


def prefer(
    conflicts: Iterable[Conflict], sha256: str, reason: str, who: str, when: str
) -> tuple[Decision, ...]:
    """Decide every conflict in which the file takes part for that file, unless it differs in itself."""
    return tuple(
        Decision(conflict.respondent, conflict.row, conflict.key, sha256, "", reason, who, when)
        for conflict in conflicts
        if len(
            {each.understood or each.value for each in conflict.answers if each.sha256 == sha256}
        )
        == 1
    )


def _decision(row: LedgerRow) -> Decision:
    mark = row.mark
    chosen = None if row.said(NEW_VALUE) else mark.chosen(row.said(CHOSEN))
    several = chosen and [each.sha256 for each in mark.answers].count(chosen.sha256) > 1
    return Decision(
        respondent=mark.respondent,
        row=mark.row,
        key=mark.key,
        sha256=chosen.sha256 if chosen else "",
        office_value=row.typed.get(NEW_VALUE, ""),
        reason=row.said(REASON),
        who=row.said(WHO),
        when="",
        agreed_on=serial_day(row.said(AGREED_ON)) or row.said(AGREED_ON),
        place=chosen.place if chosen and several else "",
    )


def _problem(row: LedgerRow, layout: Layout | None) -> Finding | None:
    mark = row.mark
    column = layout.decided(mark.row, mark.key) if layout else None
    ours = layout.identity if layout else None
    if not (layout and column and ours) or (mark.plan, mark.year, mark.round) != (
        *(ours.plan, ours.year, ours.round),
    ):
        return LEDGER_STRANGE.at(_place(row, "", None), what=mark)
    known = layout.row.get(mark.row)
    place = _place(row, known.initiative or known.id if known else "", column)
    if missing := dict(_missing(row)):
        place = replace(
            place, cell=row.cells.get(next(iter(missing)), ""), respondent=layout.respondent
        )
        return DECISION_INCOMPLETE.at(
            place, no=place.initiative, missing="』『".join(missing.values())
        )
    return None


def _missing(row: LedgerRow) -> Iterator[tuple[str, str]]:
    needed = {**_NEEDED, **(_NEEDED_TOO if AGREED_ON in row.cells else {})}
    for key, heading in needed.items():
        if not row.said(key):
            yield key, heading
    if not row.said(NEW_VALUE) and not row.mark.chosen(row.said(CHOSEN)):
        yield CHOSEN, "採用"


def _place(row: LedgerRow, no: str, column: Column | None) -> Place:
    return Place(
        file=row.file,
        sheet=row.sheet,
        cell=row.cells.get(CHOSEN, row.cells.get(NEW_VALUE, "")),
        row=row.mark.row,
        initiative=no,
        item=column.heading if column else row.mark.key,
        value=row.said(NEW_VALUE) or row.said(CHOSEN),
        key=row.mark.key,
    )
