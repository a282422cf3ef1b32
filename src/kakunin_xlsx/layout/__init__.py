"""The shared truth: columns and rows of every sheet, for writer, reader, checks and report."""

from kakunin_xlsx.layout.build import FORM_SIZE, layout
from kakunin_xlsx.layout.columns import Column, target_key
from kakunin_xlsx.layout.identity import KEY_ROW, Identity, RowMark, digest, read_mark
from kakunin_xlsx.layout.model import NOT_ASKED, CellText, Layout, Row, Section

__all__ = [
    "FORM_SIZE",
    "KEY_ROW",
    "NOT_ASKED",
    "CellText",
    "Column",
    "Identity",
    "Layout",
    "Row",
    "RowMark",
    "Section",
    "digest",
    "layout",
    "read_mark",
    "target_key",
]
