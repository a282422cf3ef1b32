"""Where files lie and how they are written: old or new, never half."""

from kakunin_xlsx.folders.files import write_file, write_files
from kakunin_xlsx.folders.tree import (
    OutputFolder,
    RoundFolder,
    correction_name,
    form_name,
    one_book_name,
)

__all__ = [
    "OutputFolder",
    "RoundFolder",
    "correction_name",
    "form_name",
    "one_book_name",
    "write_file",
    "write_files",
]
