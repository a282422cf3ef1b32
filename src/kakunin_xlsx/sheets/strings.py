"""The texts of a workbook, written so that every one reads back as it was, and read back.

A letter that XML cannot hold stands there as `_x000B_`, so a text that looks like such a code
has its underscore written as one. xlsxwriter passes over codes that share an underscore
(`_x005F_x000D_`), and writes what somebody typed as `<r>…</r>` as XML of its own; hence these
subclasses (tests guard them).
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import IO, Any
from xml.parsers import expat
from zipfile import ZipFile

from xlsxwriter.sharedstrings import SharedStrings

PART = "xl/sharedStrings.xml"
_LOOKS_LIKE_CODE = re.compile("_(?=x[0-9a-fA-F]{4}_)")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_CODE = re.compile("_x([0-9a-fA-F]{4})_")
_WITH_A_SPACE = re.compile(r"^\s|\s$")


class Typed(str):
    """A text that begins like xlsxwriter's own XML for two fonts in a cell, and is none.

    It is equal to no other kind of text, so that the two share no place in the table.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Typed) and str.__eq__(self, other)

    def __hash__(self) -> int:
        return hash((Typed, str(self)))


def has_outer_space(text: str) -> bool:
    """True if XML would drop what a text begins or ends with."""
    return bool(_WITH_A_SPACE.search(text))


class ExactStrings(SharedStrings):
    """xl/sharedStrings.xml."""

    @staticmethod
    def _escape_control_characters(data: Any) -> Any:
        plain = _LOOKS_LIKE_CODE.sub("_x005F_", data)
        return _NOT_IN_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", plain)

    def _write_si(self, string: Any) -> None:
        if not isinstance(string, Typed):
            super()._write_si(string)
            return
        attributes: Any = [("xml:space", "preserve")] if has_outer_space(string) else []
        self._xml_si_element(str(self._escape_control_characters(string)), attributes)


def differing(workbook: bytes, texts: Sequence[str]) -> str:
    """The part of a workbook that is no XML, or does not hold these texts; '' if all do.

    `texts` are those of xlsxwriter's table, in its order.
    """
    with ZipFile(io.BytesIO(workbook)) as archive:
        names = archive.namelist()
        for name in names:
            if not name.endswith((".xml", ".rels", ".vml")):
                continue
            try:
                with archive.open(name) as part:
                    found = _read(part, name == PART)
            except expat.ExpatError:
                return name
            if name == PART and found != list(map(_shown, texts)):
                return name
    return "" if PART in names or not texts else PART


def _read(part: IO[bytes], is_table: bool) -> list[str]:
    """The texts of the `si` of a table of texts, each as one; raises ExpatError."""
    found: list[str] = []
    pieces: list[str] = []
    inside = False

    def begin(tag: str, _: object) -> None:
        nonlocal inside
        inside = tag == "t"

    def end(tag: str) -> None:
        nonlocal inside
        inside = False
        if tag == "si":
            text = "".join(pieces)
            found.append(_CODE.sub(_letter, text) if "_x" in text else text)
            pieces.clear()

    def text(data: str) -> None:
        if inside:
            pieces.append(data)

    parser = expat.ParserCreate()
    parser.buffer_text = True
    if is_table:
        parser.StartElementHandler, parser.EndElementHandler = begin, end
        parser.CharacterDataHandler = text
    parser.ParseFile(part)
    return found


def _letter(code: re.Match[str]) -> str:
    return chr(int(code[1], 16))


def _shown(text: str) -> str:
    """What a cell shows of a text of the table."""
    if isinstance(text, Typed) or not (text.startswith("<r>") and text.endswith("</r>")):
        return str(text)
    written = ExactStrings._escape_control_characters(text)
    return "".join(_read(io.BytesIO(f"<sst><si>{written}</si></sst>".encode()), True))
