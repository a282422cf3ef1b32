"""A CSV as text whose cells can be set while every other letter stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_BOM = "\ufeff"
_CELL = re.compile(r'"(?:[^"]|"")*"[^,\r\n]*|[^,\r\n]*')
_END = re.compile(r"\r\n|\n|\r|$")
_ASKS_FOR_QUOTES = re.compile(r'[",\r\n]|^\s|\s$')


@dataclass
class Record:
    """One line: its cells as they are written, quotes included, and the line end."""

    cells: list[str]
    end: str

    @property
    def texts(self) -> list[str]:
        """What the loader reads in its cells."""
        return [_value(cell) for cell in self.cells]

    def __str__(self) -> str:
        return ",".join(self.cells) + self.end


@dataclass
class CsvText:
    """The records of a CSV, the heading first; `str()` of an untouched one is what was read."""

    bom: str
    records: list[Record] = field(default_factory=list)

    @classmethod
    def read(cls, data: bytes) -> CsvText:
        """Bytes of UTF-8, with or without BOM. Raises UnicodeDecodeError."""
        text = data.decode("utf-8")
        bom = _BOM if text.startswith(_BOM) else ""
        return cls(bom, list(_records(text.removeprefix(_BOM))))

    @classmethod
    def empty(cls, headings: Sequence[str]) -> CsvText:
        """A new file with its heading only."""
        return cls(_BOM, [Record(list(headings), "\n")])

    def to_bytes(self) -> bytes:
        """The file."""
        return (self.bom + "".join(map(str, self.records))).encode()

    @property
    def headings(self) -> list[str]:
        """The first line."""
        return self.records[0].texts if self.records else []

    def get(self, at: int, heading: str) -> str:
        """What a cell of record `at` says; '' where the line ends before it."""
        place = self.headings.index(heading)
        cells = self.records[at].cells
        return _value(cells[place]) if place < len(cells) else ""

    def put(self, at: int, heading: str, value: str) -> None:
        """Write one cell."""
        self.set(self.records[at], {heading: value})

    def set(self, record: Record, values: Mapping[str, str]) -> None:
        """Write cells of a record; a heading that the file lacks is added if there is need."""
        headings = self.headings
        for heading, value in values.items():
            if heading not in headings:
                if not value:
                    continue
                self.records[0].cells.append(heading)
                headings.append(heading)
            place = headings.index(heading)
            record.cells.extend([""] * (place + 1 - len(record.cells)))
            if _value(record.cells[place]) != value:
                record.cells[place] = _written(value)

    def texts(self, record: Record) -> dict[str, str]:
        """What the loader reads in a record, by heading."""
        return dict(zip(self.headings, record.texts, strict=False))

    def copy(self, at: int) -> int:
        """Put a copy of record `at` behind it; its place."""
        self._close(at)
        twin = self.records[at]
        self.records.insert(at + 1, Record(list(twin.cells), twin.end))
        return at + 1

    def append(self) -> int:
        """A new empty record at the end; its place."""
        self.insert(self.records[-1])
        return len(self.records) - 1

    def insert(self, above: Record) -> Record:
        """A new empty record behind another one."""
        at = self.place(above)
        self._close(at)
        new = Record([""] * len(self.headings), self.records[0].end)
        self.records.insert(at + 1, new)
        return new

    def place(self, record: Record) -> int:
        """Where a record stands; others may be equal to it."""
        return next(at for at, each in enumerate(self.records) if each is record)

    def _close(self, at: int) -> None:
        """A last line without a line end gets the one that the others have."""
        self.records[at].end = self.records[at].end or self.records[0].end or "\n"


def _records(text: str) -> Iterator[Record]:
    at, cells = 0, []
    while at < len(text):
        cell = _CELL.match(text, at)
        found = cell[0] if cell else ""
        cells.append(found)
        at += len(found)
        if text.startswith(",", at):
            at += 1
            if at == len(text):
                yield Record([*cells, ""], "")
            continue
        end = _END.match(text, at)
        yield Record(cells, end[0] if end else "")
        at, cells = at + len(end[0] if end else ""), []


def _value(cell: str) -> str:
    """What the loader reads in a cell."""
    if cell.startswith('"'):
        quoted, _, rest = cell[1:].rpartition('"')
        cell = quoted.replace('""', '"') + rest
    return cell.replace("\r\n", "\n").replace("\r", "\n").strip()


def _written(value: str) -> str:
    return '"' + value.replace('"', '""') + '"' if _ASKS_FOR_QUOTES.search(value) else value
