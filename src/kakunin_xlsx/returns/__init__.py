"""The only room that reads workbooks: a folder of anything → returns, cell by cell."""

from kakunin_xlsx.returns.collect import Inbox, Tell, collect, collect_folder
from kakunin_xlsx.returns.folder import Received, inputs, received
from kakunin_xlsx.returns.limits import Limits
from kakunin_xlsx.returns.model import CellKind, Comment, FormRow, FormSheet, Grid, GridCell, Return
from kakunin_xlsx.returns.workers import Workers

__all__ = [
    "CellKind",
    "Comment",
    "FormRow",
    "FormSheet",
    "Grid",
    "GridCell",
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
