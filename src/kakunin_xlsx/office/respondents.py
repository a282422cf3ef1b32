"""Who is asked in a round: everyone, or those whom `--only` names."""

from __future__ import annotations

from collections.abc import Sequence

from kakunin_xlsx.nearest import perhaps
from kakunin_xlsx.plan import Plan, Respondent, Round
from kakunin_xlsx.stop import WrongUsage


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
