"""Worker processes: what happens where they die, grow or are interrupted as they start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kakunin_xlsx.returns.processes import Job, Pool, hold_memory
from tests.example import ROOT


def die(folder: str, times: int) -> None:
    """At the start of a worker: not more often than that."""
    for number in range(times):
        try:
            (Path(folder) / str(number)).touch(exist_ok=False)
        except FileExistsError:
            continue
        os._exit(1)


def double(number: int) -> int:
    return 2 * number


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("times", [1, 2])
def test_workers_that_die_as_they_start_are_started_again(
    workers: int, times: int, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with Pool(workers, die, (str(tmp_path), times)) as pool:
        jobs = [Job(pool, double, (number,), 60).begin() for number in range(20)]
        assert [job.result() for job in jobs] == [2 * number for number in range(20)]
    assert capfd.readouterr() == ("", "")


def test_where_none_stays_alive_memory_is_what_lacks(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(MemoryError), Pool(2, die, (str(tmp_path), 1000)) as pool:
        Job(pool, double, (1,), 60).result()
    assert capfd.readouterr() == ("", "")


def held() -> bool:
    """In a worker of 300 million bytes: whether it is held to them, or, by Wine, only in a job."""
    hold_memory(300_000_000)
    try:
        return not bytearray(600_000_000)
    except MemoryError:
        return True
    finally:
        if sys.platform == "win32":
            assert _in_a_job()


def _in_a_job() -> bool:
    found = False
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        answer, kernel = wintypes.BOOL(), ctypes.WinDLL("kernel32")
        this = wintypes.HANDLE(-1)
        found = bool(kernel.IsProcessInJob(this, None, ctypes.byref(answer)) and answer)
    return found


def on_wine() -> bool:
    """Wine makes jobs, and holds nobody to them."""
    wine = False
    if sys.platform == "win32":
        import ctypes

        wine = hasattr(ctypes.windll.ntdll, "wine_get_version")
    return wine


def test_a_worker_is_held_to_its_memory() -> None:
    with Pool(1, double, (1,)) as pool:
        assert Job(pool, held, (), 60).result() or on_wine()


INTERRUPTED = """
import os, signal, sys, threading, time
from kakunin_xlsx.returns.processes import Job, Pool
from tests.returns.test_returns_processes import double

def main():
    signal.signal(signal.SIGINT, signal.default_int_handler)  # tests may run where it is ignored
    print("ready", flush=True)
    try:
        with Pool(8, double, (1,)) as pool:
            jobs = [Job(pool, time.sleep, (0.2,), 60).begin() for number in range(400)]
            for job in jobs:
                job.result()
    except KeyboardInterrupt:
        print("interrupted")

if __name__ == "__main__":
    main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="its Ctrl-C needs a console of its own")
@pytest.mark.parametrize("delay", [0.1, 0.3, 0.6, 1.2])
def test_ctrl_c_while_workers_start_says_nothing_in_english(delay: float, tmp_path: Path) -> None:
    script = tmp_path / "interrupted.py"
    script.write_text(INTERRUPTED, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        start_new_session=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        time.sleep(delay)
        began = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to it and to all its workers
        said = process.communicate(timeout=60)
    assert said == ("interrupted\n", "")
    assert process.returncode == 0
    assert time.monotonic() - began < 15
