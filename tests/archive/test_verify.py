"""`kakunin verify` names whatever was done to an archive or to the 台帳."""

from __future__ import annotations

import json
import random
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kakunin_xlsx.archive.contents import FaultKind
from kakunin_xlsx.folders.tree import OutputFolder
from kakunin_xlsx.office.verify import Verified
from kakunin_xlsx.office.verify import verify as verify_archives
from tests.archive.edits import (
    MANIFEST,
    edit_ledger,
    flipped,
    forged,
    link,
    make_right,
    members,
    rewrite,
    swapped,
    without,
)
from tests.archive.years import archive, kinds, run, verify, zip_of

ZIP = "令和7年度.zip"


def look(output: Path, *zips: Path) -> Verified:
    return verify_archives(OutputFolder(output), zips)


def found(output: Path) -> list[tuple[FaultKind, str]]:
    return [(each.kind, each.member) for each in look(output).faults]


@pytest.fixture(scope="module")
def lone(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Only the 保存 folder; tests put its zip back."""
    output = tmp_path_factory.mktemp("保存だけ")
    shutil.copytree(finished / "保存", output / "保存")
    return output


@pytest.fixture
def kept(finished: Path, lone: Path) -> Iterator[Path]:
    yield lone
    shutil.copyfile(zip_of(finished), zip_of(lone))


def test_what_was_not_touched_is_clean(kept: Path) -> None:
    seen = look(kept)
    assert seen.clean
    assert [path.name for path in seen.archives] == [ZIP]


def test_a_flip_in_any_file_is_named(kept: Path) -> None:
    files = members(zip_of(kept))
    for name in without(files, MANIFEST):
        rewrite(zip_of(kept), flipped(files, name))
        assert found(kept) == [(FaultKind.CHANGED, name)]


def test_any_file_that_was_removed_is_named(kept: Path) -> None:
    files = members(zip_of(kept))
    for name in without(files, MANIFEST):
        rewrite(zip_of(kept), without(files, name))
        assert found(kept) == [(FaultKind.MISSING, name)]


def test_a_file_added_at_any_place_is_named(kept: Path) -> None:
    files = members(zip_of(kept))
    for name in files:
        rewrite(zip_of(kept), {**files, f"{name}.x": b"more"})
        assert found(kept) == [(FaultKind.ADDED, f"{name}.x")]


def test_any_two_files_that_were_swapped_are_named_once(kept: Path) -> None:
    files = members(zip_of(kept))
    names = list(without(files, MANIFEST))
    for one, other in zip(names, names[1:] + names[:1], strict=True):
        if files[one] == files[other]:
            continue
        rewrite(zip_of(kept), swapped(files, one, other))
        (fault,) = look(kept).faults
        assert fault.kind is FaultKind.SWAPPED
        assert {fault.member, fault.words.split("「")[1].split("」")[0]} == {one, other}


def test_a_changed_or_missing_manifest_is_named(kept: Path) -> None:
    files = members(zip_of(kept))
    rewrite(zip_of(kept), {**files, MANIFEST: files[MANIFEST].replace(b"R7", b"R8")})
    assert found(kept) == [(FaultKind.MANIFEST, MANIFEST)]
    for broken in (b"", b"[]", b"{}", b"[" * 100_000, b'{"\xff', files[MANIFEST][:-9]):
        rewrite(zip_of(kept), {**files, MANIFEST: broken})
        assert found(kept) == [(FaultKind.MANIFEST, MANIFEST)]
    rewrite(zip_of(kept), without(files, MANIFEST))
    assert found(kept) == [(FaultKind.MANIFEST, MANIFEST)]


def test_a_zip_made_anew_with_the_same_files_is_told(kept: Path) -> None:
    files = members(zip_of(kept))
    with zipfile.ZipFile(zip_of(kept), "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)  # with today's date
    assert found(kept) == [(FaultKind.REWRITTEN, "")]


def test_a_compressed_file_and_a_doubled_one_are_told(kept: Path) -> None:
    files = members(zip_of(kept))
    first, second, *_ = files
    with zipfile.ZipFile(zip_of(kept), "w") as archive:
        for name, data in files.items():
            kind = zipfile.ZIP_DEFLATED if name == first else zipfile.ZIP_STORED
            archive.writestr(name, data, kind)
    assert found(kept) == [(FaultKind.COMPRESSED, first)]
    rewrite(zip_of(kept), files)
    with zipfile.ZipFile(zip_of(kept), "a") as archive, pytest.warns(UserWarning, match="Dup"):
        archive.writestr(second, b"other")
    assert found(kept) == [(FaultKind.DUPLICATE, second)]


def places(path: Path) -> Iterator[tuple[int, str]]:
    """Many bytes of a zip, each with the file whose content it belongs to, if any."""
    data, chance = path.read_bytes(), random.Random(7)
    with zipfile.ZipFile(path) as archive:
        infos, directory = archive.infolist(), archive.start_dir
    for info in infos:
        start = info.header_offset + 30 + len(info.filename.encode())
        for at in (info.header_offset, info.header_offset + 12, start - 1):
            yield at, ""
        if info.file_size:
            yield start + chance.randrange(info.file_size), info.filename
    for at in (*chance.sample(range(directory, len(data)), 200), *range(len(data) - 22, len(data))):
        yield at, ""


@pytest.mark.slow
def test_a_byte_turned_anywhere_in_the_zip_is_found(kept: Path) -> None:
    sound = zip_of(kept).read_bytes()
    for at, name in places(zip_of(kept)):
        turned = bytearray(sound)
        turned[at] ^= 1 << at % 8
        zip_of(kept).write_bytes(turned)
        seen = found(kept)
        assert seen, at
        assert len(set(seen)) == len(seen)
        if name:
            assert name in [member for _, member in seen]


def test_a_zip_that_is_cut_or_none_at_all_is_told(kept: Path) -> None:
    sound = zip_of(kept).read_bytes()
    for data in (b"", b"PK", sound[: len(sound) // 2], sound[1:], sound[:-1], b"x" * 1000):
        zip_of(kept).write_bytes(data)
        assert found(kept), len(data)


def test_a_hostile_zip_costs_no_more_than_its_size(kept: Path) -> None:
    """Every name of the directory points to the one large content."""
    files = members(zip_of(kept))
    big = b"0" * 5_000_000
    told = json.loads(files[MANIFEST])
    told["ファイル"] = [
        {"ファイル": f"{number}.txt", "大きさ": len(big), "SHA256": "0" * 64}
        for number in range(500)
    ]
    with zipfile.ZipFile(zip_of(kept), "w") as archive:
        for number in range(500):
            archive.writestr(f"{number}.txt", big if number == 0 else b"")
        archive.writestr(MANIFEST, json.dumps(told, ensure_ascii=False))
        for info in archive.filelist[1:-1]:
            info.header_offset, info.CRC = 0, archive.filelist[0].CRC
            info.file_size = info.compress_size = len(big)
    assert len(found(kept)) == 501


# The 台帳.


@pytest.fixture
def two(year: Path) -> Path:
    """Two archives of one year."""
    (year / "令和7年度" / "確認表" / "控え" / "memo.txt").write_text("あとから", encoding="utf-8")
    assert archive(year)["path"].endswith("令和7年度-2.zip")
    assert verify(year)["違う所"] == []
    return year


def test_two_zips_that_were_exchanged_are_named_once(two: Path) -> None:
    first, second = zip_of(two), zip_of(two, "令和7年度-2.zip")
    one, other = first.read_bytes(), second.read_bytes()
    first.write_bytes(other)
    second.write_bytes(one)
    told = verify(two)
    assert kinds(told) == [("入替え", "令和7年度-2.zip")]
    assert "令和7年度.zip" in told["違う所"][0]["words"]
    second.write_bytes(other)
    assert kinds(verify(two)) == [("変更", "令和7年度.zip")]


def test_a_zip_that_is_gone_or_unknown_is_named(two: Path) -> None:
    zip_of(two).rename(zip_of(two, "別.zip"))
    assert kinds(verify(two)) == [("zipの不足", "令和7年度.zip"), ("台帳にないzip", "別.zip")]
    renamed = verify(two, str(zip_of(two, "別.zip")))
    assert renamed["違う所"] == []  # asked for by its name, a copy is known by its content


def test_a_manifest_made_right_again_breaks_the_chain(two: Path) -> None:
    path = zip_of(two)
    files = members(path)
    name = next(
        name for name in files if name.endswith("決定.csv") or name.endswith("回答一覧.csv")
    )
    rewrite(path, forged(files, name, files[name] + "足した行\r\n".encode()))
    assert kinds(verify(two)) == [("目録", MANIFEST)]
    edit_ledger(two, lambda entries: make_right(entries[0], path))
    (fault,) = verify(two)["違う所"]
    assert (fault["kind"], fault["archive"]) == ("連鎖", "令和7年度.zip")
    assert fault["words"].startswith("1番目の記録")

    def relink(entries: list[dict[str, Any]]) -> None:
        entries[0]["連鎖"] = link(entries[0])

    before = verify(two)["連鎖"]
    edit_ledger(two, relink)
    told = verify(two)
    assert [each["words"].partition("（")[0] for each in told["違う所"]] == ["2番目の記録"]

    def relink_all(entries: list[dict[str, Any]]) -> None:
        entries[1]["前の連鎖"] = entries[0]["連鎖"]
        entries[1]["連鎖"] = link(entries[1])

    edit_ledger(two, relink_all)
    told = verify(two)
    assert told["違う所"] == []  # only the value in the 決裁文書 tells now
    assert told["連鎖"] != before


EDITS: list[tuple[Callable[[list[dict[str, Any]]], object], str]] = [
    (lambda entries: entries.pop(0), "1番目"),
    (lambda entries: entries.reverse(), "1番目"),
    (lambda entries: entries[0].update({"未了の項目": 3}), "1番目"),
    (lambda entries: entries[1].update({"保存期間満了日": "2026-03-31"}), "2番目"),
    (lambda entries: entries[1].update({"日時": "2020-01-01 00:00:00"}), "2番目"),
]


@pytest.mark.parametrize(("edit", "place"), EDITS)
def test_every_break_in_the_chain_is_named(
    two: Path, edit: Callable[[list[dict[str, Any]]], object], place: str
) -> None:
    edit_ledger(two, edit)
    told = verify(two)
    breaks = [each["words"] for each in told["違う所"] if each["kind"] == "連鎖"]
    assert breaks[0].startswith(place)


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b"[" * 100_000, b"\xff", b'[{"x": 1}]'])
def test_a_ledger_that_cannot_be_read_is_named(year: Path, data: bytes) -> None:
    path = year / "保存" / "保存台帳.json"
    path.write_bytes(data)
    assert kinds(verify(year)) == [("台帳", "保存台帳.json")]
    path.unlink()
    assert kinds(verify(year)) == [("台帳", "保存台帳.json")]


def test_an_entry_cannot_point_elsewhere(year: Path) -> None:
    edit_ledger(year, lambda entries: entries[0].update({"ファイル": "../../令和7年度.zip"}))
    assert kinds(verify(year)) == [("台帳", "保存台帳.json")]


def test_a_zip_that_is_not_there_is_wrong_usage(year: Path) -> None:
    result = run("verify", "--output", str(year), "nowhere.zip")
    assert (result.exit_code, "nowhere.zip が見つかりません" in result.output) == (2, True)


def test_a_place_where_nothing_was_archived_is_told_from_a_lost_ledger(
    year: Path, tmp_path: Path
) -> None:
    fresh = run("verify", "--output", str(tmp_path / "ない"))
    assert fresh.exit_code == 1
    assert "保存したものがありません。" in fresh.output
    assert "まだ保存していなければ" in fresh.output
    asked = run("archive", "--restore", "R6", str(tmp_path / "復元"), "--output", str(tmp_path))
    assert asked.exit_code == 2
    assert asked.stderr.startswith("まだ何も保存されていません。")
    (year / "保存" / "保存台帳.json").unlink()
    lost = run("verify", "--output", str(year))
    assert "保存台帳.json がありません。" in lost.output


def test_the_screen_says_what_and_what_to_do(year: Path) -> None:
    files = members(zip_of(year))
    name = next(name for name in files if name.endswith("回答一覧.csv"))
    rewrite(zip_of(year), flipped(files, name))
    result = run("verify", "--output", str(year))
    assert result.exit_code == 1
    assert f"【変更】令和7年度.zip　{name}" in result.output
    assert "→ 写し（バックアップ）" in result.output
    assert json.loads((year / "保存" / "保存台帳.json").read_bytes())[-1]["連鎖"] in result.output
