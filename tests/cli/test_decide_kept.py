"""What the office wrote into its tables is used or kept, whatever became of the file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pytest
from openpyxl import load_workbook

from kakunin_xlsx.merge.tables import merged_files
from tests.cli.test_commands import kakunin, returned
from tests.cli.test_decide import (
    CONFLICTS,
    CORRECTIONS,
    DECISIONS,
    WHY,
    Table,
    answers,
    decisions,
    folder,
    merge,
)
from tests.hands import Book
from tests.people.base import NEXT, ONE, ROW, book, filled
from tests.tools.libreoffice import Kind, LibreOffice

RATING = "担当課評価"


@pytest.fixture
def offices(disputed: Path) -> Path:
    """The disputed round, and the office has decided in both its tables."""
    Table(folder(disputed) / CONFLICTS).write(ROW, RATING, 採用="回答1", **WHY).save()
    Table(folder(disputed) / CORRECTIONS).write(
        NEXT, "取組実績", 修正後="直した。", 課の了解日=date(2026, 6, 3), **WHY
    ).save()
    return disputed


def _part_added(name: str) -> Callable[[bytes], bytes]:
    def added(data: bytes) -> bytes:
        made = io.BytesIO(data)
        with zipfile.ZipFile(made, "a") as book:
            book.writestr(name, b"x")
        return made.getvalue()

    return added


def _edited(change: Callable[[Any], None]) -> Callable[[bytes], bytes]:
    def edited(data: bytes) -> bytes:
        book = load_workbook(io.BytesIO(data))
        change(book)
        made = io.BytesIO()
        book.save(made)
        return made.getvalue()

    return edited


def _clear_marks(book: Any) -> None:
    for (cell,) in book.worksheets[0].iter_rows(max_col=1):
        cell.value = None


def _delete_marks(book: Any) -> None:
    sheet = book.worksheets[0]
    for area in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(area))
    sheet.delete_cols(1)


def _clear_keys(book: Any) -> None:
    sheet = book.worksheets[0]
    row = next(cell.row for cell in sheet["A"] if "@" in str(cell.value))
    for cell in sheet[row]:
        cell.value = None


UNREAD: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "password": (lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096), "U20"),
    "macro": (_part_added("xl/vbaProject.bin"), "U20"),
    "truncated": (lambda data: data[: len(data) // 2], "U20"),
    "empty": (lambda _: b"", "U20"),
    "pdf": (lambda _: b"%PDF-1.7\n" + bytes(500), "U20"),
    "zip": (lambda _: _zipped(), "U20"),
    "another book": (_edited(lambda book: book.worksheets[0].delete_rows(1, 600)), "U20"),
    "marks cleared": (_edited(_clear_marks), "C50"),
    "column A gone": (_edited(_delete_marks), "C50"),
    "keys cleared": (_edited(_clear_keys), "C50"),
}


def _zipped() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as book:
        book.writestr("メモ.txt", "あ")
    return made.getvalue()


@pytest.mark.parametrize("name", [CONFLICTS, CORRECTIONS])
@pytest.mark.parametrize("how", UNREAD)
def test_a_table_that_cannot_be_read_is_kept_and_named(offices: Path, name: str, how: str) -> None:
    damage, code = UNREAD[how]
    path = folder(offices) / name
    path.write_bytes(left := damage(path.read_bytes()))
    for _ in range(2):
        told = merge(offices)
        assert path.read_bytes() == left
        found = [each for each in told["確認事項"] if each["place"]["file"] == name]
        assert {each["code"] for each in found} == {code}
        assert all("提出" not in each["remedy"] for each in found)
    assert kakunin(offices, "report", "--year", "R7").exit_code == 0  # the merge is no stale one


@pytest.mark.parametrize("left", [None, b""], ids=["gone", "emptied"])
def test_decisions_do_not_fall_away_with_their_file(disputed: Path, left: bytes | None) -> None:
    kakunin(disputed, "merge", "--year", "R7", "--prefer", "二人目.xlsx")
    path = folder(disputed) / DECISIONS
    header, whole = path.read_bytes().splitlines()[0], path.read_bytes()
    path.unlink()
    if left is not None:
        path.write_bytes(left)
    answered = (folder(disputed) / "回答一覧.csv").read_bytes()
    refused = kakunin(disputed, "merge", "--year", "R7")
    assert (refused.exit_code, "決めたことがすべて外れます" in refused.stderr) == (3, True)
    assert (folder(disputed) / "回答一覧.csv").read_bytes() == answered
    path.write_bytes(whole)
    assert merge(disputed)["回答の相違"] == []
    path.write_bytes(header)
    assert len(merge(disputed)["回答の相違"]) == 1


def test_a_table_too_large_is_kept(offices: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder(offices) / CONFLICTS
    left = path.read_bytes() + bytes(70_000)
    path.write_bytes(left)
    monkeypatch.setenv("KAKUNIN_MAX_FILE_MB", "0.07")
    assert "U20" in [each["code"] for each in merge(offices)["確認事項"]]
    assert path.read_bytes() == left


def test_what_was_kept_is_used_once_it_can_be_read(offices: Path) -> None:
    path = folder(offices) / CONFLICTS
    whole = path.read_bytes()
    path.write_bytes(whole[:1000])
    merge(offices)
    assert [each["項目キー"] for each in decisions(offices)] == ["result"]
    path.write_bytes(whole)
    assert merge(offices)["回答の相違"] == []
    assert [each["項目キー"] for each in decisions(offices)] == ["result", "rating"]


@pytest.mark.parametrize("name", [CONFLICTS, CORRECTIONS, DECISIONS])
def test_a_table_saved_while_a_merge_runs_is_never_written_over(
    offices: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder(offices) / name
    saved = b"what the office saved"
    before = {each.name: each.read_bytes() for each in folder(offices).iterdir()}

    def meanwhile(*given: Any) -> Any:
        path.write_bytes(saved)
        return merged_files(*given)

    monkeypatch.setattr("kakunin_xlsx.office.merge.merged_files", meanwhile)
    result = kakunin(offices, "merge", "--year", "R7")
    assert (result.exit_code, name in result.output) == (3, True)
    assert "取りまとめている間に" in result.output
    now = {each.name: each.read_bytes() for each in folder(offices).iterdir()}
    assert now == {**before, name: saved}


def test_the_emptied_table_is_accepted_for_ever(offices: Path) -> None:
    for _ in range(3):
        told = merge(offices)
        assert [each for each in told["確認事項"] if each["place"]["file"] == CONFLICTS] == []
    path = folder(offices) / CONFLICTS
    book = load_workbook(path)
    book.save(path)  # as Excel saves what was only looked at
    told = merge(offices)
    assert [each for each in told["確認事項"] if each["place"]["file"] == CONFLICTS] == []
    assert kakunin(offices, "archive", "--year", "R7", "--dry-run").exit_code in (0, 1, 2)


def test_an_emptied_table_of_the_older_version_is_accepted(offices: Path) -> None:
    merge(offices)
    path = folder(offices) / CONFLICTS
    book = load_workbook(path)
    for (cell,) in book.worksheets[0].iter_rows(max_col=1):
        cell.value = None  # it had no mark
    book.save(path)
    told = merge(offices)
    assert [each for each in told["確認事項"] if each["place"]["file"] == CONFLICTS] == []


def test_words_in_an_emptied_table_are_named_and_kept(offices: Path) -> None:
    merge(offices)
    path = folder(offices) / CONFLICTS
    book = load_workbook(path)
    book.worksheets[0]["D12"] = "担当課に確認中"
    book.save(path)
    left = path.read_bytes()
    (found,) = [each for each in merge(offices)["確認事項"] if each["place"]["file"] == CONFLICTS]
    assert (found["code"], found["place"]["cell"]) == ("C50", "D12")
    assert path.read_bytes() == left


def test_a_half_written_decision_stays_when_another_return_comes(offices: Path) -> None:
    table = Table(folder(offices) / CONFLICTS)
    table.write(ROW, RATING, 決定者=None, 理由="電話で確かめた、4月6日").save()
    returned(offices, "三人目.xlsx", book().fill(ROW, "rating", "B おおむね実施").data())
    merge(offices)
    again = Table(folder(offices) / CONFLICTS)
    said = [again.sheet.cell(at, again.columns["理由"]).value for at in again.rows(ROW, RATING)]
    assert said == [None, "電話で確かめた、4月6日"]


def test_all_that_a_decision_lacks_is_said_at_once(offices: Path) -> None:
    Table(folder(offices) / CONFLICTS).write(ROW, RATING, 理由=None, 決定者=None).save()
    (found,) = [each for each in merge(offices)["確認事項"] if each["code"] == "F13"]
    assert "『理由』『決定者』が" in found["words"]


def test_a_merge_says_which_decisions_it_took(offices: Path) -> None:
    told = kakunin(offices, "merge", "--year", "R7").output
    assert "決定.csv に加えた決定 2" in told
    assert f"{ONE.row[ROW].initiative} 指導室『担当課評価』：" in told
    assert "事務 花子" in told
    assert "課に電話で確かめた" in told
    assert "決定.csv に加えた決定" not in kakunin(offices, "merge", "--year", "R7").output


def test_a_preferred_file_is_said_too(tmp_path: Path) -> None:
    path = returned(tmp_path, "一人目.xlsx", filled())
    returned(tmp_path, "二人目.xlsx", book().fill(ROW, "rating", "C 一部実施").data())
    result = kakunin(tmp_path, "merge", "--year", "R7", "--prefer", str(path))
    assert "決定.csv に加えた決定 1" in result.output
    assert "--prefer による" in result.output


def test_what_does_not_count_is_said_by_its_reasons(tmp_path: Path) -> None:
    returned(tmp_path, "一人目.xlsx", filled())
    returned(tmp_path, "二人目.xlsx", book().fill(ROW, "rating", "C 一部実施").data())
    told = kakunin(tmp_path, "merge", "--year", "R7").output
    assert "反映していない回答 2（相違 2）" in told
    assert "同じ内容の回答" in told
    third = book().fill("*", "submission", "差替え").fill("*", "turn", "２").data()
    returned(tmp_path, "三人目.xlsx", third)
    told = kakunin(tmp_path, "merge", "--year", "R7").output
    assert "反映していない回答 0、" in told
    assert "新しい提出に差し替えられた回答" in told
    assert "（そのままで構いません）" in told


# Conflicts inside one file.


def _two_tabs() -> bytes:
    made = book()
    twin = made.book.copy_worksheet(made.sheet)
    made.fill(ROW, "rating", "C 一部実施")
    assert twin.title == "確認表 Copy"
    return made.data()


def _doubled(made: Book) -> bytes:
    """With a copy of the row below, and another rating in the first."""
    number, free = made.row_number(ROW), made.sheet.max_row + 2
    for cell in made.sheet[number]:
        if cell.value is not None:
            made.sheet[cell.coordinate.replace(str(number), str(free))] = cell.value
    made.fill(ROW, "rating", "C 一部実施")
    return made.data()


def _doubled_row() -> bytes:
    return _doubled(book())


INSIDE = {"two tabs": _two_tabs, "a doubled row": _doubled_row}


@pytest.mark.parametrize("value", ["A 目標どおり実施", "C 一部実施"])
@pytest.mark.parametrize("how", INSIDE)
def test_a_conflict_inside_one_file_is_decided_in_the_table(
    tmp_path: Path, how: str, value: str
) -> None:
    returned(tmp_path, "指導室.xlsx", INSIDE[how]())
    assert len(merge(tmp_path)["回答の相違"]) == 1
    _choose(tmp_path, value)
    assert merge(tmp_path)["回答の相違"] == []
    taken = _taken(tmp_path)
    (decided,) = decisions(tmp_path)
    assert taken["値"] == value
    assert decided["採用SHA256"] == f"{taken['SHA256']} {taken['シート']}!{taken['セル']}"


def test_a_conflict_inside_one_file_is_decided_by_the_csv(tmp_path: Path) -> None:
    returned(tmp_path, "指導室.xlsx", _two_tabs())
    ((first, second),) = [each["answers"] for each in merge(tmp_path)["回答の相違"]]
    assert first["sha256"] == second["sha256"]
    path = folder(tmp_path) / DECISIONS
    rows = [
        "行ID,項目キー,採用SHA256,事務局入力値,理由,誰,日時",
        f"{ROW},rating,{second['sha256']}　{second['sheet']}!{second['cell']},,電話,事務,2026/6/1",
    ]
    path.write_text("\n".join(rows), encoding="utf-8-sig")
    assert merge(tmp_path)["回答の相違"] == []
    assert _taken(tmp_path)["値"] == second["value"]


def test_a_file_that_differs_in_itself_cannot_be_preferred(tmp_path: Path) -> None:
    path = returned(tmp_path, "指導室.xlsx", _two_tabs())
    merge(tmp_path)
    result = kakunin(tmp_path, "merge", "--year", "R7", "--prefer", str(path))
    assert (result.exit_code, CONFLICTS in result.output) == (2, True)
    assert decisions(tmp_path) == []


def test_both_kinds_of_conflict_at_once(tmp_path: Path) -> None:
    """Two tabs that differ, and another file: each of the three can be chosen."""
    returned(tmp_path, "一人目.xlsx", _two_tabs())
    returned(tmp_path, "二人目.xlsx", book().fill(ROW, "rating", "B おおむね実施").data())
    merge(tmp_path)
    table = Table(folder(tmp_path) / CONFLICTS)
    assert "回答3" in table.columns
    table.write(ROW, RATING, 採用="回答3", **WHY).save()
    assert merge(tmp_path)["回答の相違"] == []
    assert len(decisions(tmp_path)) == 1


# What stands on a hidden sheet alone.


def _with_hidden(rating: str = "", how: Literal["hidden", "veryHidden"] = "hidden") -> Book:
    """A book with a hidden copy of its sheet, which has another rating if one is named."""
    made = book()
    twin = made.book.copy_worksheet(made.sheet)
    twin.sheet_state = how
    twin.protection.sheet = True
    if rating:
        twin[made.at(ROW, "rating")] = rating
    return made


def _hidden_tab(answered: bool) -> bytes:
    """`answered`: the sheet that is shown has a rating, too."""
    made = _with_hidden("C 一部実施")
    if not answered:
        made.put(made.at(ROW, "rating"), None)
    return made.data()


def _taken(output: Path) -> dict[str, str]:
    (taken,) = [each for each in answers(output, ROW, "rating") if each["状態"] == "反映"]
    return taken


def _choose(output: Path, value: str) -> None:
    table = Table(folder(output) / CONFLICTS)
    (at,) = table.rows(ROW, RATING)
    line = [str(cell.value) for cell in table.sheet[at]]
    chosen = table.sheet.cell(table.head, line.index(value) + 1).value
    table.write(ROW, RATING, 採用=chosen, **WHY).save()


@pytest.mark.parametrize(
    ("answered", "value"), [(True, "A 目標どおり実施"), (True, "C 一部実施"), (False, "C 一部実施")]
)
def test_what_a_hidden_sheet_says_may_be_taken_in_the_table(
    tmp_path: Path, answered: bool, value: str
) -> None:
    returned(tmp_path, "指導室.xlsx", _hidden_tab(answered))
    told = merge(tmp_path)
    assert told["回答の相違"] == []
    table = Table(folder(tmp_path) / CONFLICTS)
    shown = str([cell.value for row in table.sheet for cell in row])
    assert "（非表示のシート）" in shown
    assert "決める必要のある相違はありません" in shown
    _choose(tmp_path, value)
    merge(tmp_path)
    assert (_taken(tmp_path)["値"], _taken(tmp_path)["理由"]) == (value, "決定")
    assert Table(folder(tmp_path) / CONFLICTS).rows(ROW, RATING) == []
    merge(tmp_path)
    assert len(decisions(tmp_path)) == 1


def test_a_hidden_sheet_beside_a_doubled_row(tmp_path: Path) -> None:
    """Three answers in one file: two that differ, and one that nobody sees."""
    made = _with_hidden("B おおむね実施", "veryHidden")
    returned(tmp_path, "指導室.xlsx", _doubled(made))
    (conflict,) = merge(tmp_path)["回答の相違"]
    assert [each["value"][0] for each in conflict["answers"]] == ["C", "A"]
    assert [each["value"][0] for each in conflict["drafts"]] == ["B"]
    _choose(tmp_path, "B おおむね実施")
    assert merge(tmp_path)["回答の相違"] == []
    assert _taken(tmp_path)["シート"] == made.book.worksheets[-1].title
    assert {each["理由"] for each in answers(tmp_path, ROW, "rating")} == {"決定", "相違"}


def test_a_hidden_sheet_that_says_the_same_needs_no_line(tmp_path: Path) -> None:
    returned(tmp_path, "指導室.xlsx", _with_hidden().data())
    merge(tmp_path)
    assert not (folder(tmp_path) / CONFLICTS).exists()


@pytest.mark.parametrize("ending", [".ods", ".xls"])
def test_a_hidden_sheet_of_another_format(
    tmp_path: Path, libreoffice: LibreOffice, ending: str
) -> None:
    whole = tmp_path / "元.xlsx"
    whole.write_bytes(_hidden_tab(answered=False))
    kind: Kind = "ods" if ending == ".ods" else "xls"
    data = libreoffice.convert(whole, kind, tmp_path / "別").read_bytes()
    returned(tmp_path, f"指導室{ending}", data)
    merge(tmp_path)
    _choose(tmp_path, "C 一部実施")
    merge(tmp_path)
    assert _taken(tmp_path)["値"] == "C 一部実施"


@pytest.mark.parametrize(
    "name", ["回答一覧.csv", "確認事項一覧.csv", "回収状況.csv", "修正提案.csv"]
)
def test_a_table_edited_by_hand_is_refused(offices: Path, name: str) -> None:
    merge(offices)
    path = folder(offices) / name
    whole = path.read_bytes()
    for changed in (whole.replace("指導室".encode(), "指導課".encode(), 1) + b" ", b"", None):
        path.write_bytes(changed) if changed is not None else path.unlink()
        for words in (("report",), ("archive", "--allow-open")):
            result = kakunin(offices, *words, "--year", "R7")
            assert (result.exit_code, name in result.output) == (3, True), words
            assert "kakunin merge" in result.output
    merge(offices)
    assert path.read_bytes() == whole
    assert kakunin(offices, "report", "--year", "R7").exit_code == 0
