"""The only room that reads workbooks: a folder of anything → returns, cell by cell."""

from kakunin_xlsx.returns.collect import Inbox, Tell, collect, collect_folder
from kakunin_xlsx.returns.folder import Received, inputs, received
from kakunin_xlsx.returns.limits import Limits
from kakunin_xlsx.returns.model import Cell, CellKind, Comment, FormRow, FormSheet, Grid, Return
from kakunin_xlsx.returns.workers import Workers

__all__ = [
    "Cell",
    "CellKind",
    "Comment",
    "FormRow",
    "FormSheet",
    "Grid",
    "Inbox",
    "Limits",
    "Received",
    "Return",
    "Tell",
    "Workers",
    "collect",
    "collect_folder",
    "inputs",
    "received",
]
