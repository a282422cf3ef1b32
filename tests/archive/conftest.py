"""Years that take long to play are played once; tests work on copies."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.archive.years import archive, finish
from tests.cli.test_rounds import replied
from tests.conftest import copied


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished year, reported and archived once; never written to."""
    output = tmp_path_factory.mktemp("年度") / "output"
    replied(output)
    finish(output)
    archive(output)
    return output


year = copied("finished")
