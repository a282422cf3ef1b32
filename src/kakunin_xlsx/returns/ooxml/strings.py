"""Texts with their runs: shared strings, inline strings, comments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element

from kakunin_xlsx.returns.model import Span, Unreadable
from kakunin_xlsx.returns.ooxml.xml import Attributes, Handler, is_on, parse, plain_text, tree

MOST_STRINGS, MOST_COMMENTS = 500_000, 10_000  # in one part; a form has some hundred
_MOST_PIECES = 100_000  # of one text: it has more runs than Excel takes letters
RAISED = {  # digits of a note or a power stay so, or 3¹ would be 31
    "superscript": str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"),
    "subscript": str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋"),
}
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """Excel writes characters that XML cannot hold as _x000D_, and that text as _x005F_x000D_."""
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    """Halves of a character, and NUL, stay as they are: no text can hold them."""
    code = int(found[1], 16)
    return found[0] if code == 0 or 0xD800 <= code <= 0xDFFF else chr(code)


Piece = tuple[str, bool | None]  # a run and whether it is struck; None: as the cell is
Pieces = tuple[Piece, ...]
Joined = tuple[str, tuple[Span, ...]]  # a whole text, and its parts with a line through them


def joined(pieces: Pieces, cell_struck: bool) -> Joined:
    """The pieces as one text."""
    if len(pieces) == 1 and not (cell_struck or pieces[0][1]):
        return pieces[0][0], ()
    end, spans = 0, list[Span]()
    for piece, struck in pieces:
        begin, end = end, end + len(piece)
        if not piece or not (cell_struck if struck is None else struck):
            continue
        if spans and spans[-1][1] == begin:
            begin = spans.pop()[0]
        spans.append((begin, end))
    return "".join(piece for piece, _ in pieces), tuple(spans)


def pieces_of(
    text: str, runs: Sequence[tuple[int, int]], fonts: Sequence[tuple[bool, str]]
) -> Pieces:
    """A text of a binary workbook with the looks of its parts: from which letter on it
    has which font.

    `fonts` are struck and raised or not; letters outside the first 65,536 count twice.
    """
    units = text.encode("utf-16-le", "surrogatepass")
    ends = [*(first for first, _ in runs), len(units) // 2]
    pieces: list[Piece] = [(_between(units, 0, ends[0]), None)]
    for (first, font), behind in zip(runs, ends[1:], strict=True):
        struck, raised = fonts[font] if font < len(fonts) else (False, "")
        pieces.append((_between(units, first, behind).translate(RAISED.get(raised, {})), struck))
    return tuple(piece for piece in pieces if piece[0])


def _between(units: bytes, first: int, behind: int) -> str:
    return units[2 * first : 2 * behind].decode("utf-16-le", "replace")


RICH = ("r", "rPr", "strike", "vertAlign", "rPh")  # elements in a text that say how it looks


def pieces_in(element: Element, letters: str = "t") -> Pieces:
    """The text in an element, whose letters stand in `letters`; furigana (rPh) is no part of it."""
    found: list[Piece] = []
    struck: bool | None = None
    raised = ""
    readings = {each for reading in element.iter("rPh") for each in reading.iter(letters)}
    for each in element.iter():
        match each.tag:
            case "r":
                struck, raised = None, ""
            case "rPr":
                struck = False
            case "strike":
                struck = is_on(each.get("val", "1"))
            case "vertAlign":
                raised = each.get("val", "")
            case name if name == letters and each not in readings:
                text = unescaped("".join(each.itertext()))
                found.append((text.translate(RAISED.get(raised, {})), struck))
    if len(found) > _MOST_PIECES:
        raise Unreadable("一つのセルの文字が、細かく分かれすぎています")
    return tuple(found)


_TABLE = re.compile(rb"<sst[^<>]*>")
_ITEM = re.compile(  # a plain text with its furigana, or whatever else an item holds
    r"""(<si>(?:<t(?:\ xml:space="preserve")?>([^<]*)</t>
    (?:<rPh\ [^<>]*><t(?:\ xml:space="preserve")?>[^<]*</t></rPh>)*(?:<phoneticPr\ [^<>]*/>)?</si>
    |(<(?:r|t|rPh)\b.*?</si>)))""",
    re.VERBOSE | re.DOTALL,
)
_REFERENCE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#10);)")


def plain_strings(data: bytes) -> list[Pieces] | None:
    """The table of shared texts, if it is written as usual: one plain text after the other.

    A text in several formats is parsed by itself. None where the parser has to read the whole.
    """
    table = _TABLE.search(data)
    end = data.rfind(b"</sst>")
    begin = table.end() if table else 0
    text = plain_text(data, begin, end) if table else None
    if text is None or _REFERENCE.search(text) or text.count("<si>") != text.count("</si>"):
        return None
    found: list[Pieces] = []
    items = _ITEM.findall(text)
    if sum(len(item[0]) for item in items) != len(text) or len(items) > MOST_STRINGS:
        return None
    for whole, plain, is_rich in items:
        if is_rich:
            found.append(pieces_in(tree((whole.encode(),), "sharedStrings.xml")))
        else:
            found.append(((unescaped(referred(plain)), None),))
    return found


def referred(text: str) -> str:
    """With the characters that XML has names for."""
    if "&" in text:
        for name, character in _NAMED.items():
            text = text.replace(name, character)
    return text


# `&` last: what it makes is no name. (The standard library's own loads all of its network.)
_NAMED = {"&quot;": '"', "&apos;": "'", "&#10;": "\n", "&lt;": "<", "&gt;": ">", "&amp;": "&"}


def texts(
    part: Iterable[bytes], name: str, of: str, letters: str = "t", most: int = MOST_STRINGS
) -> list[tuple[Attributes, Pieces]]:
    """Every element `of` of a part (si, or a comment): its attributes and its text."""
    found: list[tuple[Attributes, Pieces]] = []

    def take(element: Element) -> None:
        if len(found) >= most:
            raise Unreadable(f"{most:,}を超える文章やコメントが入っています")
        found.append((element.attrib, pieces_in(element, letters)))

    handler = Handler()
    handler.wholes = {of: take}
    parse(part, handler, name)
    return found
