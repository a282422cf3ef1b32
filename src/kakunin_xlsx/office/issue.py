"""配布: build the forms of a round and lay them into 1_配布."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kakunin_xlsx.folders import (
    OutputFolder,
    RoundFolder,
    form_name,
    one_book_name,
    together,
)
from kakunin_xlsx.folders.files import Put
from kakunin_xlsx.layout import Forms, Layout
from kakunin_xlsx.office.earlier import FROZEN, EarlierAnswers, earlier_answers, frozen_bytes
from kakunin_xlsx.office.making import form_files
from kakunin_xlsx.office.misgivings import misgivings
from kakunin_xlsx.office.replacing import Change, lay
from kakunin_xlsx.office.respondents import chosen_respondents
from kakunin_xlsx.plan import FiscalYear, Plan, Round
from kakunin_xlsx.stop import Stop


@dataclass(frozen=True, slots=True)
class Issued:
    """One form file: whom it asks, in how many rows, and what became of the file."""

    respondents: tuple[str, ...]
    rows: int  # that are answered here
    repeated: int  # that are shown only
    path: Path
    change: Change


@dataclass(frozen=True, slots=True)
class Issue:
    """The forms of one issue, and in sentences what the office should know of it."""

    forms: tuple[Issued, ...]
    told: tuple[str, ...]


def issue_forms(
    plan: Plan,
    year: FiscalYear,
    round_: Round,
    output: OutputFolder,
    only: Sequence[str] = (),
    one_book: bool = False,
    allow_missing: bool = False,
) -> Issue:
    """Write the forms of `only` (names or codes; all if empty), one file each or one for all.

    Earlier rounds must have no gaps unless `allow_missing`; what they and last year said is laid
    beside the forms. Raises WrongUsage for an unknown respondent, Stop where a file cannot be written.
    """
    asked = chosen_respondents(plan.at(year), round_, only)
    before = earlier_answers(plan, year, round_, output)
    if before.gaps and not allow_missing:
        raise Stop(_refusal(round_, before))
    output.claim(plan)
    folder = output.round(year, round_)
    sheets = Forms(plan, year, round_.code, before.record)
    layouts = {who: one for who in asked if (one := sheets.of(who)).rows}
    if not layouts:
        raise Stop(f"{round_.name}で回答していただく行がありません（意見が出ていません）。")
    folder.returned.mkdir(parents=True, exist_ok=True)
    if one_book:
        books = _one_book(plan, round_, list(layouts.values()))
    else:
        files = form_files(sheets, list(layouts))
        books = (
            _Book(form_name(plan, one.respondent, year, round_), (one,), data)
            for one, data in zip(layouts.values(), files, strict=True)
        )
    with together() as put:
        if before.record.answers:
            put(folder.issued / FROZEN, frozen_bytes(before.record))
        told = (*before.told, *misgivings(plan, year, round_, date.today()))
        return Issue(tuple(_issued(books, folder, put)), told)


def _refusal(round_: Round, before: EarlierAnswers) -> str:
    gaps = "\n".join(f"・{gap}" for gap in before.gaps)
    return (
        f"{round_.name}の様式は、前の照会がそろってから作ります。次の所が残っています。\n{gaps}\n"
        "このまま作るときは --allow-missing を付けてください。"
    )


@dataclass(frozen=True, slots=True)
class _Book:
    name: str
    layouts: Sequence[Layout]
    data: bytes


def _one_book(plan: Plan, round_: Round, layouts: Sequence[Layout]) -> Iterator[_Book]:
    from kakunin_xlsx.sheets.workbooks import form_workbook

    name = one_book_name(plan, layouts[0].year, round_)
    yield _Book(name, layouts, form_workbook(layouts, plan.style.font))


def _issued(books: Iterable[_Book], folder: RoundFolder, put: Put) -> Iterator[Issued]:
    """Make each file ready, and tell what becomes of it."""
    for book in books:
        files: dict[Path, bytes] = {}
        change = lay(folder.issued / book.name, book.data, folder.superseded, files)
        for path, data in files.items():
            put(path, data)
        rows = [row for one in book.layouts for row in one.rows]
        yield Issued(
            respondents=tuple(one.respondent for one in book.layouts),
            rows=sum(row.open for row in rows),
            repeated=sum(not row.open for row in rows),
            path=folder.issued / book.name,
            change=change,
        )
