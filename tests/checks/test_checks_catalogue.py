"""The catalogue: codes, courtesy, and words that can be filled in."""

from __future__ import annotations

import string
from dataclasses import fields

import pytest

from kakunin_xlsx.findings import Kind, Place, Severity
from kakunin_xlsx.findings.catalogue import ALL

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
    for text in (kind.words, kind.remedy, kind.example):
        assert text
        assert not [word for word in RUDE if word in text]
        assert text.endswith(("。", "{how}", "{choices}"))


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.code)
def test_words_can_be_filled_in(kind: Kind) -> None:
    names = {
        name
        for text in (kind.words, kind.remedy)
        for _, name, _, _ in string.Formatter().parse(text)
        if name
    }
    extra = dict.fromkeys(names, 7) | {"how": "記入してください。"}
    known = {field.name for field in fields(Place)}
    finding = kind.at(Place(value="値"), **{k: v for k, v in extra.items() if k not in known})
    assert "{" not in finding.words + finding.remedy
