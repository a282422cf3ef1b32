"""One function per check. They yield findings; they never print and never raise."""

from typing import TYPE_CHECKING

from kakunin_xlsx.later import later

if TYPE_CHECKING:
    from kakunin_xlsx.checks.model import Changed, Compared, Form, Given, Reply, Standing
    from kakunin_xlsx.checks.run import check_form, check_replaced, check_reply
    from kakunin_xlsx.checks.sheets import foreign_form, foreign_words
    from kakunin_xlsx.checks.turns import Submission, Turn, read_turn

__all__ = [
    "Changed",
    "Compared",
    "Form",
    "Given",
    "Reply",
    "Standing",
    "Submission",
    "Turn",
    "check_form",
    "check_replaced",
    "check_reply",
    "foreign_form",
    "foreign_words",
    "read_turn",
]

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        model="Changed Compared Form Given Reply Standing",
        run="check_form check_replaced check_reply",
        sheets="foreign_form foreign_words",
        turns="Submission Turn read_turn",
    )
