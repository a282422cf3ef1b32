"""The only room that reads workbooks: a folder of anything → returns, cell by cell."""

from kakunin_xlsx.returns.collect import collect
from kakunin_xlsx.returns.folder import Received, received
from kakunin_xlsx.returns.model import Cell, CellKind, FormRow, FormSheet, Grid, Return

__all__ = [
    "Cell",
    "CellKind",
    "FormRow",
    "FormSheet",
    "Grid",
    "Received",
    "Return",
    "collect",
    "received",
]
