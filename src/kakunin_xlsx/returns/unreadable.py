"""The exceptions of this room: a file that cannot be read, and why."""


class Unreadable(Exception):
    """The workbook cannot be read; the text says why, in words for people."""


class Locked(Unreadable):
    """It needs a password."""


class Unsafe(Unreadable):
    """It holds what no spreadsheet program writes."""
