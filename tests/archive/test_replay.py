"""`kakunin verify --replay`: the archived returns are merged and reported again, cell by cell."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kakunin_xlsx.folders.tree import OutputFolder
from kakunin_xlsx.office.compose import ConditionsBroken, load_conditions
from tests.archive.edits import (
    edit_ledger,
    forged,
    link,
    make_right,
    members,
    rewrite,
    sha256,
)
from tests.archive.years import archive, differences, run, verify, zip_of
from tests.cli.test_commands import kakunin
from tests.example import R7, shipped

CONDITIONS: dict[str, object] = {
    "資料番号": "",
    "会議の日": "",
    "御意見をいただきたいこと": [],
    "公開範囲": "庁内",
    "比べた版": None,
    "残した版": None,
    "載せた照会": {},
    "計画データのSHA256": "",
    "過去の回答のSHA256": "",
    "ファイルのSHA256": {},
}
ANSWERS = "output/令和7年度/2_内部評価/4_取りまとめ/回答一覧.csv"
PAPERS = "output/令和7年度/確認表"
BOOK = f"{PAPERS}/取組状況確認表_令和7年度.xlsx"
PUBLIC = f"{PAPERS}/取組状況確認表_令和7年度_公表.xlsx"
TEXT = f"{PAPERS}/取組状況確認表_令和7年度_読み上げ用.txt"
DATA = f"{PAPERS}/回答データ_令和7年度.xlsx"
ISSUED = f"{PAPERS}/第1版/取組状況確認表_令和7年度.xlsx"
OPINIONS = "output/令和7年度/3_委員会評価/4_取りまとめ/回答一覧.csv"


def forge(output: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    """Change one file in the zip and make right every digest there is, in zip and 台帳."""
    path = zip_of(output)
    files = members(path)
    old, new = files[name], change(files[name])
    assert new != old
    files = forged(files, name, new)
    beside = f"{name.rpartition('/')[0]}/取りまとめ.json"
    if beside in files:
        right = files[beside].replace(sha256(old).encode(), sha256(new).encode())
        files = forged(files, beside, right)
    rewrite(path, files)
    edit_ledger(output, lambda entries: make_right(entries[0], path))
    edit_ledger(output, lambda entries: entries[0].update({"連鎖": link(entries[0])}))


def retyped(part: str, old: str, new: str) -> Callable[[bytes], bytes]:
    """The workbook with other words in one of its parts."""

    def change(data: bytes) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(made, "w") as to:
            for info in source.infolist():
                content = source.read(info)
                if info.filename == part:
                    assert old.encode() in content
                    content = content.replace(old.encode(), new.encode(), 1)
                to.writestr(info, content)
        return made.getvalue()

    return change


def test_a_whole_year_comes_out_the_same(finished: Path) -> None:
    told = verify(finished, "--replay")
    (replay,) = told["作り直し"]
    assert (replay["differences"], replay["notes"]) == ([], [])
    compared = {Path(name).name for name in replay["compared"]}
    assert compared == {
        "回答一覧.csv",
        "取組状況確認表_令和7年度.xlsx",
        "取組状況確認表_令和7年度_読み上げ用.txt",
        "取組状況確認表_令和7年度_公表.xlsx",
        "回答データ_令和7年度.xlsx",
        "回答データ_令和7年度_公表.xlsx",
    }
    rounds = [name for name in replay["compared"] if name.endswith("回答一覧.csv")]
    assert len(rounds) == 4
    assert f"{PAPERS}/第1版/取組状況確認表_令和7年度.xlsx" in replay["compared"]


def test_a_changed_answer_is_named_cell_by_cell(year: Path) -> None:
    forge(year, ANSWERS, lambda data: data.replace("夜間学級".encode(), "昼間学級".encode(), 1))
    forge(year, OPINIONS, lambda data: data[: data[:-2].rindex(b"\r\n") + 2])  # a row less
    assert verify(year)["違う所"] == []
    result = run("verify", "--output", str(year), "--replay")
    assert result.exit_code == 1
    found = result.output.split("違う所：")[1:]
    assert found[0].startswith(f"{ANSWERS}　")
    assert "行目「値」\n" in found[0]
    assert "保存「昼間学級をもっと知らせてほしい。」　作り直し「夜間学級を" in found[0]
    assert found[1].startswith(f"{OPINIONS}　")
    assert "保存「（ありません）」" in found[1]


def test_a_changed_paper_is_named_cell_by_cell(year: Path) -> None:
    """Words, a sheet's name, a whole file; but how a cell looks does not count."""
    forge(year, BOOK, retyped("xl/sharedStrings.xml", "夜間学級", "昼間学級"))
    forge(year, PUBLIC, retyped("xl/styles.xml", 'sz val="15"', 'sz val="16"'))
    forge(year, DATA, retyped("xl/workbook.xml", 'name="列の説明"', 'name="説明"'))
    forge(year, ISSUED, lambda data: data[:1000])
    forge(year, TEXT, lambda data: data + b"\r\n")
    by_file: dict[str, list[dict[str, str]]] = {}
    for each in differences(verify(year, "--replay")):
        by_file.setdefault(each["file"], []).append(each)
    assert by_file.keys() == {BOOK, DATA, ISSUED, TEXT}
    assert all("!" in each["place"] for each in by_file[BOOK])
    assert any("昼間学級" in each["archived"] for each in by_file[BOOK])
    assert {each["place"] for each in by_file[DATA]} == {"シート「列の説明」", "シート「説明」"}


