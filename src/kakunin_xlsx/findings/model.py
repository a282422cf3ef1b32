"""確認事項: something a person must know, as data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding asks of people, gravest first."""

    UNREADABLE = "読取不可"
    FIX = "要修正"
    CONFIRM = "要確認"
    INFO = "情報"

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding stands; what does not apply stays empty. `cell` is like `J12`."""

    respondent: str = ""
    file: str = ""
    sheet: str = ""
    cell: str = ""
    row: str = ""
    initiative: str = ""
    item: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: its kind's code and severity, its place, what is so and what to do."""

    severity: Severity
    code: str
    words: str
    remedy: str
    place: Place = Place()

    @property
    def order(self) -> tuple[int, str, str, str, str, str]:
        """Gravest first, then by respondent and place: the same order on every machine."""
        at = self.place
        return (self.severity.rank, at.respondent, at.file, at.sheet, at.cell, self.code + at.row)


@dataclass(frozen=True, slots=True)
class Kind:
    """One entry of the catalogue. `words` and `remedy` are templates over Place and extras."""

    code: str
    severity: Severity
    words: str
    remedy: str
    example: str

    def at(self, place: Place, **extra: object) -> Finding:
        """The finding of this kind at `place`; `extra` fills what Place does not hold."""
        known = {**asdict(place), **extra}
        return Finding(
            self.severity,
            self.code,
            self.words.format(**known),
            self.remedy.format(**known),
            place,
        )
