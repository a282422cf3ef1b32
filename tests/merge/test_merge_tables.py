"""The files of 4_取りまとめ: headings, bytes, and what is refused when read back."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from kakunin_xlsx.codec import from_json, to_json
from kakunin_xlsx.merge.decisions import (
    DECISIONS,
    Decision,
    DecisionsBroken,
    append_decisions,
    read_decisions,
)
from kakunin_xlsx.merge.join import layouts, merge
from kakunin_xlsx.merge.model import Merged
from kakunin_xlsx.merge.tables import (
    ANSWERS,
    FINDINGS,
    MANIFEST,
    PROGRESS,
    PROPOSALS,
    Manifest,
    Stale,
    load_merged_record,
    merged_files,
)
from kakunin_xlsx.returns.collect import collect
from kakunin_xlsx.returns.folder import inputs, received
from tests.example import R7, form, shipped
from tests.hands import Book

PLAN = shipped()
ASKED = layouts(PLAN, R7, "jisseki")
ONE = ASKED[1]
MASTERS = "m" * 64
DECIDED = "回答元コード,行ID,項目キー,採用SHA256,事務局入力値,理由,誰,日時\r\n".encode("utf-8-sig")

HEADERS = {
    ANSWERS: "年度,照会,回答元コード,回答元,行ID,重点取組No,担当課,項目キー,項目,値,理解した値,"
    "状態,理由,ファイル,シート,セル,SHA256,決定",
    FINDINGS: "重要度,コード,内容,対応,回答元,ファイル,シート,セル,行ID,重点取組No,項目,値",
    PROGRESS: "回答元,状態,提出区分,提出回,記入者,提出日,ファイル,必須欄,記入済,確認事項,期限,遅れ日数",
    PROPOSALS: "回答元,行ID,項目,配布時,記入,ファイル,シート,セル",
}


@pytest.fixture
def returned(tmp_path: Path) -> Path:
    """A 回収 folder with a return, a copy of it and a foreign file."""
    folder = tmp_path / "2_回収"
    folder.mkdir()
    book = Book(form(ONE)).fill(ONE.rows[0].id, "result", "1行目\n2行目").put("AZ3", "メモ")
    book.put(book.at(ONE.rows[0].id, "effort"), "書き直し")
    data = book.data()
    for name in ("回答.xlsx", "回答 (1).xlsx"):
        (folder / name).write_bytes(data)
    (folder / "メモ.txt").write_text("x")
    return folder


def merged(returned: Path) -> Merged:
    return merge(PLAN, R7, "jisseki", collect(received(returned), ASKED))


@pytest.fixture
def folder(returned: Path) -> Path:
    """A 4_取りまとめ folder as written."""
    target = returned.parent / "4_取りまとめ"
    target.mkdir()
    (target / DECISIONS).write_bytes(DECIDED)
    for name, data in merged_files(
        merged(returned), inputs(received(returned)), MASTERS, DECIDED
    ).items():
        (target / name).write_bytes(whole(data))
    return target


def whole(content: bytes | Iterable[bytes]) -> bytes:
    return content if isinstance(content, bytes) else b"".join(content)


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("name", HEADERS)
def test_headings_and_encoding(name: str, returned: Path) -> None:
    data = whole(merged_files(merged(returned), inputs(received(returned)), MASTERS)[name])
    assert data.startswith(b"\xef\xbb\xbf")
    first, *rest = rows(data)
    assert ",".join(first) == HEADERS[name]
    assert rest
    assert {len(row) for row in rest} == {len(first)}


def test_the_same_merge_gives_the_same_bytes(returned: Path) -> None:
    returns = collect(received(returned), ASKED)
    one, other = (
        merged_files(merge(PLAN, R7, "jisseki", order), (), MASTERS)
        for order in (returns, returns[::-1])
    )
    assert {name: whole(data) for name, data in one.items()} == {
        name: whole(data) for name, data in other.items()
    }


def test_the_manifest_names_inputs_and_outputs(returned: Path) -> None:
    files = merged_files(merged(returned), inputs(received(returned)), MASTERS, DECIDED)
    manifest = from_json(Manifest, whole(files[MANIFEST]))
    assert [path for path, _ in manifest.inputs] == ["メモ.txt", "回答 (1).xlsx", "回答.xlsx"]
    assert set(manifest.outputs) == set(HEADERS)
    assert (manifest.plan, manifest.year, manifest.round) == (PLAN.id, "R7", "jisseki")
    assert to_json(manifest) == files[MANIFEST]


def test_the_record_reads_back(folder: Path, returned: Path) -> None:
    record = load_merged_record(folder, returned, MASTERS)
    assert record.answers == tuple(merged(returned).answers)
    answer = record.find("R7", "jisseki", ONE.rows[0].id, "result")
    assert answer is not None
    assert (answer.value, answer.file) == ("1行目\n2行目", "回答 (1).xlsx；回答.xlsx")


def edit(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\r\n")


CHANGES: dict[str, tuple[Callable[[Path, Path], object], str]] = {
    "answers edited": (lambda f, _: edit(f / ANSWERS), "書き換えられています"),
    "no answers": (lambda f, _: (f / ANSWERS).unlink(), "回答一覧.csv がありません"),
    "no manifest": (lambda f, _: (f / MANIFEST).unlink(), "取りまとめ.json がありません"),
    "a broken manifest": (lambda f, _: (f / MANIFEST).write_text("[]"), "読めません"),
    "another return": (lambda _, r: (r / "新.xlsx").write_bytes(b"x"), "届いています（新.xlsx）"),
    "a return gone": (lambda _, r: (r / "回答.xlsx").unlink(), "なくなっています（回答.xlsx）"),
    "a return edited": (lambda _, r: edit(r / "メモ.txt"), "変わっています（メモ.txt）"),
    "a decision more": (lambda f, _: edit(f / DECISIONS), "決定.csv が変わって"),
    "decisions gone": (lambda f, _: (f / DECISIONS).unlink(), "決定.csv が変わって"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_refused(name: str, folder: Path, returned: Path) -> None:
    change, words = CHANGES[name]
    change(folder, returned)
    with pytest.raises(Stale) as refused:
        load_merged_record(folder, returned, MASTERS)
    assert words in str(refused.value)
    assert "kakunin merge" in str(refused.value)


def test_other_masters_are_refused(folder: Path, returned: Path) -> None:
    with pytest.raises(Stale, match="計画の台帳"):
        load_merged_record(folder, returned, "0" * 64)
    load_merged_record(folder, returned)


def test_a_broken_table_is_refused(folder: Path, returned: Path) -> None:
    data = "年度,照会\r\n".encode("utf-8-sig")
    (folder / ANSWERS).write_bytes(data)
    manifest = json.loads((folder / MANIFEST).read_bytes())
    import hashlib

    manifest["出力のSHA256"][ANSWERS] = hashlib.sha256(data).hexdigest()
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(Stale, match="1行目"):
        load_merged_record(folder, returned)


# 決定.csv

ONE_ROW = Decision("shido", "5-3-1b", "rating", "ab" * 32, "", "電話,確認", "事務局", "2026-06-01")


def test_decisions_read_what_they_wrote() -> None:
    once = append_decisions(b"", [ONE_ROW])
    assert read_decisions(once) == (ONE_ROW,)
    assert append_decisions(once, [ONE_ROW]).startswith(once)
    assert len(read_decisions(append_decisions(once, [ONE_ROW]))) == 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp932"])
@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n,,,,,,,\n\n"])
def test_rows_of_people_stay_as_they_are(encoding: str, end: str) -> None:
    header = DECIDED.decode("utf-8-sig").strip()
    text = f'{header}\nshido, 1-1-1 ,rating,ABCD,"二行\nの値",理由,誰,いつ{end}'
    (first, second) = read_decisions(append_decisions(text.encode(encoding), [ONE_ROW]))
    assert (first.row, first.sha256, first.office_value) == ("1-1-1", "abcd", "二行\nの値")
    assert second == ONE_ROW
    assert text in append_decisions(text.encode(encoding), [ONE_ROW]).decode("utf-8-sig")


def test_the_respondent_may_have_no_column() -> None:
    text = "行ID,項目キー,採用SHA256,事務局入力値,理由,誰,日時\r\n1-1-1,rating,,B,理由,誰,いつ\r\n"
    (row,) = read_decisions(text.encode())
    assert (row.respondent, row.row, row.office_value) == ("", "1-1-1", "B")
    assert len(read_decisions(append_decisions(text.encode(), [ONE_ROW]))) == 2


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("行,列\n".encode(), "1行目"),
        (DECIDED + b"a,b\r\n", "2行目の列の数が2です"),
        (b"\x81\xff", "CSV UTF-8"),
    ],
)
def test_broken_decisions_say_where(data: bytes, words: str) -> None:
    with pytest.raises(DecisionsBroken, match=words):
        read_decisions(data)


def test_no_decisions() -> None:
    assert read_decisions(b"") == read_decisions(DECIDED) == ()
