"""One function per check. They yield findings; they never print and never raise."""

from kakunin_xlsx.checks.compare import compare
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
    "compare",
    "foreign_form",
    "foreign_words",
    "read_turn",
]
