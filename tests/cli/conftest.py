"""A round that takes seconds to come to is played once; tests work on copies."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_commands import returned
from tests.cli.test_decide import merge
from tests.conftest import copied
from tests.people.base import ROW, book, filled


@pytest.fixture(scope="session")
def _disputed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("出力")
    returned(output, "一人目.xlsx", filled())
    returned(output, "二人目.xlsx", book().fill(ROW, "rating", "C 一部実施").data())
    assert len(merge(output)["回答の相違"]) == 1
    return output


# Two returns of 指導室 that differ in one rating, merged; both tables lie there.
disputed = copied("_disputed")
