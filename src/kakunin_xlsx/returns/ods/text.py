"""Texts of an OpenDocument part, with what their styles say: lines through them, raised digits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

from kakunin_xlsx.returns.model import Unreadable
from kakunin_xlsx.returns.ooxml.strings import RAISED, Piece, Pieces
from kakunin_xlsx.returns.ooxml.xml import Attributes, Handler, local

LONGEST = 1_000_000  # letters of a text
_SPACES = re.compile(r"[ \t\r\n]+")
_BREAK: Piece = ("\n", None)
_DEEPEST = 20  # styles of which one is made from the next
# Elements whose letters nobody typed there: readings, authors, fields of a printed page.
_SILENT = (
    *("ruby-text", "creator", "creator-initials", "date", "time", "desc", "title"),
    *("page-number", "page-count", "sheet-name", "file-name", "tracked-changes"),
)


class Look(NamedTuple):
    """What a style says of letters; None and '' for nothing."""

    struck: bool | None = None
    raised: str = ""


class Looks:
    """The styles of a workbook by family and name."""

    def __init__(self) -> None:
        self._looks: dict[tuple[str, str], Look] = {}
        self._parents: dict[tuple[str, str], str] = {}
        self._at = ("", "")

    def begin(self, attrs: Attributes) -> None:
        """The style that `letters` speaks of from now on."""
        said = plain(attrs)
        self._at = (said.get("family", ""), said.get("name", ""))
        self._parents[self._at] = said.get("parent-style-name", "")

    def letters(self, attrs: Attributes) -> None:
        """What it says of letters."""
        said = plain(attrs)
        line = said.get("text-line-through-style", said.get("text-line-through-type"))
        position = said.get("text-position", "")
        raised = "superscript" if position.startswith("super") else ""
        raised = "subscript" if position.startswith(("sub", "-")) else raised
        if position[:1].isdecimal() and not position.startswith("0%"):
            raised = "superscript"
        self._looks.setdefault(self._at, Look(None if line is None else line != "none", raised))

    def of(self, family: str, name: str) -> Look:
        """What a style and those that it is made from say."""
        struck: bool | None = None
        raised = ""
        for _ in range(_DEEPEST):
            if not name:
                break
            own = self._looks.get((family, name), Look())
            struck = own.struck if struck is None else struck
            raised, name = raised or own.raised, self._parents.get((family, name), "")
        return Look(struck, raised)


class OdsText(Handler):
    """Collects one text at a time: paragraphs are lines, runs of white space one space."""

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self._looks = looks
        self._around: list[Look] = []  # of the open paragraphs and spans
        self._texts: list[list[Piece]] = []  # the innermost last
        self._silent = self._in_line = 0
        self._blank = True  # behind a space, or at the begin of a line
        self.starts = {
            "p": self._paragraph,
            "h": self._paragraph,
            "span": self._span,
            "style": self._begin_style,
            "text-properties": self._letters,
            "s": self._spaces,
            "tab": partial(self._add, "\t"),
            "line-break": partial(self._add, "\n"),
            **dict.fromkeys(_SILENT, self._hush),
        }
        self.ends = {
            "p": self._end_paragraph,
            "h": self._end_paragraph,
            "span": self._end_span,
            **dict.fromkeys(_SILENT, self._speak),
        }

    def characters(self, content: str) -> None:
        """Text between tags."""
        if not self._in_line or self._silent or not self._texts:
            return
        words = _SPACES.sub(" ", content)
        if self._blank:
            words = words.removeprefix(" ")
        if words:
            self._texts[-1].append(self._seen(words))
            self._blank = words.endswith(" ")

    def _seen(self, text: str) -> Piece:
        """With the look of the innermost elements around that say anything of it."""
        struck = next(
            (each.struck for each in reversed(self._around) if each.struck is not None), None
        )
        raised = next((each.raised for each in reversed(self._around) if each.raised), "")
        return text.translate(RAISED.get(raised, {})), struck

    def _begin_style(self, attrs: Attributes) -> None:
        self._looks.begin(attrs)

    def _letters(self, attrs: Attributes) -> None:
        if self.path[-2:-1] == ["style"]:  # not of a number's own style
            self._looks.letters(attrs)

    def _begin(self) -> None:
        self._texts.append([])

    def _finish(self) -> Pieces:
        """The text, without the break that every line begins with."""
        pieces = self._texts.pop()
        if pieces[:1] == [_BREAK]:
            del pieces[0]
        if sum(len(text) for text, _ in pieces) > LONGEST:
            raise Unreadable(f"一つのセルに{LONGEST:,}字を超える記入があります")
        return tuple(pieces)

    def _words(self) -> str:
        """The same, however it looks."""
        return "".join(text for text, _ in self._finish())

    def _paragraph(self, attrs: Attributes) -> None:
        self._in_line += 1
        self._around.append(self._looks.of("paragraph", plain(attrs).get("style-name", "")))
        if self._texts and not self._silent:
            self._texts[-1].append(_BREAK)
        self._blank = True

    def _end_paragraph(self) -> None:
        self._in_line -= 1
        self._around.pop()

    def _span(self, attrs: Attributes) -> None:
        self._around.append(self._looks.of("text", plain(attrs).get("style-name", "")))

    def _end_span(self) -> None:
        self._around.pop()

    def _add(self, letters: str, _: Attributes) -> None:
        if self._in_line and self._texts and not self._silent:
            self._texts[-1].append(self._seen(letters))
            self._blank = False

    def _spaces(self, attrs: Attributes) -> None:
        self._add(" " * count(plain(attrs), "c", LONGEST), attrs)

    def _hush(self, _: Attributes) -> None:
        self._silent += 1

    def _speak(self) -> None:
        self._silent -= 1


def plain(attrs: Attributes) -> Mapping[str, str]:
    """Attributes without their prefixes; an extension's twin of one does not count."""
    return {local(name): text for name, text in attrs.items() if not name.startswith("calcext:")}


def count(attrs: Mapping[str, str], name: str, most: int) -> int:
    """The number that an attribute holds, at most `most`; 1 where it holds none."""
    word = attrs.get(name, "1")
    return min(int(word), most) if word.isdecimal() and len(word) < 10 else 1
