"""What 事務局 does with files: pure rooms in between, reading and writing at the ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kakunin_xlsx.returns import Pool


def reading_ahead() -> Pool:
    """A process that reads: it loads its parts while the command loads the rest of the office."""
    from kakunin_xlsx.returns import Limits, readers

    return readers(Limits.from_environment(), "kakunin_xlsx.merge.step")
