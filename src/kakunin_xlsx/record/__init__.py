"""The one type for a year's answers with their lineage."""

from kakunin_xlsx.record.model import FORM_ROW, Answer, Reason, Record, State
from kakunin_xlsx.record.pages import Pages

__all__ = ["FORM_ROW", "Answer", "Pages", "Reason", "Record", "State"]
