"""決定.csv: what the office decided, cell by cell. A later row takes the place of an earlier."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass

from kakunin_xlsx.textfiles import FileBroken, csv_lines, typed_text

DECISIONS = "決定.csv"
HEADER = [
    *["回答元コード", "行ID", "項目キー", "採用SHA256", "事務局入力値", "理由", "誰", "日時"],
    "課の了解日",
]
# The beginning of a decision inside another's cell: a quote that was not closed swallowed it.
_SWALLOWED = re.compile(r"\n(?:[^,\n]*,)?[^,\n]+,[A-Za-z]\w*,(?:[0-9A-Fa-f]{64})?,", re.ASCII)
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
