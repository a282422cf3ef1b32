"""Templates: the ones that ship are sound, and a clerk's slips are named with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from kakunin_xlsx.letters import (
    NAMES,
    LetterKind,
    default_templates,
    find_template,
    template_problems,
)
from tests.example import MASTERS, ROOT, SECOND, shipped

ROUNDS = ("実績照会", "内部評価")


def plan_with(folder: Path, name: str, data: bytes) -> Path:
    (folder / "letters").mkdir(exist_ok=True)
    (folder / "letters" / name).write_bytes(data)
    return folder


def problems(folder: Path, text: str) -> list[str]:
    masters = plan_with(folder, "照会.txt", text.encode("utf-8-sig"))
    return [str(problem) for problem in template_problems(masters, ROUNDS)]


def test_the_shipped_plans_letters_are_sound() -> None:
    assert template_problems(MASTERS, [each.name for each in shipped().rounds]) == ()
    assert {path.name for path in (MASTERS / "letters").iterdir()} > set(default_templates())


def test_a_plan_can_begin_with_the_default_letters(tmp_path: Path) -> None:
    for name, data in default_templates().items():
        plan_with(tmp_path, name, data)
        assert data.startswith(b"\xef\xbb\xbf")
        assert data.count(b"\n") == data.count(b"\r\n")
    assert template_problems(tmp_path, ROUNDS) == ()
    assert {find_template(tmp_path, kind, "実績照会").ours for kind in LetterKind} == {False}
    assert {find_template(SECOND, kind, "実績照会").ours for kind in LetterKind} == {True}


def test_a_rounds_own_wording_comes_before_that_of_all(tmp_path: Path) -> None:
    plan_with(tmp_path, "照会.txt", "件名：どれも\n本文\n".encode())
    plan_with(tmp_path, "照会_内部評価.txt", "件名：これだけ\n本文\n".encode())
    titles = [find_template(tmp_path, LetterKind.ASK, name).filled({}).title for name in ROUNDS]
    assert titles == ["どれも", "これだけ"]
    assert template_problems(tmp_path, ROUNDS) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "件名：照会\n\n{提出規限}まで\n",
            "letters/照会.txt 3行目：「{提出規限}」という差し込みはありません。もしかして：提出期限。",
        ),
        (
            "件名：照会\n\n１　{遅れ日数}日\n",  # of another kind of letter
            "letters/照会.txt 3行目：「{遅れ日数}」という差し込みはありません。次から選んでください：",
        ),
        ("件名：{件名}\n", "letters/照会.txt 1行目：「{件名}」という差し込みはありません。"),
        ("件名：照会\n{提出期限まで\n", "letters/照会.txt 2行目：「{」と「}」の組が合いません。"),
        ("照会します\n", "letters/照会.txt 1行目：1行目が「件名：」で始まっていません。"),
    ],
)
def test_what_cannot_be_filled_is_named(tmp_path: Path, text: str, said: str) -> None:
    (problem,) = problems(tmp_path, text)
    assert problem.startswith(said)


def test_a_file_that_is_never_used_is_named(tmp_path: Path) -> None:
    plan_with(tmp_path, "照会_内部表価.txt", "件名：照会\n".encode())
    plan_with(tmp_path, "修正依頼.txt", b"\xff\xfe\x81")
    unreadable, unused = map(str, template_problems(tmp_path, ROUNDS))
    assert "letters/修正依頼.txt：文字として読み取れません。" in unreadable
    assert "もしかして：照会_内部評価.txt。" in unused


def test_what_notepad_saves_is_read(tmp_path: Path) -> None:
    """Older Windows saves in its own encoding; a Japanese keyboard gives wide braces."""
    text = "件名：｛年度｝の照会\r\n\r\n期限　{ 提出期限 }\r\n　　{確認事項}\r\n"
    plan_with(tmp_path, "修正依頼.txt", text.encode("cp932"))
    assert template_problems(tmp_path, ROUNDS) == ()
    facts = {"年度": "令和7年度", "提出期限": "5月31日", "確認事項": "一\n二"}
    letter = find_template(tmp_path, LetterKind.FIX, "実績照会").filled(facts)
    assert letter.title == "令和7年度の照会"
    assert letter.body == "期限　5月31日\n　　一\n　　二\n"


def test_the_docs_name_everything_that_can_be_put_in() -> None:
    page = (ROOT / "docs" / "文面.md").read_text(encoding="utf-8")
    for kind, names in NAMES.items():
        assert f"{kind}.txt" in page
        for name in names:
            assert f"`{{{name}}}`" in page, name
