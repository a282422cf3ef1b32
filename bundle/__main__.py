"""`python -m bundle`: fetch, prove, pack."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection
from pathlib import Path
from tempfile import TemporaryDirectory

from bundle.contents import contents, zipped
from bundle.lock import read_lock
from bundle.targets import ALL, Target
from bundle.wheels import ROOT, CannotFetch, Wheel, build_own, fetch, missing

LOCK = ROOT / "requirements" / "runtime.txt"


class Incomplete(Exception):
    """The lock lacks something that a wheel asks for."""


def make(targets: Collection[Target], folder: Path) -> Path:
    """The zip for `targets` in `folder`. Raises CannotFetch or Incomplete."""
    lock = LOCK.read_text(encoding="utf-8")
    pins = read_lock(lock)
    with TemporaryDirectory(prefix="kakunin-bundle-") as name:
        fetch(pins, targets, Path(name))
        own = build_own(Path(name))
        wheels = [Wheel(path) for path in sorted(Path(name).glob("*.whl"))]
        if lacking := [what for target in targets for what in missing(wheels, pins, target)]:
            raise Incomplete("\n".join(lacking))
        top = f"kakunin_xlsx-{own.version}"
        data = zipped(top, contents(own, wheels, lock))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{top}-offline.zip"
    path.write_bytes(data)
    return path


def main() -> int:
    """Say in words what could not be done."""
    parser = argparse.ArgumentParser(prog="python -m bundle", description=__doc__)
    parser.add_argument("--dist", type=Path, default=ROOT / "dist", metavar="DIR")
    folder = parser.parse_args().dist
    try:
        path = make(ALL, folder)
    except CannotFetch as problem:
        sys.stderr.write(f"部品を集められませんでした。通信を確かめてください。\n{problem}\n")
        return 3
    except Incomplete as problem:
        sys.stderr.write(f"requirements/ に足りないものがあります（make lock）。\n{problem}\n")
        return 3
    sys.stdout.write(f"{path}（{path.stat().st_size / 1e6:,.0f}MB）\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
