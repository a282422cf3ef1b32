"""Whatever becomes of a file that the tool reads back: a sentence with file and remedy."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from kakunin_xlsx.cli.app import app
from kakunin_xlsx.codec import Unread, from_json
from kakunin_xlsx.folders.tree import OutputFolder
from kakunin_xlsx.merge import DecisionsBroken, Manifest, append_decisions, read_decisions
from kakunin_xlsx.merge.decisions import HEADER as DECISIONS_HEADER
from kakunin_xlsx.plan import MastersBroken, load_plan
from kakunin_xlsx.record import RecordBroken, from_csv, to_csv
from kakunin_xlsx.report.errata import HEADER as SHOWN_HEADER
from kakunin_xlsx.report.errata import SnapshotBroken
from kakunin_xlsx.report.errata import from_csv as shown_from_csv
from kakunin_xlsx.textfiles import FileBroken, csv_bytes, csv_file, toml_of
from tests.example import SECOND, answer, layouts

Damage = Callable[[bytes], bytes]


def of_head(change: Callable[[list[bytes]], list[bytes]]) -> Damage:
    """The first line's cells changed."""

    def damage(data: bytes) -> bytes:
        head, _, rest = data.removeprefix(b"\xef\xbb\xbf").partition(b"\n")
        return b",".join(change(head.rstrip(b"\r").split(b","))) + b"\n" + rest

    return damage


def quoted(data: bytes) -> bytes:
    """One quote before the second line."""
    return data.replace(b"\n", b'\n"', 1)


