"""Texts with their runs: shared strings, inline strings, comments."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from kakunin_xlsx.returns.model import Span, Unreadable
from kakunin_xlsx.returns.ooxml.xml import Attributes, Handler, is_on, parse, plain_text

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


class RichText:
    """Collects one text from the tags of its element; furigana (rPh) is no part of it.

    `letters` is the element that holds them. Nothing is collected until `begin`.
    """

    def __init__(self, letters: str = "t") -> None:
        self.running = False
        self._pieces: list[Piece] = []
        self._piece: list[str] | None = None
        self._struck: bool | None = None
        self._raised = ""
        self._phonetic = False
        self.starts: Mapping[str, Callable[[Attributes], None]] = {
            "r": self._start_run,
            "rPr": self._start_properties,
            "strike": self._strike,
            "vertAlign": self._align,
            "rPh": self._start_phonetic,
            letters: self._start_letters,
        }
        self.ends: Mapping[str, Callable[[], None]] = {
            "rPh": self._end_phonetic,
            letters: self._end_letters,
        }

    def begin(self) -> None:
        """A text begins; one that is not finished is dropped."""
        self.running = True
        self._pieces, self._piece = [], None
        self._struck, self._phonetic, self._raised = None, False, ""

    def finish(self) -> Pieces:
        """What was collected."""
        self.running, self._piece = False, None
        return tuple(self._pieces)

    def characters(self, content: str) -> None:
        """Text between tags."""
        if self._piece is not None:
            self._piece.append(content)

    def _start_run(self, _: Attributes) -> None:
        self._struck, self._raised = None, ""

    def _start_properties(self, _: Attributes) -> None:
        self._struck = False

    def _strike(self, attrs: Attributes) -> None:
        self._struck = is_on(attrs.get("val", "1"))

    def _align(self, attrs: Attributes) -> None:
        self._raised = attrs.get("val", "")

    def _start_phonetic(self, _: Attributes) -> None:
        self._phonetic = True

    def _end_phonetic(self) -> None:
        self._phonetic = False

    def _start_letters(self, _: Attributes) -> None:
        if self.running and not self._phonetic:
            self._piece = []

    def _end_letters(self) -> None:
        if self._piece is None:
            return
        text = unescaped("".join(self._piece))
        if self._raised in RAISED:
            text = text.translate(RAISED[self._raised])
        self._pieces.append((text, self._struck))
        self._piece = None
        if len(self._pieces) > _MOST_PIECES:
            raise Unreadable("一つのセルの文字が、細かく分かれすぎています")


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
            one = Texts("si")
            parse((whole.encode(),), one, "sharedStrings.xml")
            found += one.found
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


class Texts(Handler):
    """Every element `of` of a part as text, with its attributes: si, or a comment."""

    def __init__(self, of: str, letters: str = "t", most: int = MOST_STRINGS) -> None:
        super().__init__()
        self.found: list[Pieces] = []
        self.attributes: list[Attributes] = []
        self._most = most
        self._text = RichText(letters)
        self.starts = {**self._text.starts, of: self._begin}
        self.ends = {**self._text.ends, of: self._finish}

    def characters(self, content: str) -> None:
        """Text between tags."""
        self._text.characters(content)

    def _begin(self, attrs: Attributes) -> None:
        if len(self.found) >= self._most:
            raise Unreadable(f"{self._most:,}を超える文章やコメントが入っています")
        self._text.begin()
        self.attributes.append(attrs)

    def _finish(self) -> None:
        if self._text.running:
            self.found.append(self._text.finish())
