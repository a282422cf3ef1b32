"""Texts with their runs: shared strings, inline strings, comments."""

from __future__ import annotations

import re
from xml.sax.handler import ContentHandler

from kakunin_xlsx.returns.model import Span
from kakunin_xlsx.returns.ooxml.xml import Attributes, is_on, local
from kakunin_xlsx.returns.unreadable import Unreadable

MOST_STRINGS, MOST_COMMENTS = 500_000, 10_000  # in one part; a form has some hundred
_MOST_PIECES = 100_000  # of one text: it has more runs than Excel takes letters
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
    end, spans = 0, list[Span]()
    for piece, struck in pieces:
        begin, end = end, end + len(piece)
        if not piece or not (cell_struck if struck is None else struck):
            continue
        if spans and spans[-1][1] == begin:
            begin = spans.pop()[0]
        spans.append((begin, end))
    return "".join(piece for piece, _ in pieces), tuple(spans)


class RichText:
    """Collects one text from the events of its element; furigana (rPh) is no part of it."""

    def __init__(self, letters: str = "t") -> None:
        self._letters = letters  # the element that holds them
        self._pieces: list[Piece] = []
        self._piece: list[str] | None = None
        self._struck: bool | None = None
        self._phonetic = False

    def start(self, name: str, attrs: Attributes) -> None:
        """An element begins."""
        match name:
            case "r":
                self._struck = None
            case "rPr":
                self._struck = False
            case "strike":
                self._struck = is_on(attrs.get("val", "1"))
            case "rPh":
                self._phonetic = True
            case self._letters if not self._phonetic:
                self._piece = []

    def characters(self, content: str) -> None:
        """Letters of the running element."""
        if self._piece is not None:
            self._piece.append(content)

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "rPh":
            self._phonetic = False
        elif name == self._letters and self._piece is not None:
            self._pieces.append((unescaped("".join(self._piece)), self._struck))
            self._piece = None
            if len(self._pieces) > _MOST_PIECES:
                raise Unreadable("一つのセルの文字が、細かく分かれすぎています")

    @property
    def pieces(self) -> Pieces:
        """What was collected."""
        return tuple(self._pieces)


class Texts(ContentHandler):
    """Every element `of` of a part as text, with its attributes: si, or a comment."""

    def __init__(self, of: str, letters: str = "t", most: int = MOST_STRINGS) -> None:
        super().__init__()
        self.found: list[Pieces] = []
        self.attributes: list[dict[str, str]] = []
        self._of, self._letters, self._most = of, letters, most
        self._running: RichText | None = None

    def startElement(self, name: str, attrs: Attributes) -> None:
        """SAX."""
        name = local(name)
        if name == self._of:
            if len(self.found) >= self._most:
                raise Unreadable(f"{self._most:,}を超える文章やコメントが入っています")
            self._running = RichText(self._letters)
            self.attributes.append(dict(attrs.items()))
        elif self._running:
            self._running.start(name, attrs)

    def characters(self, content: str) -> None:
        """SAX."""
        if self._running:
            self._running.characters(content)

    def endElement(self, name: str) -> None:
        """SAX."""
        name = local(name)
        if self._running and name == self._of:
            self.found.append(self._running.pieces)
            self._running = None
        elif self._running:
            self._running.end(name)
