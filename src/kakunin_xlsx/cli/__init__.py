"""The commands. Nothing imports this room."""

from kakunin_xlsx.cli.app import main

__all__ = ["main"]
