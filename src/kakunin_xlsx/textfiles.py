"""Small files of text: every table is read and written here, and whatever Excel or Notepad saved."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from kakunin_xlsx.stop import Stop

_SAVE_AS = "表計算ソフトでは「CSV UTF-8（コンマ区切り）」を選んで保存し直してください。"


class FileBroken(Stop, ValueError):
    """A file of text that cannot be read: from which line on (0: all of it), and what to do.

    Where nobody says more of it, the command stops with these words.
    """

    def __init__(self, line: int, wrong: str, todo: str) -> None:
        super().__init__(f"{f'{line}行目：' if line else ''}{wrong}{todo}")
        self.line, self.wrong, self.todo = line, wrong, todo


def text_of(data: bytes, *, office: bool = False) -> str:
    """UTF-8, with or without BOM; of the `office` also what older Windows and Excel save (cp932).

    Raises FileBroken.
    """
    for encoding in ("utf-8-sig", "cp932") if office else ("utf-8-sig",):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
    raise FileBroken(line, "文字を読み取れない形式で保存されています。", _SAVE_AS)


def csv_lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """The records of a CSV with the line in which each begins; blank lines are left out.

    Raises FileBroken where quotes do not fit together.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for record in reader:
            if record:
                yield line, record
            line = reader.line_num + 1
    except csv.Error:
        wrong = '引用符「"」の組が合わないため、ここから先を読み取れません。'
        raise FileBroken(line, wrong, "引用符を見直してください。") from None


def csv_rows(
    data: bytes, headings: Sequence[str] = (), *, office: bool = False
) -> tuple[dict[str, str], ...]:
    """The rows of a table by heading; a short line ends in blanks.

    Raises FileBroken, also where one of `headings` is missing or a line has more cells than these.
    """
    lines = csv_lines(text_of(data, office=office))
    _, first = next(lines, (1, []))
    if missing := [name for name in headings if name not in first]:
        todo = f"1行目に {','.join(headings)} を書いてください。"
        raise FileBroken(1, f"列「{'、'.join(missing)}」がありません。", todo)
    found = []
    for line, cells in lines:
        if len(cells) > len(first):
            wrong = f"列の数が{len(cells)}です。"
            raise FileBroken(line, wrong, f"{len(first)}列にしてください。")
        found.append({**dict.fromkeys(first, ""), **dict(zip(first, cells, strict=False))})
    return tuple(found)


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]], end: str = "\r\n") -> bytes:
    """A table as this tool writes it: UTF-8 with BOM."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=end).writerows(chain([header], rows))
    return text.getvalue().encode("utf-8-sig")
