"""A stored value → what it looks like typed, and what it is."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Context, Decimal

from kakunin_xlsx.returns.model import CellKind
from kakunin_xlsx.returns.ooxml.strings import unescaped
from kakunin_xlsx.returns.ooxml.styles import Style

_BOOLEANS = {"1": "TRUE", "0": "FALSE", "true": "TRUE", "false": "FALSE"}
_DAY_ZERO = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}
_SEEN = Context(prec=15)  # digits that Excel keeps and shows; 0.1 + 0.2 has more in a file
_LEAP_BUG = 60  # Excel counts a 29 February 1900 that never was
_NUMBER = re.compile(r"\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?\s*")
_LONGEST = 1_000  # characters of a number; Excel writes some twenty
_LARGEST = 309  # digits before or behind the point that a number of Excel's can have

Typed = tuple[str, CellKind]


def stored(raw: str, type_: str, style: Style, since_1904: bool) -> Typed:
    """The text of `<v>` by the cell's type and style. Whatever does not fit stays as it is."""
    if not raw:
        return "", CellKind.TEXT
    match type_:
        case "b" if raw.lower() in _BOOLEANS:
            return _BOOLEANS[raw.lower()], CellKind.BOOL
        case "e":
            return raw, CellKind.ERROR
        case "d":
            return _iso(raw)
        case "n":
            return _number(raw, style, since_1904)
    return unescaped(raw), CellKind.TEXT


def _iso(raw: str) -> Typed:
    try:
        return date_text(datetime.fromisoformat(raw)), CellKind.DATE
    except ValueError:
        return raw, CellKind.TEXT


def _number(raw: str, style: Style, since_1904: bool) -> Typed:
    if len(raw) > _LONGEST or not _NUMBER.fullmatch(raw):
        return raw, CellKind.TEXT
    exact = Decimal(raw)
    if exact and abs(exact.adjusted()) > _LARGEST:
        return raw, CellKind.TEXT
    if style.date or style.duration:
        moment = _moment(float(exact), style, since_1904)
        if moment is not None:
            return date_text(moment), CellKind.DATE
    return number_text(exact, style.format), CellKind.NUMBER


def _moment(serial: float, style: Style, since_1904: bool) -> date | time | timedelta | None:
    """The date, time of day or duration of a serial number; None if there is none such."""
    try:
        if style.duration:
            return timedelta(seconds=round(serial * 86_400))
        if serial < 0:
            return None
        if 0 <= serial < 1:
            return (datetime.min + timedelta(seconds=round(serial * 86_400))).time()
        if not since_1904 and serial < _LEAP_BUG:
            serial += 1
        days, part = divmod(serial, 1)
        return _DAY_ZERO[since_1904] + timedelta(days=days, seconds=round(part * 86_400))
    except (OverflowError, ValueError):
        return None


def number_text(value: float | Decimal, number_format: str = "General") -> str:
    """A number in shortest form; a percentage as it is seen, or 50% would become 0.5."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    if not exact.is_finite():
        return str(value)
    if exact != exact.to_integral_value():
        exact = _SEEN.plus(exact)
    percent = number_format.split(";")[0].rstrip().endswith("%")
    plain = format(exact * 100 if percent else exact, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return f"{'0' if plain in ('-0', '') else plain}{'%' if percent else ''}"


def date_text(value: date | time | timedelta) -> str:
    """ISO; a date's time only if it is not midnight."""
    if isinstance(value, datetime):
        return (value.date() if value.time() == time() else value).isoformat()
    return str(value) if isinstance(value, timedelta) else value.isoformat()
