"""What the rules of 提出区分 and 提出回 set aside, though somebody may have meant it to count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kakunin_xlsx.checks import Compared, read_turn
from kakunin_xlsx.checks.turns import SUBMITTED_ON, TURN
from kakunin_xlsx.findings import Finding
from kakunin_xlsx.findings.catalogue import ADDED_TO_ANSWER, REPLACED_THOUGH_NEWER
from kakunin_xlsx.merge.resolve import Resolved
from kakunin_xlsx.merge.settle import meaning
from kakunin_xlsx.record import FORM_ROW, Reason

_NO_DAY = "記入なし"


def replaced_though_newer(reply: Resolved) -> Iterator[Finding]:
    """Said once for each sheet that differs from what counts, and is not known to be older."""
    last = max(reply.latest, key=_day, default=None)
    if last is None:
        return
    turn, day = read_turn(last).number, _day(last)
    for sheet in reply.replaced:
        own = _day(sheet)
        if (own and day and own <= day) or not _says_otherwise(reply, sheet):
            continue
        given = next(
            (sheet.fields[key] for key in (SUBMITTED_ON, TURN) if key in sheet.fields), None
        )
        yield REPLACED_THOUGH_NEWER.at(
            given.place if given else sheet.form.place(),
            turn=read_turn(sheet).number,
            day=own or _NO_DAY,
            last=turn,
            other=last.form.file,
            other_day=day or _NO_DAY,
            why="提出日は、こちらが後です"
            if own and day
            else "提出日からは、どちらが後か分かりません",
            next=turn + 1,
        )


def additions_lost(reply: Resolved) -> Iterator[Finding]:
    """What was handed in as 追加 where an answer stood that says something else."""
    counts = {**reply.held, **{at: givens[0] for at, givens in reply.disputed.items()}}
    for each in reply.settled:
        if each.reason is Reason.ANSWERED:
            kept = counts[each.given.at].cell.typed
            yield ADDED_TO_ANSWER.at(each.given.place, no=each.given.no, kept=kept)


def _day(sheet: Compared) -> str:
    """提出日 as an ISO date; '' where there is none, or none that can be understood."""
    given = (sheet.cover or sheet.fields).get(SUBMITTED_ON)
    return given.understood if given else ""


def _says_otherwise(reply: Resolved, sheet: Compared) -> bool:
    """True if an answer of the sheet is lost: another one counts in its place, or none."""
    answers: Iterable[tuple[object, str]] = (
        (reply.held.get(given.at), meaning(given))
        for given in sheet.given
        if given.row != FORM_ROW and given.reason is Reason.NONE
    )
    held = {id(given): meaning(given) for given in reply.held.values()}
    return any(held.get(id(counts)) != said for counts, said in answers)