TABLE: dict[str, Damage] = {
    "quote": quoted,
    "renamed": of_head(lambda cells: ["名前を変えた列".encode(), *cells[1:]]),
    "missing": of_head(lambda cells: cells[1:]),
    "doubled": of_head(lambda cells: [cells[1], *cells[1:]]),
    "cp932": lambda data: data.decode("utf-8-sig").encode("cp932", "replace"),
    "utf-16": lambda data: data.decode("utf-8-sig").encode("utf-16"),
    "half": lambda data: data[: len(data) // 2] + b'"\xe3',
    "binary": lambda _: bytes(range(256)) * 4,
    "empty": lambda _: b"",
}
JSON: dict[str, Damage] = {
    "deep": lambda _: b"[" * 100_000,
    "number": lambda _: b"1" * 5_000,
    "half": lambda data: data[: len(data) // 2],
    "empty": lambda _: b"",
    "list": lambda _: b"[]",
    "null": lambda _: b"null",
    "utf-16": lambda data: data.decode().encode("utf-16"),
    "binary": lambda _: bytes(range(256)),
    "nul": lambda data: data[:9] + b"\0" + data[9:],
}
ANSWER = answer(layouts()[0], layouts()[0].rows[0].id, "result", "文")
DECIDED = ["x", "1a", "result", "", "値", "理由", "誰", "2026-06-01", "2026-06-01"]
READERS: dict[str, tuple[Callable[[bytes], object], bytes, type[Exception]]] = {
    "回答一覧": (from_csv, to_csv([ANSWER, ANSWER]), RecordBroken),
    "決定": (read_decisions, csv_bytes(DECISIONS_HEADER, [DECIDED] * 2), DecisionsBroken),
    "版の控え": (shown_from_csv, csv_bytes(SHOWN_HEADER, [["値"] * 8] * 2), SnapshotBroken),
}
READ_ANYWAY = {("決定", "cp932"), ("決定", "empty")}


@pytest.mark.parametrize("damage", TABLE)
@pytest.mark.parametrize("reader", READERS)
def test_a_damaged_table_is_told_in_words(reader: str, damage: str) -> None:
    read, sound, broken = READERS[reader]
    read(sound)
    if (reader, damage) in READ_ANYWAY:
        read(TABLE[damage](sound))
        return
    with pytest.raises(broken) as told:
        read(TABLE[damage](sound))
    assert str(told.value).endswith("。")


LONG = "あ" * 200_000


def test_a_text_longer_than_csv_allows_comes_back() -> None:
    record = from_csv(to_csv([replace(ANSWER, value=LONG)]))
    assert [each.value for each in record.answers] == [LONG]
    shown = shown_from_csv(csv_bytes(SHOWN_HEADER, [[LONG] * 8]))
    assert shown[0].text == LONG
    decided = read_decisions(csv_bytes(DECISIONS_HEADER, [[*DECIDED[:4], LONG, *DECIDED[5:]]]))
    assert decided[0].office_value == LONG


SWALLOWED = [
    # the quote before the value, closed by one in the next row
    'x,1a,result,,"甲,理由,誰,日,日\r\nx,2a,result,,乙",理由,誰,日,日\r\n',
    'x,1a,result,,値,"了解,誰,日,日\r\nx,2a,reason,' + "a" * 64 + ',,了解",誰,日,日\r\n',
    ',1a,result,,"甲,理由,誰,日,日\n,2a,result,,乙\nまで",理由,誰,日,日\n',
]


@pytest.mark.parametrize("rows", SWALLOWED)
def test_a_quote_swallows_no_decision(rows: str) -> None:
    with pytest.raises(DecisionsBroken, match='2行目：引用符「"」が閉じていない'):
        read_decisions((",".join(DECISIONS_HEADER) + "\r\n" + rows).encode())


def test_a_value_of_many_lines_and_commas_is_one_decision() -> None:
    value = "1,200人\n3,4,5,6,7,8,9,10,11\n、a,b,c"
    row = ["x", "1a", "result", "", value, "理由", "誰", "日", "日"]
    data = append_decisions(csv_bytes(DECISIONS_HEADER, [row]), read_decisions(
        csv_bytes(DECISIONS_HEADER, [row])
    ))  # fmt: skip
    assert [each.office_value for each in read_decisions(data)] == [value, value]


@pytest.mark.parametrize("damage", JSON)
def test_damaged_json_is_unread(damage: str) -> None:
    sound = b'{"a": "b", "c": "d"}'
    with pytest.raises(Unread):
        from_json(Manifest, JSON[damage](sound))


@pytest.mark.parametrize("text", ["a = " + "[" * 9_999, "a = " + "1" * 5_000, "a = [", "=", "a\0"])
def test_a_plan_toml_that_no_one_can_read(text: str) -> None:
    with pytest.raises(FileBroken, match="書き方を読み取れません"):
        toml_of(text)


def test_a_folder_stands_where_a_file_was(tmp_path: Path) -> None:
    (tmp_path / "回収状況.csv").mkdir()
    with pytest.raises(FileBroken, match=r"回収状況\.csv\n同じ名前のフォルダー"):
        csv_file(tmp_path / "回収状況.csv")
    with pytest.raises(FileBroken, match=r"決定\.csv\nファイルがありません"):
        csv_file(tmp_path / "決定.csv")


MASTERS: dict[str, tuple[str, Damage]] = {
    **{f"actions.csv {name}": ("actions.csv", each) for name, each in TABLE.items()},
    "actions.csv nul": ("actions.csv", lambda data: data + b"\0"),
    **{f"plan.toml {name}": ("plan.toml", each) for name, each in JSON.items()},
    "plan.toml depth": ("plan.toml", lambda data: data + b"\nx = " + b"[" * 9_999),
    "plan.toml cp932": ("plan.toml", lambda data: data.decode().encode("cp932", "replace")),
}


@pytest.mark.parametrize("case", MASTERS)
def test_damaged_masters_name_the_file(case: str, tmp_path: Path) -> None:
    file, damage = MASTERS[case]
    folder = tmp_path / "plan"
    shutil.copytree(SECOND, folder)
    path = folder / file
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(MastersBroken) as broken:
        load_plan(folder)
    assert any(problem.file == file and problem.todo for problem in broken.value.problems)


@pytest.fixture
def desk(second_demo: Path, tmp_path: Path) -> Path:
    shutil.copytree(second_demo / "output", tmp_path / "output")
    return tmp_path


PLAN = load_plan(SECOND)
YEAR = PLAN.years[0]
MERGED = OutputFolder(Path("output")).round(YEAR, PLAN.main_round).merged
ISSUED = OutputFolder(Path("output")).round(YEAR, PLAN.main_round).issued
# Each file, and the commands that cannot do without it.
READ_BACK: dict[Path, tuple[str, ...]] = {
    MERGED / "決定.csv": ("merge",),
    MERGED / "回答一覧.csv": ("report", "archive"),
    MERGED / "確認事項一覧.csv": ("status", "report", "archive"),
    MERGED / "回収状況.csv": ("status", "archive"),
    MERGED / "修正提案.csv": ("masters proposals", "archive"),
    MERGED / "取りまとめ.json": ("report", "archive", "masters proposals"),
    MERGED / "提案の採否.csv": ("masters proposals",),
    Path("output/計画.json"): ("build", "merge", "status", "report", "letters"),
    Path("output/保存/保存台帳.json"): ("verify", "archive"),
}
BROKEN: dict[str, Damage | None] = {
    "quote": quoted,
    "missing": TABLE["missing"],
    "binary": TABLE["binary"],
    "deep": JSON["deep"],
    "folder": None,
}
RUNS = [
    (path, command, damage)
    for path, commands in READ_BACK.items()
    for command in commands
    for damage in BROKEN
    if not (path.suffix == ".json" and damage in ("quote", "missing"))
]


@pytest.mark.parametrize(("path", "command", "damage"), RUNS)
def test_a_command_says_which_file_and_what_to_do(
    desk: Path, path: Path, command: str, damage: str
) -> None:
    at, change = desk / path, BROKEN[damage]
    before = at.read_bytes() if at.exists() else b",".join([b"a"] * 8) + b"\n1\n"
    at.unlink(missing_ok=True)
    if change is None:
        at.mkdir()
    else:
        at.write_bytes(change(before))
    words = [*command.split(), "--output", str(desk / "output")]
    words += [] if command == "verify" else ["--plan", str(SECOND), "--year", YEAR.code]
    done = CliRunner().invoke(app, words)
    assert done.exit_code in (1, 3), done.output
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert path.name in done.output or "取りまとめていません（kakunin merge" in done.output
    assert "ください。" in done.output or "kakunin merge" in done.output
