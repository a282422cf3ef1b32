"""The container of .xls and other old documents: its streams by name ([MS-CFB])."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

_HEAD = struct.Struct("<30xHH6xIIIIIIIII")
_ENTRY = struct.Struct("<64sHBB48xIQ")
_IN_HEAD = 109  # places of tables that the head itself holds
_LAST = 0xFFFFFFFA  # numbers from here on are no sector
_ROOT, _STREAM = 5, 2


def stream(data: bytes, *names: str) -> bytes:
    """The first of these streams. Raises ValueError, struct.error or IndexError if it cannot be."""
    box = _Box(data)
    for name in names:
        for title, kind, first, size in box.entries():
            if kind == _STREAM and title.lower() == name.lower():
                return box.content(first, size)
    raise ValueError(names)


class _Box:
    """A container, its tables read."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        shift, small, _, _, first, _, self._least, mini, _, more, _ = _HEAD.unpack_from(data)
        self._size, self._small = 1 << shift, 1 << small
        if not 7 <= shift <= 16 or not 4 <= small < shift:
            raise ValueError("sizes")
        tables = list(struct.unpack_from(f"<{_IN_HEAD}I", data, 76))
        while more < _LAST and len(tables) * self._size < len(data):
            ids = self._ids(self._sector(more))
            tables, more = [*tables, *ids[:-1]], ids[-1]
        self._next = [id_ for at in tables if at < _LAST for id_ in self._ids(self._sector(at))]
        self._folder = self._chain(first, self._next, self._size)
        self._minis: Sequence[int] = (
            self._ids(self._chain(mini, self._next, self._size)) if mini < _LAST else ()
        )
        self._pool = b""
        for _, kind, begin, size in self.entries():
            if kind == _ROOT and begin < _LAST:
                self._pool = self._chain(begin, self._next, self._size)[:size]

    def entries(self) -> Iterator[tuple[str, int, int, int]]:
        """Name, kind, first sector and size."""
        for at in range(0, len(self._folder) - _ENTRY.size + 1, _ENTRY.size):
            raw, length, kind, _, first, size = _ENTRY.unpack_from(self._folder, at)
            name = raw[: max(length - 2, 0)].decode("utf-16-le", "replace")
            yield name, kind, first, size & 0xFFFFFFFF

    def content(self, first: int, size: int) -> bytes:
        """A stream; short ones lie together in one pool."""
        if size < self._least and self._pool:
            return self._chain(first, self._minis, self._small, self._pool)[:size]
        return self._chain(first, self._next, self._size)[:size]

    def _sector(self, at: int) -> bytes:
        return self._data[(at + 1) * self._size : (at + 2) * self._size]

    def _chain(self, at: int, following: Sequence[int], size: int, pool: bytes = b"") -> bytes:
        parts: list[bytes] = []
        while at < _LAST:
            if len(parts) > len(following):
                raise ValueError("a chain without an end")
            parts.append(pool[at * size : (at + 1) * size] if pool else self._sector(at))
            at = following[at]
        return b"".join(parts)

    @staticmethod
    def _ids(raw: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4])
