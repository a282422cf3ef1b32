"""One XML part as a stream of events; nothing in it can reach outside, multiply or pile up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, TypeAlias
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from kakunin_xlsx.returns.unreadable import Unreadable, Unsafe

Attributes: TypeAlias = "AttributesImpl[str]"  # generic for type checkers only

_CHUNK = 1 << 16
_DEEPEST = 100  # elements inside one another; Excel's stay below 20
_LONGEST = 1 << 20  # bytes of one tag or remark, which have to be held as a whole


def parse(part: IO[bytes], handler: ContentHandler, name: str) -> None:
    """Feed the part `name` to `handler`. Raises Unreadable if it is no sound XML."""
    try:
        _feed(part, _Parser(handler))
    except DefusedXmlException as trick:
        raise Unsafe(f"部品 {name} にDOCTYPE宣言があります") from trick
    except Unsafe as trick:
        raise Unsafe(f"部品 {name} に{trick}") from trick
    except (SAXException, ValueError, LookupError) as broken:  # the latter two from a handler
        raise Unreadable(f"部品 {name} の書き方が壊れています") from broken


def _feed(part: IO[bytes], parser: _Parser) -> None:
    fed = 0
    while chunk := part.read(_CHUNK):
        parser.feed(chunk)
        fed += len(chunk)
        if fed - parser.at > _LONGEST:
            raise Unsafe("長すぎる要素があります")
    if not fed:
        raise ValueError("empty")
    parser.close()


class _Parser(DefusedExpatParser):
    """Knows where it is, and how deep."""

    def __init__(self, handler: ContentHandler) -> None:
        super().__init__(forbid_dtd=True)
        self.setContentHandler(handler)
        self._handler = handler
        self._depth = 0

    @property
    def at(self) -> int:
        """How many bytes are done with."""
        done: int = self._parser.CurrentByteIndex  # type: ignore[attr-defined]
        return done

    def start_element(self, name: str, attrs: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Unsafe("深すぎる入れ子があります")
        self._handler.startElement(name, AttributesImpl(attrs))

    def end_element(self, name: str) -> None:
        self._depth -= 1
        self._handler.endElement(name)


def local(name: str) -> str:
    """An element's or attribute's name without its prefix."""
    return name.rpartition(":")[2]


def is_on(value: str | None) -> bool:
    """An XML boolean that is there and not switched off."""
    return value is not None and value.lower() not in ("0", "false", "off")
