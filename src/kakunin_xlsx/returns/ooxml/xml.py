"""One XML part as a stream of events; nothing in it can reach outside, multiply or pile up."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from kakunin_xlsx.returns.model import Unreadable, Unsafe

Attributes: TypeAlias = Mapping[str, str]

_DEEPEST = 100  # elements inside one another; Excel's stay below 20
_LONGEST = 1 << 20  # bytes of one tag or remark, which have to be held as a whole


class Handler:
    """What the elements of a part mean: `starts` and `ends` by name, without its prefix.

    `path` are the elements around, the running one last. Elements that neither names cost
    next to nothing. `wholes` takes elements as trees, each once it has ended with all that is
    inside it; the name '' stands for any. Inside `guarded` an element of another vocabulary that bears one of these
    names is refused: to take it or to pass it over could both be wrong.
    """

    guarded = ""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.starts: Mapping[str, Callable[[Attributes], None]] = {}
        self.ends: Mapping[str, Callable[[], None]] = {}
        self.wholes: Mapping[str, Callable[[Element], object]] = {}

    def characters(self, content: str) -> None:
        """Text between tags, as far as it is there yet."""


def parse(part: Iterable[bytes], handler: Handler, name: str) -> None:
    """Feed the part `name` to `handler`. Raises Unreadable if it is no sound XML."""
    try:
        _feed(part, handler)
    except Unsafe as trick:
        raise Unsafe(f"部品 {name} に{trick}") from trick
    except (expat.ExpatError, ValueError, LookupError) as broken:  # the latter from a handler
        raise Unreadable(f"部品 {name} の書き方が壊れています") from broken


def tree(part: Iterable[bytes], name: str) -> Element:
    """A small part as a whole. Raises Unreadable as `parse` does."""
    handler, found = Handler(), list[Element]()
    handler.wholes = {"": found.append}
    parse(part, handler, name)
    return found[0]


def _feed(part: Iterable[bytes], handler: Handler) -> None:
    """Events go straight from expat to the handler; without declarations nothing can multiply."""
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = _events(handler)
    parser.CharacterDataHandler = handler.characters
    if handler.wholes:
        trees = _Trees(handler)
        parser.StartElementHandler, parser.EndElementHandler = trees.start, trees.end
        parser.CharacterDataHandler = trees.characters
    parser.StartDoctypeDeclHandler = _refuse
    fed = 0
    for chunk in part:
        parser.Parse(chunk)
        fed += len(chunk)
        if fed - parser.CurrentByteIndex > _LONGEST:
            raise Unsafe("長すぎる要素があります")
    if not fed:
        raise ValueError("empty")
    parser.Parse(b"", True)


def _refuse(*_: object) -> None:
    raise Unsafe("、Excelの書かない宣言（DOCTYPE）があります")


def _events(
    handler: Handler,
) -> tuple[Callable[[str, Attributes], None], Callable[[str], None]]:
    """What expat calls for each tag: every call here is paid a thousand times a form."""
    path, starts, ends = handler.path, handler.starts, handler.ends

    check = _guard(handler) if handler.guarded else None

    def start(name: str, attrs: Attributes) -> None:
        if check:
            check(name, attrs)
        if ":" in name:
            name = local(name)
        path.append(name)
        if len(path) > _DEEPEST:
            raise Unsafe("深すぎる入れ子があります")
        if begin := starts.get(name):
            begin(attrs)

    def end(_: str) -> None:
        if finish := ends.get(path.pop()):
            finish()

    return start, end


class _Trees:
    """Events of a handler: the elements of `wholes` grow to trees, all others are as before."""

    def __init__(self, handler: Handler) -> None:
        self._handler, self._wholes = handler, handler.wholes
        self._start, self._end = _events(handler)
        self._builder, self._depth = TreeBuilder(), 0

    def start(self, name: str, attrs: dict[str, str]) -> None:
        own = local(name)
        if not self._depth and own not in self._wholes and "" not in self._wholes:
            self._start(name, attrs)
            return
        self._depth += 1
        if self._depth + len(self._handler.path) > _DEEPEST:
            raise Unsafe("深すぎる入れ子があります")
        self._builder.start(own, attrs)

    def end(self, name: str) -> None:
        if not self._depth:
            self._end(name)
            return
        whole = self._builder.end(local(name))
        self._depth -= 1
        if not self._depth:
            self._builder = TreeBuilder()
            self._wholes[whole.tag if whole.tag in self._wholes else ""](whole)

    def characters(self, content: str) -> None:
        if self._depth:
            self._builder.data(content)
        else:
            self._handler.characters(content)


def _guard(handler: Handler) -> Callable[[str, Attributes], None]:
    """Refuses what `guarded` says; the first element's vocabulary is the part's own."""
    path, starts, guarded = handler.path, handler.starts, handler.guarded
    prefix, vocabulary = "", ""

    def check(name: str, attrs: Attributes) -> None:
        nonlocal prefix, vocabulary
        before, _, own = name.rpartition(":")
        if not path:
            prefix, vocabulary = before, attrs.get(f"xmlns:{before}".rstrip(":"), "")
            return
        same = before == prefix and attrs.get("xmlns", vocabulary) == vocabulary
        if not same and own in starts and guarded in path:
            raise Unreadable(f"表の中に、Excelの書かない要素（{name[:20]}）があります")

    return check


def local(name: str) -> str:
    """An element's or attribute's name without its prefix."""
    return name.rpartition(":")[2]


_ENCODING = re.compile(rb'encoding=["\']([A-Za-z0-9-]+)["\']')
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def plain_text(data: bytes, begin: int, end: int) -> str | None:
    """A piece of a part as text, if nothing in the part asks for more than reading its tags.

    None for another encoding than UTF-8, remarks, declarations, CDATA, or what no part may hold.
    """
    head = data[:begin]
    said = _ENCODING.search(head)
    if end < begin or b"<!" in data or b"\r" in data or (said and said[1].lower() != b"utf-8"):
        return None
    try:
        text = data[begin:end].decode()
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else text


def is_on(value: str | None) -> bool:
    """An XML boolean that is there and not switched off."""
    return value is not None and value.lower() not in ("0", "false", "off")
