"""決定.csv: what the office decided, cell by cell. A later row takes the place of an earlier."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass

from kakunin_xlsx.merge.model import Conflict

HEADER = ["回答元コード", "行ID", "項目キー", "採用SHA256", "事務局入力値", "理由", "誰", "日時"]
_OLDER_HEADER = HEADER[1:]  # without the respondent


@dataclass(frozen=True, slots=True)
class Decision:
    """One row. `respondent` may be blank where only one is asked for the row.

    `sha256` adopts the answer of that file; `office_value` is the office's own. With both,
    the office's value holds only as long as that file is in force.
    """

    respondent: str
    row: str
    key: str
    sha256: str
    office_value: str
    reason: str
    who: str
    when: str


class DecisionsBroken(ValueError):
    """決定.csv cannot be understood; the text says where and what to write."""


def read_decisions(data: bytes) -> tuple[Decision, ...]:
    """The rows of 決定.csv as people or `append_decisions` left them. Raises DecisionsBroken."""
    return tuple(_rows(_text(data)))


def append_decisions(data: bytes, decisions: Iterable[Decision]) -> bytes:
    """The file with more rows at its end; the rows that it holds stay as they are."""
    text = _text(data)
    read_decisions(data)  # never write on to what cannot be read back
    with_respondent = _header(text) != _OLDER_HEADER
    made = io.StringIO(newline="")
    writer = csv.writer(made, lineterminator="\r\n")
    if not text.strip():
        text = ""
        writer.writerow(HEADER)
    elif not text.endswith("\n"):
        made.write("\r\n")
    writer.writerows(astuple(row)[0 if with_respondent else 1 :] for row in decisions)
    return (text + made.getvalue()).encode("utf-8-sig")


def prefer(
    conflicts: Iterable[Conflict], sha256: str, reason: str, who: str, when: str
) -> tuple[Decision, ...]:
    """Decide every conflict in which the file takes part for that file."""
    return tuple(
        Decision(conflict.respondent, conflict.row, conflict.key, sha256, "", reason, who, when)
        for conflict in conflicts
        if any(answer.sha256 == sha256 for answer in conflict.answers)
    )


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp932"):  # Excel's plain CSV is cp932
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DecisionsBroken(
        "決定.csv の文字を読めません。Excelの「CSV UTF-8（コンマ区切り）」で保存し直してください。"
    )


def _header(text: str) -> list[str] | None:
    return next(csv.reader(io.StringIO(text, newline="")), None)


def _rows(text: str) -> Iterator[Decision]:
    if not text.strip():
        return
    reader = csv.reader(io.StringIO(text, newline=""))
    header = next(reader)
    if header not in (HEADER, _OLDER_HEADER):
        raise DecisionsBroken(
            f"決定.csv の1行目を「{','.join(HEADER)}」にしてください（今は「{','.join(header)}」）。"
        )
    for row in reader:
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            raise DecisionsBroken(
                f"決定.csv の{reader.line_num}行目の列の数が{len(row)}です。"
                f"{len(header)}列にしてください。"
            )
        cells = row if header == HEADER else ["", *row]
        office_value = cells[4]
        respondent, id_, key, sha256, _, *rest = (cell.strip() for cell in cells)
        yield Decision(respondent, id_, key, sha256.lower(), office_value, *rest)
