"""The one type for a year's answers with their lineage."""

from kakunin_xlsx.record.model import FORM_ROW, Answer, Reason, Record, State

__all__ = ["FORM_ROW", "Answer", "Reason", "Record", "State"]
