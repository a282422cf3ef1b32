"""文面: letters to 回答元 from templates that a clerk edits in Notepad. No Excel, no folders.

A template is a file of the plan, or else of the package. Its first line is 「件名：…」, the body
begins behind it. Names stand in half- or full-width braces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kakunin_xlsx.nearest import perhaps
from kakunin_xlsx.plan import Problem
from kakunin_xlsx.textfiles import FileBroken, bytes_of, typed_text

FOLDER = "letters"  # inside the masters of a plan
_TITLE = "件名"
_COUNCIL = "会議"  # what a council's secretary is written
_DEFAULTS = Path(__file__).parent / "templates"
_HEAD = f"{_TITLE}："
_NAME = re.compile(r"[{｛]([^{}｛｝\n]*)[}｝]")
_BRACES = re.compile(r"[{}｛｝]")
_AS_UTF8 = "メモ帳で開き、文字コードに UTF-8 を選んで保存し直してください。"
_KIND = re.compile(r"(.+)（([^（）]{2,})）")
_INDENT = re.compile(r"[ 　]*")


class LetterKind(StrEnum):
    """What a letter is for; its template is named after it."""

    ASK = "照会"
    NOTICE = "期限前のお知らせ"
    AGAIN = "提出のお願い（再）"
    FIX = "修正依頼"


# The names that stand in 「{ }」 in the template of each kind.
_ALL = (
    *("計画名", "年度", "実施年度", "照会名", _TITLE, "日付", "宛先", "発信者"),
    *("提出期限", "提出先", "問合せ先", "添付"),
)
_FORM = ("記入する行", "必須欄")
NAMES: Mapping[LetterKind, tuple[str, ...]] = {
    LetterKind.ASK: (*_ALL, *_FORM),
    LetterKind.NOTICE: (*_ALL, *_FORM, "期限まで"),
    LetterKind.AGAIN: (*_ALL, *_FORM, "遅れ日数"),
    LetterKind.FIX: (*_ALL, "直す所", "直し方", "確認事項"),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter: its subject, and its body in lines."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Template:
    """The wording of one kind of letter. `ours` if it comes with the package."""

    kind: LetterKind
    file: str
    text: str
    ours: bool

    def filled(self, facts: Mapping[str, str]) -> Letter:
        """The letter with `facts` in place of the names; `template_problems` sees that all are known."""
        head, _, body = self.text.partition("\n")
        title = _said_once(_filled(head.removeprefix(_HEAD).strip(), facts))
        lines = (_filled(line, {**facts, _TITLE: title}) for line in body.strip("\n").split("\n"))
        return Letter(title, "\n".join(lines) + "\n")

    def problems(self) -> Iterator[Problem]:
        """Every name that is not known, every brace without its other half."""
        lines = self.text.split("\n")
        if not lines[0].startswith(_HEAD):
            wrong = f"1行目が「{_HEAD}」で始まっていません。"
            yield Problem(self.file, 1, "", wrong, f"1行目に「{_HEAD}」と件名を書いてください。")
        for number, line in enumerate(lines, start=1):
            known = [name for name in NAMES[self.kind] if number > 1 or name != _TITLE]
            for name in _NAME.findall(line):
                if name.strip() not in known:
                    wrong = f"「{{{name}}}」という差し込みはありません。"
                    todo = perhaps(name, known) or f"次から選んでください：{'、'.join(known)}。"
                    yield Problem(self.file, number, "", wrong, todo)
            if _BRACES.search(_NAME.sub("", line)):
                wrong = "「{」と「}」の組が合いません。"
                yield Problem(self.file, number, "", wrong, "{提出期限} のように書いてください。")


def _said_once(title: str) -> str:
    """A subject without 「（照会）」 at its end where it says 照会 already."""
    found = _KIND.fullmatch(title)
    return found[1] if found and found[2] in found[1] else title


def find_template(
    masters: Path, kind: LetterKind, round_name: str, council: bool = False
) -> Template:
    """The plan's wording for a kind: for this round, for councils, for all; else the package's.

    Raises FileBroken if it is no text.
    """
    names = [f"{kind}_{_COUNCIL}.txt", f"{kind}.txt"] if council else [f"{kind}.txt"]
    for name in (f"{kind}_{round_name}.txt", *names):
        if (path := masters / FOLDER / name).is_file():
            return Template(kind, f"{FOLDER}/{name}", _read(path), ours=False)
    return Template(kind, names[0], _read(_DEFAULTS / names[0]), ours=True)


def default_templates() -> Mapping[str, bytes]:
    """The package's templates by name, for a plan that is begun: UTF-8 with BOM and CRLF."""
    return {path.name: path.read_bytes() for path in sorted(_DEFAULTS.glob("*.txt"))}


def template_problems(masters: Path, round_names: Iterable[str]) -> tuple[Problem, ...]:
    """What is wrong with the templates of a plan, files of unknown names among them."""
    endings = ("", *(f"_{name}" for name in (*round_names, _COUNCIL)))
    kinds = {f"{kind}{ending}.txt": kind for ending in endings for kind in LetterKind}
    files = sorted((masters / FOLDER).glob("*.txt"))
    return tuple(problem for path in files for problem in _of_file(path, kinds))


def _of_file(path: Path, kinds: Mapping[str, LetterKind]) -> Iterator[Problem]:
    file = f"{FOLDER}/{path.name}"
    if path.name not in kinds:
        todo = perhaps(path.name, kinds) or f"ファイルの名前は {'、'.join(kinds)} のどれかです。"
        yield Problem(file, 0, "", "この名前の文面は使われません。", todo)
        return
    try:
        yield from Template(kinds[path.name], file, _read(path), ours=False).problems()
    except FileBroken:
        yield Problem(file, 0, "", "文字として読み取れません。", _AS_UTF8)


def _read(path: Path) -> str:
    try:
        return typed_text(bytes_of(path), office=True).replace("\r\n", "\n")
    except FileBroken as broken:
        raise broken.at(path, _AS_UTF8) from broken


def _filled(line: str, facts: Mapping[str, str]) -> str:
    """One line; where a fact has several lines, they keep the indent of the first."""
    indent = _INDENT.match(line)
    return _NAME.sub(
        lambda found: facts[found[1].strip()].replace("\n", f"\n{indent[0] if indent else ''}"),
        line,
    )
