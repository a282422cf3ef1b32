"""The only room that reads workbooks: a folder of anything → returns, cell by cell."""

from typing import TYPE_CHECKING

from kakunin_xlsx.later import later

if TYPE_CHECKING:
    from kakunin_xlsx.returns.collect import Inbox, Tell, collect_folder
    from kakunin_xlsx.returns.folder import Received, inputs, received
    from kakunin_xlsx.returns.limits import Limits
    from kakunin_xlsx.returns.model import (
        CellKind,
        Comment,
        FormRow,
        FormSheet,
        Grid,
        GridCell,
        Return,
    )
    from kakunin_xlsx.returns.processes import Pool, readers
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
    "Pool",
    "Received",
    "Return",
    "Tell",
    "Workers",
    "collect_folder",
    "inputs",
    "readers",
    "received",
]

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        collect="Inbox Tell collect_folder",
        folder="Received inputs received",
        limits="Limits",
        model="CellKind Comment FormRow FormSheet Grid GridCell Return",
        processes="Pool readers",
        workers="Workers",
    )
