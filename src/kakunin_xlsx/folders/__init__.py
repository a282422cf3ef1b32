"""Where files lie and how they are written: old or new, never half."""

from kakunin_xlsx.folders.files import (
    MARKER,
    finish,
    put_file,
    together,
    write_file,
    write_files,
)
from kakunin_xlsx.folders.lock import InUse, locked, user
from kakunin_xlsx.folders.refusals import in_words
from kakunin_xlsx.folders.tree import (
    OutputFolder,
    PaperFolder,
    RoundFolder,
    correction_name,
    form_name,
    letter_name,
    one_book_name,
)

__all__ = [
    "MARKER",
    "InUse",
    "OutputFolder",
    "PaperFolder",
    "RoundFolder",
    "correction_name",
    "finish",
    "form_name",
    "in_words",
    "letter_name",
    "locked",
    "one_book_name",
    "put_file",
    "together",
    "user",
    "write_file",
    "write_files",
]
