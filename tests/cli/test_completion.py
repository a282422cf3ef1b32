"""Shell completion: what a shell is offered, and that its scripts are those that the docs name."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.example import MASTERS, ROOT

PAGE = (ROOT / "docs" / "補完.md").read_text(encoding="utf-8")
SHELLS = ("powershell", "bash", "zsh", "fish")


def kakunin(**environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", "from kakunin_xlsx.cli import main; main()"],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


def offered(line: str) -> list[str]:
    """What PowerShell is offered behind `line`: three lines each, of which the second is typed."""
    words = line.split(" ")
    told = kakunin(
        _KAKUNIN_COMPLETE="powershell_complete",
        COMP_WORDS=line.strip(),
        COMP_CWORD=str(len(words) - 1),
    )
    return told.splitlines()[1::3]


@pytest.mark.parametrize("shell", SHELLS)
def test_the_docs_name_a_shells_own_script(shell: str) -> None:
    assert f"{shell}_source" in PAGE
    script = kakunin(_KAKUNIN_COMPLETE=f"{shell}_source")
    assert f"{shell}_complete" in script
    assert "kakunin" in script


def test_commands_options_years_and_rounds_are_offered() -> None:
    assert offered("kakunin ")[:3] == ["init", "masters", "build"]
    assert offered("kakunin mer") == ["merge"]
    assert "--annotate" in offered("kakunin check --")
    assert offered(f"kakunin build --plan {MASTERS} --year ") == ["R6", "R7", "R8"]
    assert offered(f"kakunin build --plan {MASTERS} --round n") == ["naibu"]
    assert offered("kakunin build --plan nowhere --year ") == []  # a shell hears of no problem
    assert offered("kakunin report --for ") == ["庁内", "会議", "公表"]


def test_bash_completes(tmp_path: Path) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("not on this computer: bash")
    script = "source <(_KAKUNIN_COMPLETE=bash_source kakunin); COMP_WORDS=(kakunin arch); "
    script += 'COMP_CWORD=1; _kakunin_completion kakunin; echo "${COMPREPLY[@]}"'
    own = tmp_path / "kakunin"
    own.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kakunin_xlsx "$@"\n', encoding="utf-8")
    own.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [bash, "--norc", "-c", script],
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "archive"
