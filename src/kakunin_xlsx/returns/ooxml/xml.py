"""One XML part as a stream of events; nothing in it can reach outside, multiply or pile up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias
from xml.sax import SAXException

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from kakunin_xlsx.returns.unreadable import Unreadable, Unsafe

Attributes: TypeAlias = Mapping[str, str]

_DEEPEST = 100  # elements inside one another; Excel's stay below 20
_LONGEST = 1 << 20  # bytes of one tag or remark, which have to be held as a whole


class Handler:
    """What the elements of a part mean: `starts` and `ends` by name, without its prefix.

    `path` are the elements around, the running one last. Elements that neither names cost
    next to nothing.
    """

    def __init__(self) -> None:
        self.path: list[str] = []
        self.starts: Mapping[str, Callable[[Attributes], None]] = {}
        self.ends: Mapping[str, Callable[[], None]] = {}

    def characters(self, content: str) -> None:
        """Text between tags, as far as it is there yet."""


def parse(part: Iterable[bytes], handler: Handler, name: str) -> None:
    """Feed the part `name` to `handler`. Raises Unreadable if it is no sound XML."""
    try:
        _feed(part, _Parser(handler))
    except DefusedXmlException as trick:
        raise Unsafe(f"部品 {name} に、Excelの書かない宣言（DOCTYPE）があります") from trick
    except Unsafe as trick:
        raise Unsafe(f"部品 {name} に{trick}") from trick
    except (SAXException, ValueError, LookupError) as broken:  # the latter two from a handler
        raise Unreadable(f"部品 {name} の書き方が壊れています") from broken


def _feed(part: Iterable[bytes], parser: _Parser) -> None:
    fed = 0
    for chunk in part:
        parser.feed(chunk)
        fed += len(chunk)
        if fed - parser.at > _LONGEST:
            raise Unsafe("長すぎる要素があります")
    if not fed:
        raise ValueError("empty")
    parser.close()


class _Parser(DefusedExpatParser):
    """Guarded by defusedxml; events go straight from expat to the handler, not through SAX."""

    def __init__(self, handler: Handler) -> None:
        super().__init__(forbid_dtd=True)
        self._handler = handler

    @property
    def at(self) -> int:
        """How many bytes are done with."""
        done: int = self._parser.CurrentByteIndex  # type: ignore[attr-defined]
        return done

    def reset(self) -> None:
        """SAX calls this when the first bytes come."""
        super().reset()
        expat = self._parser  # type: ignore[attr-defined]
        expat.StartElementHandler, expat.EndElementHandler = _events(self._handler)
        expat.CharacterDataHandler = self._handler.characters


def _events(
    handler: Handler,
) -> tuple[Callable[[str, Attributes], None], Callable[[str], None]]:
    """What expat calls for each tag: every call here is paid a thousand times a form."""
    path, starts, ends = handler.path, handler.starts, handler.ends

    def start(name: str, attrs: Attributes) -> None:
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


def local(name: str) -> str:
    """An element's or attribute's name without its prefix."""
    return name.rpartition(":")[2]


def is_on(value: str | None) -> bool:
    """An XML boolean that is there and not switched off."""
    return value is not None and value.lower() not in ("0", "false", "off")
