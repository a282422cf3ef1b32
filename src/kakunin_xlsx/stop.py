"""Reasons to stop: a command cannot go on, says so in a plain sentence and exits."""

from __future__ import annotations


class Stop(Exception):
    """Could not do the job (masters wrong, disk full, file open in Excel). Exit code 3."""

    exit_code = 3


class WrongUsage(Stop):
    """What was asked for does not exist (year, round, department, path). Exit code 2."""

    exit_code = 2
