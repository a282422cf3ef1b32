"""Small files of text: every table and plan.toml is read here, and every table written."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from kakunin_xlsx.stop import Stop

# csv's own limit is 131,072 characters; what a text box held may be longer. A C long on Windows.
csv.field_size_limit(2**31 - 1)

_LINE_END = re.compile("\r\n|\r|\n")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_NO_TEXT = "文字を読み取れない形式で保存されています。"
_SAVE_AS = "表計算ソフトでは「CSV UTF-8（コンマ区切り）」を選んで保存し直してください。"


class FileBroken(Stop, ValueError):
    """A file of text that cannot be read: from which line on (0: all of it), and what to do.

    Where nobody says more of it, the command stops with these words.
    """

    def __init__(self, line: int, wrong: str, todo: str, path: Path | None = None) -> None:
        where = f"{path}\n" if path else ""
        super().__init__(f"{where}{f'{line}行目：' if line else ''}{wrong}{todo}")
        self.line, self.wrong, self.todo = line, wrong, todo

    def at(self, path: Path, todo: str = "") -> FileBroken:
        """The same of a file that can be named, and for whose readers something else is to be done."""
        return FileBroken(self.line, self.wrong, todo or self.todo, path)


def bytes_of(path: Path) -> bytes:
    """What a file holds. Raises FileNotFoundError, and FileBroken where it cannot be opened."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as refused:
        if path.is_dir():
            wrong = "同じ名前のフォルダーがあるため、ファイルを読めません。"
            raise FileBroken(0, wrong, "フォルダーの名前を変えてください。", path) from refused
        wrong = f"ファイルを開けません（番号{refused.errno}）。"
        raise FileBroken(0, wrong, "ほかで開いていないか確かめてください。", path) from refused


def text_of(data: bytes, *, office: bool = False) -> str:
    """UTF-8, with or without BOM; of the `office` also what older Windows and Excel save (cp932).

    Raises FileBroken.
    """
    line = 1
    for encoding in ("utf-8-sig", "cp932") if office else ("utf-8-sig",):
        try:
            if not data.startswith(_UTF16):
                return data.decode(encoding)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
    raise FileBroken(line, _NO_TEXT, _SAVE_AS)


def typed_text(data: bytes, *, office: bool = False) -> str:
    """`text_of` a file that people write; only a damaged one holds a NUL. Raises FileBroken."""
    text = text_of(data, office=office)
    if (at := text.find("\0")) >= 0:
        raise FileBroken(text.count("\n", 0, at) + 1, _NO_TEXT, _SAVE_AS)
    return text


def toml_of(text: str) -> Mapping[str, Any]:
    """The values of plan.toml. Raises FileBroken."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits is a ValueError
        at = re.search(r"line (\d+)", str(error))
        todo = 'id = "keikaku-1" のように、項目 = "内容" の形で書いてください。'
        line = int(at[1]) if at else 0
        raise FileBroken(line, "書き方を読み取れません。", todo) from error


def csv_records(text: str) -> Iterator[list[str]]:
    """The lines of a table that this tool holds itself. Raises csv.Error."""
    return csv.reader(io.StringIO(text, newline=""), strict=True)


def csv_lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """The records of a CSV with the line in which each begins; blank lines are left out.

    Raises FileBroken where quotes do not fit together.
    """
    reader = csv.reader(_physical(text), strict=True)
    line = 1
    try:
        for record in reader:
            if record:
                yield line, record
            line = reader.line_num + 1
    except csv.Error:
        wrong = '引用符「"」の組が合わないため、ここから先を読み取れません。'
        raise FileBroken(line, wrong, "引用符を見直してください。") from None


def _physical(text: str) -> Iterator[str]:
    """Line by line with their ends: a StringIO would hold all of it once more, twice as large."""
    at = 0
    for end in _LINE_END.finditer(text):
        yield text[at : end.end()]
        at = end.end()
    if at < len(text):
        yield text[at:]


def csv_rows(
    data: bytes, headings: Sequence[str] = (), *, office: bool = False
) -> tuple[dict[str, str], ...]:
    """The rows of a table by heading; a short line ends in blanks.

    Raises FileBroken, also where one of `headings` is missing or stands there twice, or a line has
    more cells than these.
    """
    lines = csv_lines(text_of(data, office=office))
    _, first = next(lines, (1, []))
    if missing := [name for name in headings if name not in first]:
        todo = f"1行目に {','.join(headings)} を書いてください。"
        raise FileBroken(1, f"列「{'、'.join(missing)}」がありません。", todo)
    if twice := next((name for name in headings if first.count(name) > 1), ""):
        todo = f"1行目は {','.join(headings)} としてください。"
        raise FileBroken(1, f"列「{twice}」が二つあります。", todo)
    found = []
    for line, cells in lines:
        if len(cells) > len(first):
            wrong = f"列の数が{len(cells)}です。"
            raise FileBroken(line, wrong, f"{len(first)}列にしてください。")
        found.append({**dict.fromkeys(first, ""), **dict(zip(first, cells, strict=False))})
    return tuple(found)


def csv_file(
    path: Path, headings: Sequence[str] = (), todo: str = ""
) -> tuple[dict[str, str], ...]:
    """`csv_rows` of a file. Raises FileBroken, with `todo` as what to do where it says so."""
    try:
        return csv_rows(bytes_of(path), headings)
    except FileNotFoundError as absent:
        raise FileBroken(
            0, "ファイルがありません。", todo or "元に戻してください。", path
        ) from absent
    except FileBroken as broken:
        raise broken.at(path, todo) from broken


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]], end: str = "\r\n") -> bytes:
    """A table as this tool writes it: UTF-8 with BOM."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=end).writerows(chain([header], rows))
    return text.getvalue().encode("utf-8-sig")
