"""`make bench`: everything measured against its peers in one run; prints and writes RESULTS.md."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.cases import NATION, OURS, PYTHON, Case, cases
from bench.measure import Run, interleaved
from bench.national import masters, returns
from bench.table import growth_table, machine, one_return_table, result_table

RESULTS = Path(__file__).parent / "RESULTS.md"
_SIZES = (10, 100, 1_000, NATION)


def main() -> None:
    """Measure; `--most` leaves out what is larger."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=_SIZES[-1], metavar="件数")
    most = parser.parse_args().most
    with tempfile.TemporaryDirectory(prefix="kakunin-bench-") as name:
        text = "\n".join(_measured(Path(name), most))
    RESULTS.write_text(text, encoding="utf-8")
    _say(f"書き込んだ場所：{RESULTS}")


def _measured(place: Path, most: int) -> Iterator[str]:
    yield f"# 測った結果\n\n{machine()}\n"
    one = one_return_table(_one_return(place))
    _say(one)
    yield one
    found: list[tuple[Case, Mapping[str, Run]]] = []
    for case in cases(place, tuple(size for size in _SIZES if size <= most)):
        runs = interleaved(case.commands, case.rounds, case.warm_up)
        found.append((case, runs))
        _say(f"{case.work}：{runs[OURS].seconds:.2f}秒")
    for table in (result_table(found), growth_table(found)):
        _say(table)
        yield table


def _one_return(place: Path) -> Mapping[str, float]:
    """Milliseconds for one return of a department with five or six lines, in a process of its own."""
    plan = masters(place / "masters-6", 6)
    file = sorted(returns(place / "output-6", plan).glob("*.xlsx"))[0]
    command = (*PYTHON, "-m", "bench.one_return", str(plan), str(file))
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
