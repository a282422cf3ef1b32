"""Run as a process of its own: `holder.py FOLDER` takes the lock, says so, and never ends."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from kakunin_xlsx.folders.lock import locked

if __name__ == "__main__":
    with locked(Path(sys.argv[1])):
        sys.stdout.write("held\n")
        sys.stdout.flush()
        time.sleep(600)
