"""配布: build the forms of a round and lay them into 1_配布."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kakunin_xlsx.codec import key
from kakunin_xlsx.folders.files import Change, lay, together
from kakunin_xlsx.folders.tree import form_name, one_book_name
from kakunin_xlsx.layout import Forms, Layout
from kakunin_xlsx.nearest import perhaps
from kakunin_xlsx.office.years import FROZEN, RoundAt, YearAt, earlier_answers
from kakunin_xlsx.plan import Plan, Respondent, Round, Status
from kakunin_xlsx.plan.holidays import closed, open_before
from kakunin_xlsx.plan.model import TABLES
from kakunin_xlsx.plan.new_plan import EXAMPLE
from kakunin_xlsx.plan.schema import MasterTable
from kakunin_xlsx.plan.years import day_in_words
from kakunin_xlsx.record import to_csv
from kakunin_xlsx.stop import Stop, WrongUsage

if TYPE_CHECKING:
    from concurrent.futures import Future

_SHOWN = 3  # places that a sentence names
_WORTH = 40  # forms that one more process must have: it takes as long to start as to make them
_BATCH = 10  # forms handed out at once


@dataclass(frozen=True, slots=True)
class Issued:
    """One form file: whom it asks, in how many rows, and what became of the file."""

    respondents: tuple[str, ...] = key("回答元")
    rows: int = key("記入行")  # that are answered here
    repeated: int = key("再掲")  # that are shown only
    path: Path = key("ファイル")
    change: Change = key("結果")


@dataclass(frozen=True, slots=True)
class Issue:
    """The forms of one issue, and in sentences what the office should know of it."""

    forms: tuple[Issued, ...]
    told: tuple[str, ...]


def issue_forms(
    at: RoundAt, only: Sequence[str] = (), one_book: bool = False, allow_missing: bool = False
) -> Issue:
    """Write the forms of `only` (names or codes; all if empty), one file each or one for all.

    Earlier rounds must have no gaps unless `allow_missing`; what they and last year said is laid
    beside the forms. Raises WrongUsage for an unknown respondent, Stop where a file cannot be written.
    """
    plan, round_, folder = at.plan, at.round, at.folder
    asked = chosen_respondents(plan.at(at.year), round_, only)
    before, gaps, told = earlier_answers(at)
    if gaps and not allow_missing:
        listed = "\n".join(f"・{gap}" for gap in gaps)
        raise Stop(
            f"{round_.name}の様式は、前の照会がそろってから作ります。次の所が残っています。\n{listed}\n"
            "このまま作るときは --allow-missing を付けてください。"
        )
    at.output.claim(plan)
    sheets = Forms(plan, at.year, round_.code, before)
    layouts = {who: one for who in asked if (one := sheets.of(who)).rows}
    if not layouts:
        raise Stop(f"{round_.name}で回答していただく行がありません（意見が出ていません）。")
    folder.returned.mkdir(parents=True, exist_ok=True)
    forms: list[Issued] = []
    with together() as put:
        if before.answers:
            put(folder.issued / FROZEN, to_csv(before.answers))
        for name, held, data in (_one_book if one_book else _own_books)(at, sheets, layouts):
            files: dict[Path, bytes] = {}
            change = lay(folder.issued / name, data, folder.superseded, files)
            for path, content in files.items():
                put(path, content)
            forms.append(_issued(held, folder.issued / name, change))
        return Issue(tuple(forms), (*told, *misgivings(at, date.today())))


def _issued(held: Sequence[Layout], path: Path, change: Change) -> Issued:
    rows = [row for one in held for row in one.rows]
    shown = sum(not row.open for row in rows)
    whom = tuple(one.respondent for one in held)
    return Issued(whom, len(rows) - shown, shown, path, change)


_Books = Iterator[tuple[str, Sequence[Layout], bytes]]  # each file's name, its sheets and itself


def _one_book(at: RoundAt, _: Forms, layouts: Mapping[Respondent, Layout]) -> _Books:
    from kakunin_xlsx.sheets.workbooks import form_workbook

    held = list(layouts.values())
    name = one_book_name(at.plan, at.year, at.round)
    yield name, held, form_workbook(held, at.plan.style.font)


def _own_books(at: RoundAt, sheets: Forms, layouts: Mapping[Respondent, Layout]) -> _Books:
    files = form_files(sheets, list(layouts))
    for one, data in zip(layouts.values(), files, strict=True):
        yield form_name(at.plan, one.respondent, at.year, at.round), (one,), data


def misgivings(at: RoundAt, today: date) -> Iterator[str]:
    """A deadline that nobody can keep, targets nobody has compared, examples left in; in words."""
    yield from _of_deadline(at.round, at.round.due_date(at.year), today)
    yield from _of_targets(at)
    yield from _of_examples(at.plan)


def _of_deadline(round_: Round, due: date | None, today: date) -> Iterator[str]:
    if due is None:
        return
    todo = "変えるときは、台帳の rounds.csv の「提出期限」を直して、もう一度作ってください。"
    said = f"{round_.name}の提出期限（{day_in_words(due)}）は、"
    if due < today:
        yield f"{said}過ぎています（きょうは{day_in_words(today)}です）。{todo}"
    elif why := closed(due):
        yield f"{said}{why}です（その前の開庁日は{day_in_words(open_before(due))}です）。{todo}"


def _of_targets(at: YearAt) -> Iterator[str]:
    plan, year = at.plan, at.year
    own = [each.action for each in plan.at(year).targets if each.year == year]
    readings = {row: plan.reading("targets", f"{row}/{year.code}", "目標文") for row in own}
    waiting = [row for row in own if (read := readings[row]) and read.status is Status.UNVERIFIED]
    if waiting:
        yield (
            f"{year.name}の{plan.words.target}のうち{len(waiting)}件が原本未照合です（{_some(waiting)}）。"
            "冊子と見比べて台帳に書いてから配ると、担当課が迷いません：kakunin masters export 台帳.xlsx"
        )


def _of_examples(plan: Plan) -> Iterator[str]:
    left = [f"{table.title}の「{row}」" for table, row in _examples(plan)]
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
