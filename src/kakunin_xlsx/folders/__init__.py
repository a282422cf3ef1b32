"""Where files lie and how they are written: old or new, never half."""

from kakunin_xlsx.folders.files import in_words, put_file, write_file, write_files
from kakunin_xlsx.folders.tree import (
    MARKER,
    OutputFolder,
    RoundFolder,
    correction_name,
    edition_name,
    form_name,
    letter_name,
    one_book_name,
)

__all__ = [
    "MARKER",
    "OutputFolder",
    "RoundFolder",
    "correction_name",
    "edition_name",
    "form_name",
    "in_words",
    "letter_name",
    "one_book_name",
    "put_file",
    "write_file",
    "write_files",
]