def test_a_paper_of_another_merge_is_only_noted(year: Path) -> None:
    name = f"{PAPERS}/控え/取組状況確認表_令和7年度_公表.json"
    masters = json.loads(members(zip_of(year))[name])["計画データのSHA256"]
    forge(year, name, lambda data: data.replace(masters.encode(), b"0" * 64))
    forge(year, f"{PAPERS}/控え/第1版.json", lambda _: b"{}")
    (replay,) = verify(year, "--replay")["作り直し"]
    assert replay["differences"] == []
    assert [note.partition("」")[0] for note in replay["notes"]] == [
        "「取組状況確認表_令和7年度_公表",
        "「第1版",
    ]


@pytest.mark.parametrize(
    "hostile",
    [
        b'{"\xe8": ',
        b"[" * 100_000,
        *(
            json.dumps({**CONDITIONS, key: value}).encode()
            for key, value in [
                ("資料番号", 1),
                ("比べた版", "x"),
                ("比べた版", 7),
                ("御意見をいただきたいこと", 3),
                ("公開範囲", "誰でも"),
                ("載せた照会", []),
                ("ファイルのSHA256", 1),
            ]
        ),
    ],
)
def test_conditions_that_nobody_wrote_are_noted(tmp_path: Path, hostile: bytes) -> None:
    papers = OutputFolder(tmp_path).papers(shipped(), R7)
    path = papers.conditions("表")
    path.parent.mkdir(parents=True)
    path.write_bytes(hostile)
    try:
        read = load_conditions(papers, "表")
    except ConditionsBroken:
        return
    assert read
    assert read.since == 7


def test_tables_that_cannot_be_read_are_noted(year: Path) -> None:
    name = "output/令和7年度/4_市の考え方・対応/4_取りまとめ/確認事項一覧.csv"  # like no other's
    files, broken = members(zip_of(year)), b"\xff\xfe"
    forge(year, name, lambda _: broken)
    was, is_ = sha256(files[name]).encode(), sha256(broken).encode()
    for control in (each for each in files if "/控え/" in each and each.endswith(".json")):
        forge(year, control, lambda data: data.replace(was, is_))
    (replay,) = verify(year, "--replay")["作り直し"]
    assert replay["notes"] == ["保存した表か控えを、この道具で読めないため、作り直せません。"]


def test_a_broken_archive_is_not_replayed(year: Path) -> None:
    files = members(zip_of(year))
    rewrite(zip_of(year), {name: files[name] for name in files if name != ANSWERS})
    told = verify(year, "--replay")
    assert told["作り直し"][0]["compared"] == []
    assert "作り直せません" in told["作り直し"][0]["notes"][0]


def test_masters_that_cannot_be_read_are_noted(year: Path) -> None:
    name = next(name for name in members(zip_of(year)) if name.endswith("/actions.csv"))
    forge(year, name, lambda data: data[:40])
    (replay,) = verify(year, "--replay")["作り直し"]
    assert replay["notes"] == ["計画の台帳を読めないため、作り直せません。"]


@pytest.fixture
def earlier(year: Path) -> Path:
    """The year before, made from this one's files for the sake of its answers."""
    then = year / "令和6年度"
    shutil.copytree(year / "令和7年度", then)
    shutil.rmtree(then / "確認表")
    for path in [*then.rglob("回答一覧.csv"), *then.rglob("取りまとめ.json")]:
        old = path.read_bytes()
        path.write_bytes(old.replace(b"\r\nR7,", b"\r\nR6,").replace(b'"R7"', b'"R6"'))
        manifest = path.with_name("取りまとめ.json")
        right = manifest.read_bytes().replace(
            sha256(old).encode(), sha256(path.read_bytes()).encode()
        )
        manifest.write_bytes(right)
    return year


def test_a_paper_that_shows_last_year_is_made_again_with_it(earlier: Path) -> None:
    assert kakunin(earlier, "report", "--year", "R7", "--text").exit_code == 0
    control = earlier / "令和7年度" / "確認表" / "控え" / "取組状況確認表_令和7年度_過去の回答.csv"
    assert control.read_text(encoding="utf-8-sig").count("\nR6,") > 100
    made = archive(earlier)
    shutil.rmtree(earlier / "令和6年度")
    told = verify(earlier, "--replay", made["path"])
    assert told["違う所"] == []
    (replay,) = told["作り直し"]
    assert (replay["differences"], replay["notes"]) == ([], [])
    assert BOOK in replay["compared"]
