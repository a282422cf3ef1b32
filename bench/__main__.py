"""`make bench`: everything measured against its peers in one run; prints and writes RESULTS.md.

Of the whole, the tables of docs/速さと量.md are written, too. Named pieces (`python -m bench merge-10 five`) are
measured alone and only printed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.cases import OURS, PYTHON, SIZES, Case, cases
from bench.measure import Run, interleaved
from bench.national import masters, returns
from bench.saved_again import LIBREOFFICE, OPENPYXL, save_again
from bench.table import growth_table, in_guide, machine, one_return_table, result_table

RESULTS = Path(__file__).parent / "RESULTS.md"
GUIDE = Path(__file__).parents[1] / "docs" / "速さと量.md"
_ONE = "one"  # return, read in one process


def main() -> None:
    """Measure; `--most` leaves out what is larger."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=SIZES[-1], metavar="件数")
    parser.add_argument("only", nargs="*", metavar="名前", help="測るもの（省略すると全部）")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kakunin-bench-") as name:
        _measure(Path(name), given.most, given.only)


def _measure(place: Path, most: int, only: Sequence[str]) -> None:
    makers = cases(place, most)
    if unknown := [name for name in only if name not in (_ONE, *makers)]:
        sys.exit(
            f"{'、'.join(unknown)} はありません。{'、'.join((_ONE, *makers))} から選んでください。"
        )
    texts = [f"# 測った結果\n\n{machine()}\n"]
    if not only or _ONE in only:
        texts.append(one_return_table(_one_return(place)))
        _say(texts[-1])
    found: list[tuple[Case, Mapping[str, Run]]] = []
    for name, make in makers.items():
        if not only or name in only:
            case = make()
            found.append((case, interleaved(case.commands, case.rounds, case.warm_up)))
            _say(f"{name}　{case.work}：{found[-1][1][OURS].seconds:.2f}秒")
    texts += [result_table(found), growth_table(found)]
    _say("\n".join(texts[-2:]))
    if not only:
        RESULTS.write_text("\n".join(texts), encoding="utf-8")
        _say(f"書き込んだ場所：{RESULTS}")
    if not only and most == SIZES[-1]:
        GUIDE.write_text(in_guide(GUIDE.read_text(encoding="utf-8"), found), encoding="utf-8")
        _say(f"書き込んだ場所：{GUIDE}")


def _one_return(place: Path) -> Mapping[str, Mapping[str, float]]:
    """Milliseconds for one return of five or six lines, by who saved it last and who reads it."""
    plan = masters(place / "masters-6", 6)
    told: dict[str, dict[str, float]] = {}
    for program in ("", OPENPYXL, LIBREOFFICE):
        folder = returns(place / f"output-6{program}", plan)
        if program:
            save_again(folder, program)
        file = sorted(folder.glob("*.xlsx"))[0]
        command = (*PYTHON, "-m", "bench.one_return", str(plan), str(file))
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        told[program] = json.loads(done.stdout)
    return told


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
