"""The catalogue: codes, courtesy, and words that can be filled in."""

from __future__ import annotations

import re
import string
from dataclasses import fields

import pytest

from kakunin_xlsx.findings import Kind, Place, Severity, catalogue
from kakunin_xlsx.findings.catalogue import ALL
from pictures.pages import findings_page
from tests.example import ROOT

pytestmark = pytest.mark.source

RUDE = ("エラー", "不正", "違反", "却下", "差戻し", "無効な")
LETTERS = {
    "U": Severity.UNREADABLE,
    "F": Severity.FIX,
    "C": Severity.CONFIRM,
    "I": Severity.INFO,
}


def test_codes_are_given_once_and_tell_the_severity() -> None:
    assert len({kind.code for kind in ALL}) == len(ALL) > 30
    assert all(LETTERS[kind.code[0]] is kind.severity for kind in ALL)


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.code)
def test_words_are_polite_and_whole(kind: Kind) -> None:
    assert kind.words
    assert kind.remedy
    assert kind.example
    for text in filter(None, (kind.words, kind.remedy, kind.example, kind.ask)):
        assert not [word for word in RUDE if word in text]
        assert text.endswith(("。", "{how}", "{choices}"))


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.code)
def test_words_can_be_filled_in(kind: Kind) -> None:
    names = {
        name
        for text in (kind.words, kind.remedy, kind.ask)
        for _, name, _, _ in string.Formatter().parse(text)
        if name
    }
    extra = dict.fromkeys(names, 7) | {"how": "記入してください。"}
    known = {field.name for field in fields(Place)}
    finding = kind.at(Place(value="値"), **{k: v for k, v in extra.items() if k not in known})
    assert "{" not in finding.words + finding.remedy + finding.ask


def test_the_page_in_docs_is_the_catalogue() -> None:
    text = (ROOT / "docs" / "確認事項.md").read_text(encoding="utf-8")
    assert text == findings_page(), "run make docs"
    assert all(f"| {kind.code} |" in text for kind in ALL)


@pytest.mark.parametrize("name", [name for name, kind in vars(catalogue).items() if kind in ALL])
def test_every_kind_is_found_by_some_code(name: str) -> None:
    rooms = (ROOT / "src" / "kakunin_xlsx").rglob("*.py")
    texts = [path.read_text(encoding="utf-8") for path in rooms if path.name != "catalogue.py"]
    assert any(re.search(rf"\b{name}\b", text) for text in texts)
