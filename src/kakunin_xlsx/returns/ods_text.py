"""Texts of an OpenDocument part, with what their styles say: lines through them, raised digits."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from xml.etree.ElementTree import Element

from kakunin_xlsx.returns.model import CellKind, Unreadable
from kakunin_xlsx.returns.ooxml.strings import RAISED, Piece, Pieces
from kakunin_xlsx.returns.ooxml.values import (
    NOTHING,
    SIGNS,
    Typed,
    date_text,
    in_part_of,
    number_text,
)
from kakunin_xlsx.returns.ooxml.xml import local

_LONGEST = 1_000_000  # letters of a text
_SPACES = re.compile(r"[ \t\r\n]+")
_BREAK: Piece = ("\n", None)
_LETTERS = {"tab": "\t", "line-break": "\n"}
_DEEPEST = 20  # styles of which one is made from the next
# Elements whose letters nobody typed there: readings, authors, fields of a printed page.
_SILENT = (
    *("ruby-text", "creator", "creator-initials", "date", "time", "desc", "title"),
    *("page-number", "page-count", "sheet-name", "file-name", "tracked-changes"),
)
_TIME = re.compile(r"P(?:(\d+)D)?T(\d+)H(\d+)M(\d+)(?:\.\d+)?S")
_SHOWN = re.compile(r"(\D*?)([0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?)(?![.,]?[0-9])(\D*)")
_AMONG = re.compile(r"\d[^\d\x00-\x7f]+\d")  # words among the digits: 3時間05分


def plain(element: Element) -> Mapping[str, str]:
    """Attributes without their prefixes; an extension's twin of one does not count."""
    said = element.attrib.items()
    return {local(name): text for name, text in said if not name.startswith("calcext:")}


def count(said: Mapping[str, str], name: str, most: int = _LONGEST) -> int:
    """The number that an attribute holds, at most `most`; 1 where it holds none."""
    word = said.get(name, "1")
    return min(int(word), most) if word.isdecimal() and len(word) < 10 else 1


class Look(NamedTuple):
    """What a style says of letters; None and '' for nothing."""

    struck: bool | None = None
    raised: str = ""

    def within(self, around: Look) -> Look:
        """The same, and what is said around where this says nothing."""
        struck = around.struck if self.struck is None else self.struck
        return Look(struck, self.raised or around.raised)


class Looks:
    """The styles of a workbook by family and name."""

    def __init__(self) -> None:
        self._looks: dict[tuple[str, str], Look] = {}
        self._parents: dict[tuple[str, str], str] = {}

    def learn(self, part: Element) -> None:
        """The styles of one part."""
        for style in part.iter("style"):
            said = plain(style)
            at = (said.get("family", ""), said.get("name", ""))
            self._parents[at] = said.get("parent-style-name", "")
            for letters in style.iterfind("text-properties"):
                self._looks.setdefault(at, _look(plain(letters)))

    def of(self, family: str, name: str) -> Look:
        """What a style and those that it is made from say."""
        found = Look()
        for _ in range(_DEEPEST):
            if not name:
                break
            found = found.within(self._looks.get((family, name), Look()))
            name = self._parents.get((family, name), "")
        return found

    def pieces(self, element: Element, apart: Collection[str] = ()) -> tuple[Pieces, list[Element]]:
        """The text in an element: paragraphs are lines, runs of white space one space.

        Elements whose names are `apart` are no part of it; they come beside it.
        """
        text = _Text(self, apart)
        text.read(element, Look(), in_line=False)
        if text.pieces[:1] == [_BREAK]:  # every line begins with one
            del text.pieces[0]
        if sum(len(letters) for letters, _ in text.pieces) > _LONGEST:
            raise Unreadable(f"一つのセルに{_LONGEST:,}字を超える記入があります")
        return tuple(text.pieces), text.apart

    def words(self, element: Element) -> str:
        """The same, however it looks."""
        return "".join(letters for letters, _ in self.pieces(element)[0]).strip()


def _look(said: Mapping[str, str]) -> Look:
    line = said.get("text-line-through-style", said.get("text-line-through-type"))
    position = said.get("text-position", "")
    raised = "superscript" if position.startswith("super") else ""
    raised = "subscript" if position.startswith(("sub", "-")) else raised
    if position[:1].isdecimal() and not position.startswith("0%"):
        raised = "superscript"
    return Look(None if line is None else line != "none", raised)


