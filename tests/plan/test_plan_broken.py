"""Broken masters: one cell or file changed, and exactly what is said, at which line and column."""

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kakunin_xlsx.plan import MastersBroken, check_masters, load_masters, load_plan

HERE = Path(__file__).parent
SHIPPED = HERE.parents[1] / "masters" / "komae-saihan-1"
UNKIND = ("エラー", "不正", "違反", "却下", "差戻し", "Traceback")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "plan"
    shutil.copytree(SHIPPED, copy)
    return copy


def write_cell(folder: Path, file: str, row: str, column: str, value: str) -> None:
    """Change one cell of the row whose first cells read `row` (several are parted by /)."""
    path = folder / file
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    parts = row.split("/")
    found = next(cells for cells in rows if cells[: len(parts)] == parts)
    found[rows[0].index(column)] = value
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows(rows)


def said(folder: Path) -> list[str]:
    """All that loading and proving say: place and what is wrong there."""
    try:
        problems = check_masters(load_masters(folder))
    except MastersBroken as broken:
        problems = broken.problems
    for problem in problems:
        assert problem.todo.endswith("。")
        assert not [word for word in UNKIND if word in str(problem)]
    return [f"{problem.place}：{problem.wrong}" for problem in problems]


def cells() -> list[tuple[str, list[str]]]:
    """The entries of broken_cells.txt: what is changed, and what is said."""
    entries: list[tuple[str, list[str]]] = []
    for line in (HERE / "broken_cells.txt").read_text(encoding="utf-8").splitlines()[2:]:
        if line.startswith(" "):
            entries[-1][1].append(line.strip())
        else:
            entries.append((line, []))
    return entries


@pytest.mark.parametrize(("change", "expected"), cells())
def test_cell(folder: Path, change: str, expected: list[str]) -> None:
    file, row, column, value = (part.strip() for part in change.split("|"))
    letter, _, times = value.partition("*")
    write_cell(folder, file, row, column, letter * int(times) if times else value)
    assert said(folder) == expected


def recode(codec: str) -> Callable[[bytes], bytes]:
    return lambda data: data.decode("utf-8-sig").encode(codec, "replace")


def swap(old: str, new: str) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        assert old.encode() in data
        return data.replace(old.encode(), new.encode(), 1)

    return change


def only(text: str) -> Callable[[bytes], bytes]:
    return lambda _: text.encode()


