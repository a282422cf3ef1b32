"""What goes back to people after a merge: 修正依頼 to departments, tables to decide to the office."""

from kakunin_xlsx.feedback.correction import Correction, correction_request, corrections
from kakunin_xlsx.feedback.ledgers import conflict_workbook, correction_workbook

__all__ = [
    "Correction",
    "conflict_workbook",
    "correction_request",
    "correction_workbook",
    "corrections",
]
