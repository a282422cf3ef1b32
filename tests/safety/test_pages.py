"""The two pages say what is so: codes, limits, files and versions as they are."""

from __future__ import annotations

import re
from pathlib import Path

from bundle.contents import FILES
from bundle.targets import PYTHONS
from kakunin_xlsx.findings import catalogue
from kakunin_xlsx.findings.model import Kind
from kakunin_xlsx.returns.limits import Limits
from tests.example import ROOT
from tests.safety.marked import TRACES

SAFETY = (ROOT / "docs" / "個人情報と安全.md").read_text(encoding="utf-8")
INSTALLING = (ROOT / "docs" / "配布と導入.md").read_text(encoding="utf-8")


def test_every_code_is_one_of_the_catalogue() -> None:
    known = {kind.code for kind in vars(catalogue).values() if isinstance(kind, Kind)}
    named = set(re.findall(r"\b([UFCI]\d\d)\b", SAFETY))
    assert named
    assert named <= known


def test_everything_said_to_be_scrubbed_is_tried() -> None:
    scrubbed = SAFETY.split("## 除くもの")[1].split("## ")[0]
    for trace in TRACES:
        assert trace in scrubbed


def test_the_limits_are_those_of_the_reader() -> None:
    assert f"時間（{Limits().seconds:g}秒）とメモリー（{Limits().memory_mb:g}MB。" in SAFETY


def test_every_file_of_the_bundle_and_every_python_is_told_of() -> None:
    assert "、".join(PYTHONS) in INSTALLING
    for path in FILES.rglob("*"):
        if path.is_file() and path.suffix != ".pyc":
            assert path.name in INSTALLING


def test_the_words_on_the_screen_are_those_explained() -> None:
    said = "".join(
        re.sub(r'"\s*f?"', "", path.read_text(encoding="utf-8"))
        for path in [*FILES.rglob("*.bat"), *FILES.rglob("*.sh"), *FILES.rglob("*.py")]
    )
    rows = INSTALLING.split("| 表示 | すること |\n|---|---|\n")[1].split("\n\n")[0].splitlines()
    for row in rows:
        assert row.split(" | ")[0].removeprefix("| ") in said


def test_temporary_folders_are_found_by_their_name() -> None:
    source = Path(ROOT / "src" / "kakunin_xlsx")
    made = [
        (path.name, call)
        for path in source.rglob("*.py")
        for call in re.findall(r"TemporaryDirectory\(([^)]*)\)", path.read_text(encoding="utf-8"))
    ]
    assert made
    for name, call in made:
        assert 'prefix="kakunin-"' in call or "dir=folder.parent" in call, name
