"""配布: build the forms of a round and lay them into 1_配布."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kakunin_xlsx.folders import (
    OutputFolder,
    RoundFolder,
    form_name,
    one_book_name,
    together,
)
from kakunin_xlsx.folders.files import Change, Put, lay
from kakunin_xlsx.layout import Forms, Layout
from kakunin_xlsx.nearest import perhaps
from kakunin_xlsx.office.earlier import FROZEN, EarlierAnswers, earlier_answers, frozen_bytes
from kakunin_xlsx.plan import FiscalYear, Plan, Respondent, Round, Status
from kakunin_xlsx.plan.holidays import closed, open_before
from kakunin_xlsx.plan.model import TABLES
from kakunin_xlsx.plan.new_plan import EXAMPLE
from kakunin_xlsx.plan.schema import MasterTable
from kakunin_xlsx.plan.years import day_in_words
from kakunin_xlsx.stop import Stop, WrongUsage

if TYPE_CHECKING:
    from concurrent.futures import Future

_SHOWN = 3  # places that a sentence names
_WORTH = 40  # forms that one more process must have: it takes as long to start as to make them
_BATCH = 10  # forms handed out at once


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


def misgivings(plan: Plan, year: FiscalYear, round_: Round, today: date) -> Iterator[str]:
    """A deadline that nobody can keep, targets nobody has compared, examples left in; in words."""
    yield from _of_deadline(round_, round_.due_date(year), today)
    yield from _of_targets(plan, year)
    yield from _of_examples(plan)


def _of_deadline(round_: Round, due: date | None, today: date) -> Iterator[str]:
    if due is None:
        return
    todo = "変えるときは、台帳の rounds.csv の「提出期限」を直して、もう一度作ってください。"
    said = f"{round_.name}の提出期限（{day_in_words(due)}）は、"
    if due < today:
        yield f"{said}過ぎています（きょうは{day_in_words(today)}です）。{todo}"
    elif why := closed(due):
        yield f"{said}{why}です（その前の開庁日は{day_in_words(open_before(due))}です）。{todo}"


def _of_targets(plan: Plan, year: FiscalYear) -> Iterator[str]:
    waiting = [
        target.action
        for target in plan.at(year).targets
        if target.year == year and _is_unverified(plan, target.action, year)
    ]
    if waiting:
        word = plan.words.target
        yield (
            f"{year.name}の{word}のうち{len(waiting)}件が原本未照合です（{_some(waiting)}）。"
            "冊子と見比べて台帳に書いてから配ると、担当課が迷いません：kakunin masters export 台帳.xlsx"
        )


def _is_unverified(plan: Plan, row: str, year: FiscalYear) -> bool:
    reading = plan.reading("targets", f"{row}/{year.code}", "目標文")
    return reading is not None and reading.status is Status.UNVERIFIED


def _of_examples(plan: Plan) -> Iterator[str]:
    left = [f"{table.title}の「{key}」" for table, key in _examples(plan)]
    head = (plan.title, plan.booklet, plan.city, plan.office)
    left += ["計画の設定" for text in head if text.startswith(EXAMPLE)]
    if left:
        yield (
            f"「{EXAMPLE}」で始まる文が、台帳に残っています（{_some(list(dict.fromkeys(left)))}）。"
            "計画の文に書き替えて、もう一度作ってください。"
        )


def _examples(plan: Plan) -> Iterator[tuple[MasterTable, str]]:
    for table in TABLES:
        for row in getattr(plan, table.plan):
            held = (table.value(row, column.header) for column in table.columns)
            if any(isinstance(text, str) and text.startswith(EXAMPLE) for text in held):
                yield table, table.key(row)


def _some(names: list[str]) -> str:
    more = f"ほか{len(names) - _SHOWN}件" if len(names) > _SHOWN else ""
    return f"{'、'.join(names[:_SHOWN])}{more}"


def form_files(
    sheets: Forms, asked: Sequence[Respondent], worth: int = _WORTH, batch: int = _BATCH
) -> Iterator[bytes]:
    """The xlsx file of each respondent's form, in their order. Raises CannotWrite or Stop.

    A process is begun for each `worth` forms and gets `batch` of them at once.
    """
    workers = min(os.cpu_count() or 1, len(asked) // worth)
    if workers < 2:
        return (_made(sheets, who) for who in asked)
    batches = (asked[at : at + batch] for at in range(0, len(asked), batch))
    return _together(sheets, batches, workers)


def _made(sheets: Forms, who: Respondent) -> bytes:
    from kakunin_xlsx.sheets.workbooks import form_workbook

    return form_workbook([sheets.of(who)], sheets.plan.style.font)


def _together(
    sheets: Forms, batches: Iterable[Sequence[Respondent]], workers: int
) -> Iterator[bytes]:
    """In processes; a few batches ahead of whoever takes the files, so that few are held."""
    from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor

    from kakunin_xlsx.returns.processes import Spawn

    waiting: deque[Future[list[bytes]]] = deque()
    bare = replace(sheets, plan=replace(sheets.plan))  # without what they have looked up so far
    with ProcessPoolExecutor(workers, Spawn(), _begin, (bare,)) as pool:
        try:
            for batch in batches:
                waiting.append(pool.submit(_batch, batch))
                if len(waiting) > 3 * workers:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        except BrokenProcessPool as broken:
            raise Stop(
                "様式を作っている途中で、処理の一部が止まりました。"
                "ほかのソフトを閉じてメモリーに空きを作り、もう一度実行してください。"
            ) from broken
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


# In the worker.

_given: list[Forms] = []


def _begin(sheets: Forms) -> None:
    _given[:] = [sheets]


def _batch(asked: Sequence[Respondent]) -> list[bytes]:
    return [_made(_given[0], who) for who in asked]


def chosen_respondents(plan: Plan, round_: Round, only: Sequence[str]) -> list[Respondent]:
    """The respondents of `plan.at(year)` that `only` names by code or name; all if it is empty.

    Raises WrongUsage for an unknown one.
    """
    everyone = plan.respondents_of(round_)
    names = {who.code: who.name for who in everyone}
    known = {*names, *names.values()}
    if unknown := [name for name in only if name not in known]:
        near = "".join(perhaps(name, (*names.values(), *names)) for name in unknown)
        raise WrongUsage(
            f"回答元「{'」「'.join(unknown)}」は{round_.name}にありません。{near}"
            f"次から選んでください：{'、'.join(names.values())}"
        )
    return [who for who in everyone if not only or who.code in only or who.name in only]
