"""Answers that do not fit together: rating and figure, 該当なし and a result, one text for all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import partial

from kakunin_xlsx.checks.cells import points_elsewhere
from kakunin_xlsx.checks.model import Given, Reply
from kakunin_xlsx.findings import Finding, catalogue
from kakunin_xlsx.layout import Column, Row, last_year_key, rating_key, target_key
from kakunin_xlsx.layout.understand import TELLING, nothing_of_its_own, plain, same_words
from kakunin_xlsx.plan.attainment import Rung, attainment, in_percent, met, suggested, turns
from kakunin_xlsx.plan.rounds import Choice, FieldType, Role

_MANY = 3  # rows with one text
_NEGATIVE = re.compile(
    r"な[いくかし]|無|未|せず|ゼロ|ません|(?<![\d.])0(?![\d.])|該当|対象外|中止|見送"
)
_NOT_DONE = (Role.COST, Role.REFERENCE)  # what was spent, or is known
_HOW = "1～2行で記入してください。"


def same_text(reply: Reply) -> Iterator[Finding]:
    """One sentence under many rows of a column."""
    for column in reply.columns[FieldType.TEXT]:
        alike: dict[str, list[Given]] = {}
        for given in _answers(reply, column):
            if len(meant := plain(given.cell.kept)) >= TELLING:
                alike.setdefault(meant, []).append(given)
        for group in alike.values():
            if len(group) >= _MANY:
                rows = "、".join(dict.fromkeys(given.called for given in group))
                yield catalogue.SAME_TEXT.at(group[0].place, count=len(group), rows=rows)


def as_last_year(reply: Reply) -> Iterator[Finding]:
    """A text that stands where it stood last year, as the form shows it."""
    for column in reply.columns[FieldType.TEXT]:
        shown = last_year_key(reply.layout.identity.round, column.key)
        for given in _answers(reply, column):
            if same_words(given.cell.kept, reply.layout.row[given.row].whole(shown)):
                yield catalogue.AS_LAST_YEAR.at(given.place, no=given.no)


def nothing_said(reply: Reply) -> Iterator[Finding]:
    """「なし」 in a required text, unless the rating says that there was nothing to do."""
    done = next(iter(reply.columns[FieldType.TEXT]), None)
    for column in reply.columns[FieldType.TEXT]:
        for given in _answers(reply, column) if column.required else ():
            if not column.required_where(partial(reply.said, given.row)):
                continue
            excused = column is done and _rated(reply, given.row) is False
            if nothing_of_its_own(given.cell.kept) and not excused:
                yield catalogue.NOTHING_SAID.at(given.place, no=given.no, how=_HOW)


def rating_and_figure(reply: Reply) -> Iterator[Finding]:
    """The best rating though the figure misses the target, or a poor one though it is met."""
    for row in reply.layout.rows:
        target = reply.targets.get(row.id)
        given, figure = _rating(reply, row.id), _figure(reply, row.id)
        choice = _choice(given)
        if target is None or target.figure is None or figure is None or not (given and choice):
            continue
        if any(row.rungs.values()) and attainment(target, figure) is not None:
            continue  # rating_and_suggestion says more
        best = next(option for option in given.column.choices if option.counted)
        as_good = met(target, figure)
        if (choice.review and as_good) or (choice == best and not as_good):
            yield catalogue.RATING_AND_FIGURE.at(
                given.place,
                no=given.no,
                figure=f"{figure:,f}{target.unit}",
                target="、".join((target.aim, *target.terms)),
            )


def rating_and_suggestion(reply: Reply) -> Iterator[Finding]:
    """Another choice than the 達成率 suggests; the department's is the one that counts."""
    for row in reply.layout.rows:
        figure, target = _figure(reply, row.id), reply.targets.get(row.id)
        share = attainment(target, figure) if target and figure is not None else None
        if figure is None or share is None:
            continue
        for key, found in row.rungs.items():
            given = reply.held.get((row.id, rating_key(key)))
            rung = suggested(found, figure)
            if given is None or not given.understood or _fits(given.understood, rung, found):
                continue
            yield catalogue.RATING_AND_SUGGESTION.at(
                given.place,
                no=given.no,
                share=in_percent(share, turns(given.column.choices)),
                suggested=f"「{rung.label}」" if rung else f"「{found[-1].label}」より下",
            )


def _fits(chosen: str, rung: Rung | None, rungs: Sequence[Rung]) -> bool:
    """True for the suggested value; where none is, for any that has no threshold to miss."""
    return chosen == rung.value if rung else chosen not in {each.value for each in rungs}


def nothing_yet_done(reply: Reply) -> Iterator[Finding]:
    """Rated as nothing to do, with a result beside it."""
    for row in reply.layout.rows if reply.layout.of_departments else ():
        given = _rating(reply, row.id)
        if given is None or _rated(reply, row.id) is not False or _lacks_target(reply, row, given):
            continue
        for other in _done(reply, row.id):
            yield catalogue.NOTHING_YET_DONE.at(
                given.place, no=given.no, other=other.column.heading, said=other.cell.typed
            )
            break


def _lacks_target(reply: Reply, row: Row, given: Given) -> bool:
    """True where the rating only says that there is no target, and there is none."""
    choice, key = _choice(given), target_key(reply.layout.year)
    if choice is None or key not in row.texts or "目標" not in choice.name + choice.yardstick:
        return False
    own = (each for each in reply.layout.rows if row.id in (each.id, each.under))
    return all(nothing_of_its_own(each.texts[key].body) for each in own if key in each.texts)


def _done(reply: Reply, row: str) -> Iterator[Given]:
    """What says that something was done: figures other than nought, or a text without a no."""
    measured = [row, *(each.id for each in reply.layout.indicators(row))]
    for number in reply.columns[FieldType.NUMBER]:
        for id_ in measured if number.role not in _NOT_DONE else ():
            given = reply.held.get((id_, number.key))
            if given and Decimal(given.understood or 0):
                yield given
    text = next(iter(reply.columns[FieldType.TEXT]), None)
    if text and (given := reply.held.get((row, text.key))):
        said = given.cell.kept
        if not (
            _NEGATIVE.search(plain(said)) or nothing_of_its_own(said) or points_elsewhere(said)
        ):
            yield given


# What stands in a row.


def _answers(reply: Reply, column: Column) -> Iterator[Given]:
    for row in reply.layout.rows:
        if given := reply.held.get((row.id, column.key)):
            yield given


def _rating(reply: Reply, row: str) -> Given | None:
    """The answer on the first scale that is counted."""
    column = reply.rating_column
    return reply.held.get((row, column.key)) if column else None


def _choice(given: Given | None) -> Choice | None:
    if given is None:
        return None
    meant = given.understood
    return next((option for option in given.column.choices if option.value == meant), None)


def _rated(reply: Reply, row: str) -> bool | None:
    """True for a counted rating, False for 該当なし and the like, None without one."""
    choice = _choice(_rating(reply, row))
    return choice.counted if choice else None


def _figure(reply: Reply, row: str) -> Decimal | None:
    """The 成果 of a row."""
    said = reply.said(row, outcome.key) if (outcome := reply.layout.outcome) else ""
    return Decimal(said) if said else None


SENSE_CHECKS: tuple[Callable[[Reply], Iterator[Finding]], ...] = (
    same_text,
    as_last_year,
    nothing_said,
    rating_and_figure,
    rating_and_suggestion,
    nothing_yet_done,
)