FILES = [
    # file, what becomes of its bytes, all that is said
    (
        "departments.csv",
        recode("cp932"),
        ["departments.csv 1行目：文字を読み取れない形式で保存されています。"],
    ),
    (
        "notes.csv",
        recode("utf-16"),
        ["notes.csv 1行目：文字を読み取れない形式で保存されています。"],
    ),
    ("goals.csv", only(""), ["goals.csv 1行目：中身がありません。"]),
    (
        "rounds.csv",
        swap("提出期限", "期限"),
        [
            "rounds.csv 1行目「提出期限」：列がありません。",
            "rounds.csv 1行目「期限」：知らない列です。",
        ],
    ),
    (
        "scales.csv",
        swap("説明", "名称"),
        [
            "scales.csv 1行目「説明」：列がありません。",
            "scales.csv 1行目「名称」：列が二つあります。",
        ],
    ),
    (
        "measures.csv",
        swap("3-1,3,", '3-1,3,"'),
        ['measures.csv 6行目：引用符「"」の組が合わないため、ここから先を読み取れません。'],
    ),
    (
        "departments.csv",
        swap("shido,指導室,指導室,,,", "shido,指導室,指導室,,,,学校,小"),
        ["departments.csv 6行目：見出しのない列に「学校」があります。"],
    ),
    ("plan.toml", only('city = "狛江市"\nid = \n'), ["plan.toml 2行目：書き方を読み取れません。"]),
    ("plan.toml", recode("cp932"), ["plan.toml 1行目：文字を読み取れない形式で保存されています。"]),
    ("plan.toml", swap('city = "狛江市"', ""), ["plan.toml「city」：項目がありません。"]),
    (
        "plan.toml",
        swap('city = "狛江市"', "city = 13"),
        ["plan.toml「city」：文字で書かれていません。"],
    ),
    ("plan.toml", swap('effort = "取組"', ""), ["plan.toml「words.effort」：項目がありません。"]),
    (
        "plan.toml",
        swap('paper = "A3"', 'paper = "B4"'),
        ["plan.toml「style.paper」：用紙「B4」は使えません。"],
    ),
    (
        "plan.toml",
        swap('paper = "A3"', 'paper = "A3"\ntargets = "最初と最後"'),
        ["plan.toml「style.targets」：「最初と最後」という書き方はありません。"],
    ),
    (
        "plan.toml",
        swap("first_page = 1", "first_page = 0"),
        ["plan.toml「style.first_page」：1から9999までの整数ではありません。"],
    ),
    (
        "plan.toml",
        swap("retention_years = 5", 'retention_years = "5"'),
        ["plan.toml「archive.retention_years」：1から100までの整数ではありません。"],
    ),
    (
        "plan.toml",
        swap('"R8"', '"R5"'),
        ["plan.toml「last_year」：最終年度 R5 が初年度 R6 より前です。"],
    ),
    (
        "plan.toml",
        swap('"R8"', '"８年"'),
        ["plan.toml「last_year」：年度「８年」を読み取れません。"],
    ),
    (
        "plan.toml",
        swap('id = "komae-saihan-1"', 'id = "komae/1"'),
        ["plan.toml「id」：「komae/1」に、番号やコードに使えない文字があります。"],
    ),
    (
        "plan.toml",
        swap('"4 関連事業と担当課"', '"第4章"'),
        [
            "plan.toml「source.chapters.関連事業と担当課」：章の始まりの行「第4章」が source.txt にありません。"
        ],
    ),
    (
        "plan.toml",
        swap('tree = "施策の体系"', 'tree = "体系"'),
        ["plan.toml「source.tree」：「体系」という章はありません。"],
    ),
    (
        "source.txt",
        recode("cp932"),
        ["source.txt 3行目：文字を読み取れない形式で保存されています。"],
    ),
    (
        "source.txt",
        swap("(注1) 更生", "(注1) 別の注 更生"),
        ["source.txt 181行目：「別の注」を使う台帳のセルがありません。"],
    ),
]


@pytest.mark.parametrize(("file", "change", "expected"), FILES)
def test_file(
    folder: Path, file: str, change: Callable[[bytes], bytes], expected: list[str]
) -> None:
    path = folder / file
    path.write_bytes(change(path.read_bytes()))
    assert said(folder) == expected


@pytest.mark.parametrize("file", ["plan.toml", "targets.csv"])
def test_missing_file(folder: Path, file: str) -> None:
    (folder / file).unlink()
    assert said(folder) == [f"{file}：ファイルがありません。"]


def test_missing_folder_tells_every_file(tmp_path: Path) -> None:
    with pytest.raises(MastersBroken) as broken:
        load_plan(tmp_path / "nowhere")
    assert {problem.wrong for problem in broken.value.problems} == {"ファイルがありません。"}


def test_all_problems_come_at_once(folder: Path) -> None:
    write_cell(folder, "actions.csv", "1-2-1", "部署", "hisho")
    write_cell(folder, "targets.csv", "3-1-1/R7", "目標値", "約3")
    write_cell(folder, "fields.csv", "*/due", "型", "日時")
    path = folder / "plan.toml"
    path.write_bytes(swap('city = "狛江市"', "")(path.read_bytes()))
    assert said(folder) == [
        "plan.toml「city」：項目がありません。",
        "targets.csv 33行目「目標値」：数値「約3」を読み取れません。",
        "fields.csv 2行目「型」：「日時」という書き方はありません。",
        "actions.csv 4行目「部署」：「hisho」がありません。",
    ]


def test_as_other_programs_save_it(folder: Path) -> None:
    """No BOM, CRLF, quotes everywhere, trailing empty rows and columns: the same plan."""
    for path in folder.glob("*.csv"):
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
        wide = [[*row, ""] for row in [*rows, [""] * len(rows[0])]]
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(wide)
    assert said(folder) == []
    assert load_plan(folder) == load_plan(SHIPPED)


def test_without_a_source_nothing_is_proven(folder: Path) -> None:
    (folder / "source.txt").unlink()
    write_cell(folder, "actions.csv", "1-2-2", "取組", "市職員の研修")
    assert said(folder) == []


def test_words_for_people() -> None:
    with pytest.raises(MastersBroken) as broken:
        load_plan(HERE / "nowhere")
    assert "plan.toml：ファイルがありません。" in str(broken.value)
