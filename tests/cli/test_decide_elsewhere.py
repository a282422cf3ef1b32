"""A table of the office's own saved under another name, type or place is named, never just passed over."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.test_commands import kakunin, returned
from tests.cli.test_decide import (
    CONFLICTS,
    CORRECTIONS,
    DECISIONS,
    WHY,
    Table,
    decisions,
    folder,
    merge,
)
from tests.people.base import ROW, filled
from tests.tools.libreoffice import LibreOffice

RATING = "担当課評価"
NAMES = {
    CONFLICTS: (
        "回答の相違 (1).xlsx",
        "回答の相違 - コピー.xlsx",
        "コピー ～ 回答の相違.xlsx",
        "【決定済】回答の相違.xlsx",
        "0605課長確認.xlsx",
        "確認/回答の相違.xlsx",
        "../回答の相違.xlsx",
    ),
    CORRECTIONS: ("事務局修正（2）.xlsx", "ｺﾋﾟｰ 事務局修正.xlsx", "控え/6月/事務局修正.xlsx"),
}


def written(output: Path, table: str, name: str) -> Path:
    """The table with a decision, saved under a name in 4_取りまとめ."""
    path = folder(output) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    said = {"採用": "回答1"} if table == CONFLICTS else {"修正後": "B", "課の了解日": "2026/6/3"}
    Table(folder(output) / table).write(ROW, RATING, **said, **WHY).save(path)
    return path


def named(output: Path) -> list[tuple[str, str]]:
    """File and table of each finding about a copy."""
    result = merge(output)
    assert not any(each["code"].startswith("U") for each in result["確認事項"])
    mine = [each for each in result["確認事項"] if each["code"] == "F15"]
    assert all("4_取りまとめ" in each["remedy"] for each in mine)
    assert all(not each["place"]["respondent"] for each in mine)
    return [(each["place"]["file"], each["words"].split("「")[1].split("」")[0]) for each in mine]


@pytest.mark.parametrize(("table", "name"), [(t, name) for t, own in NAMES.items() for name in own])
def test_a_copy_with_a_decision_is_named(disputed: Path, table: str, name: str) -> None:
    path = written(disputed, table, name)
    before = path.read_bytes()
    assert named(disputed) == [(f"{path.resolve().parent.name}/{path.name}", table)]
    assert named(disputed) != []
    assert decisions(disputed) == []
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["回答の相違.xlsm", "回答の相違.pdf", "決定.xlsx", "決定 (1).csv"])
def test_a_copy_of_another_type_is_named(disputed: Path, name: str) -> None:
    (folder(disputed) / name).write_bytes(b"x,y\r\n")
    (told,) = named(disputed)
    assert told[0] == f"4_取りまとめ/{name}"


@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_a_copy_by_another_program_is_named(
    disputed: Path, libreoffice: LibreOffice, kind: str, tmp_path: Path
) -> None:
    path = written(disputed, CONFLICTS, "写し.xlsx")
    made = libreoffice.convert(path, "ods" if kind == "ods" else "xls", tmp_path / "別")
    path.unlink()
    shutil.copy(made, folder(disputed) / f"相談用.{kind}")
    assert named(disputed) == [(f"4_取りまとめ/相談用.{kind}", CONFLICTS)]


def test_copies_that_say_nothing_new_are_not_named(disputed: Path) -> None:
    place = folder(disputed)
    shutil.copy(place / CONFLICTS, place / "回答の相違 (1).xlsx")
    Table(place / CORRECTIONS).save(place / "事務局修正 - コピー.xlsx")
    (place / "議事メモ.docx").write_bytes(b"PK\x03\x04")
    (place / "決定通知の案.txt").write_text("案")
    (place / "名簿.xlsx").write_bytes(filled())
    (place / f"~${CONFLICTS}").write_bytes(b"x")
    assert named(disputed) == []
    written(disputed, CONFLICTS, CONFLICTS)
    merge(disputed)
    assert len(decisions(disputed)) == 1
    shutil.copy(place / DECISIONS, place / "決定 - コピー.csv")
    assert named(disputed) == []


def test_a_copy_whose_decisions_were_taken_meanwhile_is_not_named(disputed: Path) -> None:
    written(disputed, CONFLICTS, "回答の相違 (1).xlsx")
    written(disputed, CONFLICTS, CONFLICTS)
    assert named(disputed) == []
    assert len(decisions(disputed)) == 1


def test_a_copy_among_the_returns_is_used_or_named(disputed: Path) -> None:
    path = written(disputed, CONFLICTS, "回答の相違 (2).xlsx")
    returned(disputed, path.name, path.read_bytes())
    path.unlink()
    assert named(disputed) == []
    assert len(decisions(disputed)) == 1
    returned(disputed, "事務局修正.xlsm", b"PK\x03\x04")
    (told,) = named(disputed)
    assert told == ("事務局修正.xlsm", CORRECTIONS)


def test_the_screen_says_what_to_do(disputed: Path) -> None:
    written(disputed, CONFLICTS, "回答の相違 (1).xlsx")
    result = kakunin(disputed, "merge", "--year", "R7")
    assert result.exit_code == 1
    told = (folder(disputed) / "確認事項一覧.csv").read_text(encoding="utf-8-sig")
    assert "写して上書き保存し" in told
