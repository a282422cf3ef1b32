"""Commands timed against each other, interleaved in one run, with the memory of all processes."""

from __future__ import annotations

import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

_EVERY = 0.02  # seconds between two looks at the memory
Command = Sequence[str]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a command: seconds by the clock and of the CPUs, and the peak of memory in MiB.

    CPUs and memory are those of all its processes together.
    """

    seconds: float
    cpu: float
    mebibytes: float


def interleaved(
    commands: Mapping[str, Command], rounds: int, warm_up: bool = True
) -> Mapping[str, Run]:
    """The median run of each command; one of each, then the next of each, so all see one machine.

    Raises RuntimeError, with its last words, if a command does not end well.
    """
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for number in range(rounds + warm_up):
        for name, command in commands.items():
            run = _run(name, command)
            if number or not warm_up:
                runs[name].append(run)
    return {name: _middle(own) for name, own in runs.items()}


def _middle(runs: Sequence[Run]) -> Run:
    seconds, cpu = (median(each) for each in zip(*((r.seconds, r.cpu) for r in runs), strict=True))
    return Run(seconds, cpu, max(run.mebibytes for run in runs))


def _run(name: str, command: Command) -> Run:
    peak = 0
    with tempfile.TemporaryFile() as said:
        began, before = time.perf_counter(), _cpu()
        process = subprocess.Popen(command, stdout=said, stderr=said, env=_environment())
        while process.poll() is None:
            peak = max(peak, _bytes_of_all(process.pid))
            time.sleep(_EVERY)
        seconds, cpu = time.perf_counter() - began, _cpu() - before
        if process.returncode not in (0, 1):  # 1: done, with findings
            said.seek(0)
            raise RuntimeError(f"{name}: {said.read().decode(errors='replace')[-2000:]}")
    return Run(seconds, cpu, peak / 2**20)


def _environment() -> dict[str, str]:
    """Ours, but what is imported is compiled once: a tool that was installed is compiled already."""
    return {name: word for name, word in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _cpu() -> float:
    """Seconds of the CPUs that ended processes of ours took so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _bytes_of_all(pid: int) -> int:
    """What a process and those below it hold: shared pages are counted once in all (PSS)."""
    waiting, total = [pid], 0
    while waiting:
        one = waiting.pop()
        total += _bytes_of(one)
        waiting += _children(one)
    return total


def _bytes_of(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:  # it has just ended, or this system tells nothing
        return 0
    found = (line.split() for line in text.splitlines() if line.startswith("Pss:"))
    return sum(int(words[1]) * 1024 for words in found)


def _children(pid: int) -> list[int]:
    try:
        lists = Path(f"/proc/{pid}/task").glob("*/children")
        return [int(child) for path in lists for child in path.read_text().split()]
    except OSError:
        return []
