"""A cell of an OpenDocument table → what it looks like typed, and what it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from kakunin_xlsx.returns.model import CellKind
from kakunin_xlsx.returns.ooxml.values import NOTHING, SIGNS, Typed, date_text, number_text

_TIME = re.compile(r"P(?:(\d+)D)?T(\d+)H(\d+)M(\d+)(?:\.\d+)?S")
_SHOWN = re.compile(r"(\D*?)([0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?)(?![.,]?[0-9])(\D*)")

_AMONG = re.compile(r"\d[^\d\x00-\x7f]+\d")  # words among the digits: 3時間05分


def typed(cell: Mapping[str, str], text: str) -> Typed:
    """What a cell looks like typed, and what it is."""
    kind = cell.get("value-type", "string" if text else "")
    value = cell.get("value", "")
    try:
        match kind:
            case "float" | "currency":
                return _number(Decimal(value), text, bool(cell.get("formula")))
            case "percentage":
                return _number(100 * Decimal(value), text, bool(cell.get("formula")), "%")
            case "boolean":
                return cell.get("boolean-value", "").upper(), CellKind.BOOL
            case "date":
                return date_text(datetime.fromisoformat(cell["date-value"])), CellKind.DATE
            case "time" if found := _TIME.fullmatch(cell["time-value"]):
                days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
                span = timedelta(days, seconds, 0, 0, minutes, hours)
                clock = (datetime.min + span).time() if span < timedelta(1) else span
                return date_text(clock), CellKind.DATE
    except (ValueError, KeyError, ArithmeticError):
        pass  # whatever does not fit stays as it is shown
    return text or cell.get("string-value", value), CellKind.TEXT


def _number(exact: Decimal, text: str, computed: bool, sign: str = "") -> Typed:
    """A number with the words that its format shows around it; a formula's are nobody's."""
    plain = f"{number_text(exact)}{sign}", CellKind.NUMBER
    found = None if computed else _SHOWN.fullmatch(text.strip())
    if found is None:
        among = not computed and _AMONG.search(text)
        return (text.strip(), CellKind.TEXT) if among else plain
    digits = Decimal(found[2].replace(",", ""))
    rounding = Decimal(1).scaleb(int(digits.as_tuple().exponent))
    before, after = (NOTHING.sub("", part) for part in (found[1], found[3]))
    if not sign and after.startswith("%"):
        sign = "%"
        if abs(digits - 100 * abs(exact)) < abs(digits - abs(exact)):
            exact *= 100  # of a format whose condition decides that it is a percentage
    after = after.replace("%", "", 1)
    before = "" if exact < 0 and before in SIGNS else before
    if not (before or after):
        return f"{number_text(exact)}{sign}", CellKind.NUMBER
    if abs(digits - abs(exact)) > rounding:  # shown in thousands
        exact = digits
    return f"{before}{number_text(abs(exact) if before else exact)}{sign}{after}", CellKind.TEXT
