"""保存年限: until when the documents of a year are kept."""

from __future__ import annotations

from datetime import date

from kakunin_xlsx.plan import FiscalYear

NO_END = "定めなし"


def kept_until(year: FiscalYear, years: int | None) -> str:
    """The last day, ISO; 定めなし where the plan sets no 保存年限.

    The documents are completed in the fiscal year after the evaluated one and counted from the
    first of April behind it: R7 for 5 years is 2027-04-01 to 2032-03-31.
    """
    return date(year.start + 2 + years, 3, 31).isoformat() if years else NO_END
