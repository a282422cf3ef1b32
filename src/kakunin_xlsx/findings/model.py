"""確認事項: something a person must know, as data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum

_MOST = 400  # characters of one text inside a sentence


class Severity(StrEnum):
    """How much a finding asks of people, gravest first.

    The file could not be read; somebody has to mend something; somebody should look; no more
    than information.
    """

    UNREADABLE = "読取不可"
    FIX = "要修正"
    CONFIRM = "要確認"
    INFO = "情報"

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return list(Severity).index(self)


_SEVERITY = dict(zip("UFCI", Severity, strict=True))  # by the first letter of a code


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding stands; what does not apply stays empty. `cell` is like `J12`.

    `key` is the column key of `item`, which tables for people leave out.
    """

    respondent: str = ""
    file: str = ""
    sheet: str = ""
    cell: str = ""
    row: str = ""
    initiative: str = ""
    item: str = ""
    value: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: its kind's code and severity, its place, what is so and what to do.

    `remedy` is said to the office, `ask` in a 修正依頼 to whoever answered.
    """

    severity: Severity
    code: str
    words: str
    remedy: str
    place: Place = Place()
    ask: str = ""

    @property
    def order(self) -> tuple[int, str, str, str, str, str]:
        """Gravest first, then by respondent and place: the same order on every machine."""
        at = self.place
        return (self.severity.rank, at.respondent, at.file, at.sheet, at.cell, self.code + at.row)


def brief(said: object, most: int = _MOST) -> object:
    """Long texts cut for a sentence; the finding's place and 回答一覧 keep them whole."""
    return f"{said[:most]}…" if isinstance(said, str) and len(said) > most else said


@dataclass(frozen=True, slots=True)
class Kind:
    """One entry of the catalogue. `words`, `remedy`, `ask` are templates over Place and extras.

    `ask` is given where a department has to be asked for something else than the office.
    """

    code: str
    words: str
    remedy: str
    example: str
    ask: str = ""

    def at(self, place: Place, **extra: object) -> Finding:
        """The finding of this kind at `place`; `extra` fills what Place does not hold."""
        known = {name: brief(said) for name, said in {**asdict(place), **extra}.items()}
        return Finding(
            self.severity,
            self.code,
            self.words.format(**known),
            self.remedy.format(**known),
            place,
            (self.ask or self.remedy).format(**known),
        )

    @property
    def severity(self) -> Severity:
        """What the letter of the code says."""
        return _SEVERITY[self.code[0]]
