"""Checks of one answer cell that counts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from kakunin_xlsx.checks.model import Given
from kakunin_xlsx.checks.speech import ditto, personal
from kakunin_xlsx.checks.turns import SUBMISSION, SUBMITTED_ON, TURN
from kakunin_xlsx.findings import Finding, catalogue
from kakunin_xlsx.layout import understand
from kakunin_xlsx.plan.rounds import FieldType
from kakunin_xlsx.record import FORM_ROW
from kakunin_xlsx.returns.model import CellKind

# Private use areas (外字), the sign for what could not be converted, and 〓 for what is not there.
_ILLEGIBLE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd\ufffd\u3013]")
_MOST_LETTERS = 5
_CONDENSE = "要点にまとめられないか、確かめてください。"
_TOO_LONG = (
    "Excelの1つのセルに入るのは32,767字までのため、このままでは会議に出す資料に載せられません。"
    "要点にまとめたものを提出元からもらってください。"
)
_LONGEST = 32_767  # characters that a cell can hold
_OWN_CHECK = (SUBMISSION, TURN)  # turn_unclear says more about these


def formula(given: Given, _unit: str) -> Iterator[Finding]:
    """A formula that has a stored value: that value is taken."""
    if given.cell.formula and given.sound:
        yield catalogue.FORMULA.at(given.place, no=given.no)


def no_stored_value(given: Given, _unit: str) -> Iterator[Finding]:
    """A formula without a result is no blank, and no answer either."""
    if given.cell.kind is CellKind.NO_VALUE:
        yield catalogue.NO_STORED_VALUE.at(given.place, no=given.no)


def error_value(given: Given, _unit: str) -> Iterator[Finding]:
    """#REF! and its like are no blank."""
    if given.cell.kind is CellKind.ERROR:
        yield catalogue.ERROR_VALUE.at(given.place, no=given.no)


def choice_unclear(given: Given, _unit: str) -> Iterator[Finding]:
    """An answer that is none of the choices."""
    if _not_understood(given, FieldType.CHOICE):
        choices = "、".join(choice.label for choice in given.column.choices)
        yield catalogue.CHOICE_UNCLEAR.at(given.place, no=given.no, choices=choices)


def number_unclear(given: Given, _unit: str) -> Iterator[Finding]:
    """Words where a number was asked."""
    if _not_understood(given, FieldType.NUMBER):
        yield catalogue.NUMBER_UNCLEAR.at(given.place, no=given.no)


def date_unclear(given: Given, _unit: str) -> Iterator[Finding]:
    """Words where a date was asked."""
    if _not_understood(given, FieldType.DATE):
        yield catalogue.DATE_UNCLEAR.at(given.place, no=given.no)


def day_odd(given: Given, _unit: str) -> Iterator[Finding]:
    """A 提出日 before the year that is asked was over, or a year and more after it."""
    if given.row != FORM_ROW or given.column.key != SUBMITTED_ON or not given.understood:
        return
    year, held = given.layout.year, given.layout.held
    since, until = held.previous.last_day, held.last_day
    if not since <= date.fromisoformat(given.understood) <= until:
        yield catalogue.DAY_ODD.at(
            given.place, day=given.understood, year=year.name, since=since, until=until
        )


def date_for_text(given: Given, _unit: str) -> Iterator[Finding]:
    """「1-2」 that a spreadsheet took for a day in January."""
    if given.cell.kind is CellKind.DATE and given.column.type is not FieldType.DATE:
        yield catalogue.DATE_FOR_TEXT.at(given.place, no=given.no)


def unit_differs(given: Given, unit: str) -> Iterator[Finding]:
    """「３人」 where the target counts 件."""
    if given.column.type is not FieldType.NUMBER or not unit or not given.understood:
        return
    behind = understand.unit(given.cell.kept)
    if behind and not behind.startswith(understand.one_width(unit)):
        yield catalogue.UNIT_DIFFERS.at(given.place, no=given.no, unit=unit)


def approximate(given: Given, _unit: str) -> Iterator[Finding]:
    """「約30人」 is taken as 30."""
    if given.understood and understand.approximate(given.cell.kept):
        yield catalogue.APPROXIMATE.at(given.place, no=given.no, taken=given.understood)


def over_limit(given: Given, _unit: str) -> Iterator[Finding]:
    """Longer than the paper is meant for; the text is kept whole."""
    limit, length = given.column.limit or _LONGEST, len(given.cell.typed)
    if length > limit:
        how = _TOO_LONG if length > _LONGEST else _CONDENSE
        yield catalogue.OVER_LIMIT.at(given.place, no=given.no, length=length, limit=limit, how=how)


def illegible(given: Given, _unit: str) -> Iterator[Finding]:
    """Letters that only one computer can show, or that were lost on the way."""
    if found := dict.fromkeys(_ILLEGIBLE.findall(given.cell.typed)):
        what = "、".join(f"「{char}」（U+{ord(char):04X}）" for char in list(found)[:_MOST_LETTERS])
        yield catalogue.ILLEGIBLE.at(given.place, no=given.no, what=what)


def _not_understood(given: Given, type_: FieldType) -> bool:
    if given.column.type is not type_:
        return False
    if given.column.key in _OWN_CHECK and given.row == FORM_ROW:
        return False
    if given.cell.kind is CellKind.DATE and type_ is not FieldType.DATE:
        return False  # date_for_text says more
    return given.sound and not given.understood


_Check = Callable[[Given, str], Iterator[Finding]]
OF_TYPE: Mapping[FieldType, tuple[_Check, ...]] = {
    FieldType.TEXT: (over_limit, illegible, ditto, personal),
    FieldType.CHOICE: (over_limit, illegible, choice_unclear),
    FieldType.NUMBER: (over_limit, illegible, number_unclear, unit_differs, approximate),
    FieldType.DATE: (over_limit, illegible, date_unclear, day_odd),
}
OF_VALUES = (formula, no_stored_value, error_value, date_for_text)  # of no plain text


def check_cell(given: Given, unit: str) -> Iterator[Finding]:
    """Every finding about one cell; only what can be of its column and content is looked for."""
    checks = OF_TYPE[given.column.type]
    if given.cell.kind is not CellKind.TEXT or given.cell.formula:
        checks = (*OF_VALUES, *checks)
    for check in checks:
        yield from check(given, unit)
