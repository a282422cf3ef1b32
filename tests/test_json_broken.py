"""Every JSON that the tool reads back, deep, cut off, of other types or endless: told in words."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from kakunin_xlsx.cli.app import app
from kakunin_xlsx.folders.files import JOURNAL
from kakunin_xlsx.folders.lock import LOCK
from kakunin_xlsx.folders.tree import OutputFolder
from kakunin_xlsx.plan import load_plan
from tests.example import SECOND

PLAN = load_plan(SECOND)
YEAR = PLAN.years[0]
OUTPUT = OutputFolder(Path("output"))
MERGED = OUTPUT.round(YEAR, PLAN.main_round).merged
PAPERS = OUTPUT.papers(PLAN, YEAR)
# Each file, and the commands that read it.
FILES: dict[Path, tuple[str, ...]] = {
    MERGED / "取りまとめ.json": ("report", "archive --allow-open", "masters proposals"),
    PAPERS.conditions(PAPERS.report().stem): ("report", "archive --allow-open"),
    PAPERS.conditions("第1版"): ("report", "archive --allow-open"),
    Path("output/計画.json"): ("status",),
    Path("output/保存/保存台帳.json"): ("verify", "archive --allow-open"),
    Path("output") / LOCK: ("merge",),
    Path("output") / JOURNAL: ("status", "merge"),
}
DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "deep": lambda _: b"[" * 200_000,
    "deep inside": lambda data: data.rstrip()[:-1] + b', "x": ' + b"[" * 200_000,
    "cut off": lambda data: data[: len(data) * 2 // 3],
    "of other types": lambda data: data.replace(b': "', b': ["').replace(b'",', b'"],'),
    "texts for lists": lambda data: data.replace(b"[", b'"').replace(b"]", b'"'),
    "huge": lambda _: b"[" + b"0," * 3_000_000 + b"0]",
    "half a letter": lambda data: data.replace(b'"', b'"\\ud800', 4),
}


@pytest.fixture(scope="module")
def played(second_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The years as they were played."""
    folder = tmp_path_factory.mktemp("json")
    shutil.copytree(second_demo / "output", folder / "output")
    return folder


def run(desk: Path, command: str) -> None:
    words = [*command.split(), "--output", str(desk / "output")]
    words += [] if "verify" in command else ["--plan", str(SECOND), "--year", YEAR.code]
    done = CliRunner().invoke(app, words)
    assert done.exception is None or isinstance(done.exception, SystemExit), (
        command,
        repr(done.exception),
    )
    assert done.exit_code in (0, 1, 2, 3)
    if done.exit_code == 3:
        assert "ください" in done.output or "kakunin merge" in done.output, done.output


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_no_command_falls_over_it(played: Path, tmp_path: Path, file: Path, damage: str) -> None:
    desk = tmp_path / "desk"
    shutil.copytree(played, desk)
    at = desk / file
    sound = at.read_bytes() if at.exists() else b'{"a": "b", "c": ["1"]}'
    at.parent.mkdir(parents=True, exist_ok=True)
    for command in FILES[file]:
        at.write_bytes(DAMAGE[damage](sound))
        run(desk, command)


@pytest.mark.parametrize("damage", DAMAGE)
def test_no_list_in_an_archive_is_trusted(played: Path, tmp_path: Path, damage: str) -> None:
    desk = tmp_path / "desk"
    shutil.copytree(played, desk)
    for path in (desk / "output/保存").glob("*.zip"):
        with zipfile.ZipFile(path) as old:
            held = {name: old.read(name) for name in old.namelist()}
        with zipfile.ZipFile(path, "w") as new:
            for name, data in held.items():
                new.writestr(name, DAMAGE[damage](data) if name.endswith("目録.json") else data)
    for command in ("verify --replay", "archive"):
        run(desk, command)
    done = CliRunner().invoke(app, ["verify", "--output", str(desk / "output")])
    assert done.exit_code in (1, 3)
    assert ".zip" in done.output
