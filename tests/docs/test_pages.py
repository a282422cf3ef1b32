"""The pages hold together: pictures, screens, links, quoted words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kakunin_xlsx.findings.catalogue import ALL
from pictures.midyear import prepare
from pictures.screens import named, shown
from tests.docs.pages import DOCS, PAGES, README, links, text
from tests.example import ROOT

pytestmark = pytest.mark.source

PICTURES = DOCS / "図"
MOST_BYTES = 2_000_000
QUOTED = re.findall(
    r"^> 【(.+?)】(.+)（([UFCI]\d\d)）$", text(DOCS / "こんなときは.md"), re.MULTILINE
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    assert [link for link in links(page) if not link.exists()] == []


def test_every_page_is_reached_from_the_readme() -> None:
    assert set(PAGES) - {README} <= set(links(README))


def test_every_picture_is_shown_and_they_are_small() -> None:
    there = {path.resolve() for path in PICTURES.iterdir()}
    assert there == {link for page in PAGES for link in links(page) if link.parent == PICTURES}
    assert sum(path.stat().st_size for path in there) < MOST_BYTES


def test_every_picture_is_told_in_words() -> None:
    told = [alt for page in PAGES for alt in re.findall(r"!\[(.*?)\]\(", text(page))]
    assert told
    assert min(map(len, told)) > 10


def test_the_screens_are_what_the_terminal_shows(demo: Path, tmp_path: Path) -> None:
    prepare(demo, tmp_path)
    screens = shown(tmp_path)
    found = [screen for page in PAGES for screen in named(text(page))]
    assert {name for name, _ in found} == set(screens)
    for name, body in found:
        assert body == screens[name]


@pytest.mark.parametrize(("severity", "words", "code"), QUOTED)
def test_a_quoted_finding_is_worded_as_in_the_catalogue(
    severity: str, words: str, code: str
) -> None:
    (kind,) = (each for each in ALL if each.code == code)
    assert severity == kind.severity
    pieces = (re.escape(piece) for piece in re.split(r"\{.*?\}", kind.words))
    assert re.fullmatch(".*".join(pieces), words)


def test_what_else_is_quoted_stands_in_the_code() -> None:
    said = "".join(
        re.sub(r'"\s*f?"', "", path.read_text(encoding="utf-8"))
        for path in (ROOT / "src").rglob("*.py")
    )
    quotes = re.findall(r"^> (?!【)(.+)$", text(DOCS / "こんなときは.md"), re.MULTILINE)
    assert quotes
    for quote in quotes:
        clauses = [each for each in re.split(r"[、。\d「」]", quote) if len(each) > 6]
        assert any(clause in said for clause in clauses), quote


def test_situations_are_numbered_and_there_are_more_than_twenty() -> None:
    numbers = re.findall(r"^### (\d+)　", text(DOCS / "こんなときは.md"), re.MULTILINE)
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
    assert len(numbers) > 20
    assert f"{len(numbers)}の場面" in text(README)