class _Text:
    """One text while it is read."""

    def __init__(self, looks: Looks, apart: Collection[str]) -> None:
        self.pieces: list[Piece] = []
        self.apart: list[Element] = []
        self._looks, self._names = looks, apart
        self._blank = True  # behind a space, or at the begin of a line

    def read(self, element: Element, look: Look, in_line: bool) -> None:
        """What stands between the tags of an element."""
        self._take(element.text, look, in_line)
        for each in element:
            if each.tag in self._names:
                self.apart.append(each)
            elif each.tag not in _SILENT:
                self._read_within(each, look, in_line)
            self._take(each.tail, look, in_line)

    def _read_within(self, element: Element, look: Look, in_line: bool) -> None:
        said = plain(element)
        style = said.get("style-name", "")
        if element.tag in ("p", "h"):
            self.pieces.append(_BREAK)
            self._blank, in_line = True, True
            look = self._looks.of("paragraph", style).within(look)
        elif element.tag == "span":
            look = self._looks.of("text", style).within(look)
        elif element.tag == "s" or element.tag in _LETTERS:
            self._add(_LETTERS.get(element.tag) or " " * count(said, "c"), look, in_line)
        self.read(element, look, in_line)

    def _take(self, letters: str | None, look: Look, in_line: bool) -> None:
        words = _SPACES.sub(" ", letters or "")
        words = words.removeprefix(" ") if self._blank else words
        if words and in_line:
            self._add(words, look, in_line)
            self._blank = words.endswith(" ")

    def _add(self, letters: str, look: Look, in_line: bool) -> None:
        if in_line:
            self.pieces.append((letters.translate(RAISED.get(look.raised, {})), look.struck))
            self._blank = False


def typed(cell: Mapping[str, str], text: str) -> Typed:
    """What a cell looks like typed, and what it is."""
    kind = cell.get("value-type", "string" if text else "")
    value = cell.get("value", "")
    try:
        match kind:
            case "float" | "currency":
                return _number(Decimal(value), text, bool(cell.get("formula")))
            case "percentage":
                return _number(100 * Decimal(value), text, bool(cell.get("formula")), "%")
            case "boolean":
                return cell.get("boolean-value", "").upper(), CellKind.BOOL
            case "date":
                return date_text(datetime.fromisoformat(cell["date-value"])), CellKind.DATE
            case "time" if found := _TIME.fullmatch(cell["time-value"]):
                days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
                span = timedelta(days, seconds, 0, 0, minutes, hours)
                clock = (datetime.min + span).time() if span < timedelta(1) else span
                return date_text(clock), CellKind.DATE
    except (ValueError, KeyError, ArithmeticError):
        pass  # whatever does not fit stays as it is shown
    return text or cell.get("string-value", value), CellKind.TEXT


def _number(exact: Decimal, text: str, computed: bool, sign: str = "") -> Typed:
    """A number with the words that its format shows around it; a formula's are nobody's."""
    plain = f"{number_text(exact)}{sign}", CellKind.NUMBER
    found = None if computed else _SHOWN.fullmatch(text.strip())
    if found is None:
        among = not computed and _AMONG.search(text)
        return (text.strip(), CellKind.TEXT) if among else plain
    digits = Decimal(found[2].replace(",", ""))
    rounding = Decimal(1).scaleb(int(digits.as_tuple().exponent))
    before, after = (NOTHING.sub("", part) for part in (found[1], found[3]))
    if not sign and after.startswith("%"):
        sign = "%"
        if abs(digits - 100 * abs(exact)) < abs(digits - abs(exact)):
            exact *= 100  # of a format whose condition decides that it is a percentage
    after = after.replace("%", "", 1)
    before = "" if exact < 0 and before in SIGNS else before
    in_part = abs(digits - abs(exact)) > rounding
    if not (before or after):
        parts = (1_000, 1_000_000) if in_part else ()
        near = (n for n in parts if abs(digits - abs(exact) / n) <= rounding)
        after = next(map(in_part_of, near), "")
        if not after:
            return f"{number_text(exact)}{sign}", CellKind.NUMBER
    if in_part:  # shown in thousands
        exact = digits.copy_sign(exact)
    return f"{before}{number_text(abs(exact) if before else exact)}{sign}{after}", CellKind.TEXT
