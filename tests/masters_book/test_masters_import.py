"""`kakunin masters export` and `import`: what people do in the workbook, and what becomes of it."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from kakunin_xlsx.masters_book import headings as book
from kakunin_xlsx.plan import Status, check_masters, load_masters, load_plan
from kakunin_xlsx.plan.schema import TABLE
from tests.example import KANKYO, MASTERS, NUMBERS, SECOND
from tests.masters_book.desk import CONFIRMED, Desk, Hands, kakunin
from tests.revised import R8, copied

WHY = "誤植の訂正（架空 花子、2026/4/10）"
OPEN_TARGET = {book.KEY: "1-1-2/R8", book.COLUMN: "目標文"}
NOTHING = "変更なし（台帳はそのままです）。\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.set_up(tmp_path)


@pytest.fixture
def second(tmp_path: Path) -> Desk:
    return Desk.set_up(tmp_path, SECOND)


# Nothing changed.


@pytest.mark.parametrize(
    "masters", [MASTERS, SECOND, NUMBERS, KANKYO], ids=["first", "second", "numbers", "kankyo"]
)
def test_a_book_that_nobody_touched_changes_nothing(tmp_path: Path, masters: Path) -> None:
    desk = Desk.set_up(tmp_path, masters)
    done = desk.load()
    assert (done.exit_code, done.output) == (0, NOTHING)
    assert desk.changed() == {}


def test_the_same_masters_give_the_same_book(desk: Desk, tmp_path: Path) -> None:
    again = tmp_path / "もう一度.xlsx"
    kakunin("export", again, "--plan", desk.folder)
    assert again.read_bytes() == desk.path.read_bytes()


def test_export_never_writes_over_a_book(desk: Desk) -> None:
    before = desk.path.read_bytes()
    refused = kakunin("export", desk.path, "--plan", desk.folder)
    assert refused.exit_code == 3
    assert "上書きしません" in refused.output
    assert desk.path.read_bytes() == before
    assert kakunin("export", desk.path.with_suffix(".csv"), "--plan", desk.folder).exit_code == 2


def test_sorted_rows_moved_columns_and_blank_rows_change_nothing(desk: Desk) -> None:
    with desk.edit() as hands:
        page = hands.sheet("targets")
        rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=3)]
        head, *body = [[row[-1], *row[:-1]] for row in rows]  # the last column comes first
        body.sort(key=lambda row: str(row[3]), reverse=True)
        page.delete_rows(3, page.max_row)
        for row in (head, [], *body[:40], [], [], *body[40:]):
            page.append(row)
        hands.book.move_sheet(page, -5)
    assert desk.load().output == NOTHING


def test_a_sheet_with_another_name_is_told_by_its_headings(desk: Desk) -> None:
    with desk.edit() as hands:
        hands.sheet("departments").title = "課の一覧"
        hands.book["課の一覧"]["C4"].value = "福政"
    assert "福政" in desk.load().output
    assert set(desk.changed()) == {"departments.csv"}


def test_a_missing_sheet_leaves_its_table_alone(desk: Desk) -> None:
    with desk.edit() as hands:
        hands.book.remove(hands.sheet("notes"))
    done = desk.load()
    assert done.exit_code == 0
    assert "notes.csv は変えません" in done.stderr
    assert done.stdout == NOTHING


# Confirming.


def test_a_confirmed_cell_gets_its_text_and_who_when_and_page(desk: Desk) -> None:
    with desk.edit() as hands:
        typed = {**CONFIRMED, book.PRINTED: "窓口の見直し", book.PAGE: "24"}
        hands.type(book.OPEN_SHEET, OPEN_TARGET, typed)
    done = desk.load()
    assert done.exit_code == 0, done.output
    assert set(desk.changed()) == {"targets.csv", "readings.csv"}
    assert all(len(gone) == len(come) == 1 for gone, come in desk.changed().values())
    masters = load_masters(desk.folder)
    reading = masters.plan.reading("targets", "1-1-2/R8", "目標文")
    assert reading
    assert (reading.status, reading.page) == (Status.CONFIRMED, "24")
    assert reading.ground.endswith("冊子24頁で確認（架空 花子、2026-04-10）")
    assert check_masters(masters) == ()
    assert desk.load().output == NOTHING


def test_an_inferred_text_that_is_right_needs_no_typing(desk: Desk) -> None:
    cell = {book.KEY: "1-1-1/R8", book.COLUMN: "目標文"}
    with desk.edit() as hands:
        hands.type(book.OPEN_SHEET, cell, {**CONFIRMED, book.WHEN: date(2026, 4, 10)})
    assert desk.load().exit_code == 0
    assert set(desk.changed()) == {"readings.csv"}
    assert load_plan(desk.folder).status("targets", "1-1-1/R8", "目標文") is Status.CONFIRMED


def test_the_text_may_be_typed_into_the_table_instead(desk: Desk) -> None:
    with desk.edit() as hands:
        hands.type("targets", {"行ID": "1-1-2", "年度": "R8"}, {"目標文": "窓口の見直し"})
        hands.type(book.OPEN_SHEET, OPEN_TARGET, CONFIRMED)
    assert desk.load().exit_code == 0
    plan = load_plan(desk.folder)
    assert plan.target["1-1-2", R8].text == "窓口の見直し"
    assert plan.status("targets", "1-1-2/R8", "目標文") is Status.CONFIRMED


def test_a_department_is_confirmed_by_its_name(desk: Desk) -> None:
    plan = load_plan(desk.folder)
    reading = next(r for r in plan.readings if (r.table, r.column) == ("actions", "部署"))
    cell = {book.KEY: reading.key, book.COLUMN: "部署"}
    with desk.edit() as hands:
        hands.type(book.OPEN_SHEET, cell, {**CONFIRMED, book.PRINTED: reading.reading})
    assert desk.load().exit_code == 0
    assert set(desk.changed()) == {"readings.csv"}


INCOMPLETE = [
    ({book.DONE: "確認済", book.WHO: "架空", book.WHEN: "2026/4/10"}, book.PRINTED, "空欄です"),
    ({**CONFIRMED, book.PRINTED: "文", book.WHO: ""}, book.WHO, "確認した人の氏名"),
    ({**CONFIRMED, book.PRINTED: "文", book.WHEN: "春"}, book.WHEN, "日付として読み取れません"),
    ({**CONFIRMED, book.PRINTED: "文", book.DONE: "済"}, book.DONE, "「確認済」を選んで"),
    ({**CONFIRMED, book.PRINTED: "文", book.NOW: "書き込み"}, book.NOW, "台帳と異なります"),
]


@pytest.mark.parametrize(("typed", "heading", "words"), INCOMPLETE)
def test_what_a_confirmation_lacks_is_told_at_its_cell(
    desk: Desk, typed: dict[str, object], heading: str, words: str
) -> None:
    with desk.edit() as hands:
        place = hands.at(book.OPEN_SHEET, OPEN_TARGET, heading)
        hands.type(book.OPEN_SHEET, OPEN_TARGET, typed)
    refused = desk.load()
    assert refused.exit_code == 3
    assert f"・照合する箇所!{place}：" in refused.output
    assert words in refused.output
    assert desk.changed() == {}


def test_a_text_that_nobody_confirmed_yet_is_told_and_left(desk: Desk) -> None:
    with desk.edit() as hands:
        hands.type(book.OPEN_SHEET, OPEN_TARGET, {book.PRINTED: "下書き"})
    done = desk.load()
    assert done.stdout == NOTHING
    assert "下書き" in done.stderr


# Changing texts.


def test_a_wording_put_right_for_all_years_keeps_what_the_source_says(desk: Desk) -> None:
    old = load_plan(desk.folder).action["1-2-2"].effort
    with desk.edit() as hands:
        hands.type("actions", {"ID": "1-2-2"}, {"取組": "研修への参加", book.WHY: WHY})
    assert desk.load().exit_code == 0
    plan = load_plan(desk.folder)
    reading = plan.reading("actions", "1-2-2", "取組")
    assert reading
    assert (reading.status, reading.source, reading.ground) == (Status.CONFIRMED, old, WHY)
    assert set(desk.changed()) == {"actions.csv", "readings.csv"}


def test_a_text_changed_without_a_word_is_refused_at_the_cell_to_fill(desk: Desk) -> None:
    with desk.edit() as hands:
        hands.type("actions", {"ID": "1-2-2"}, {"取組": "研修への参加"})
        hands.type("departments", {"コード": "shido"}, {"名称": "教育指導課"})
        places = [
            hands.at("actions", {"ID": "1-2-2"}, book.WHY),
            hands.at("departments", {"コード": "shido"}, book.WHY),
        ]
    refused = desk.load()
    assert refused.exit_code == 3
    assert "直す必要のある箇所が2件あります。何も書き込んでいません。" in refused.output
    assert f"取組（actions）!{places[0]}：" in refused.output
    assert f"部署（departments）!{places[1]}：" in refused.output
    assert "「直した理由」に、誰が・いつ・なぜを書いてください" in refused.output
    assert desk.changed() == {}


def test_from_a_year_on_needs_a_year_of_the_plan_and_a_reason(desk: Desk) -> None:
    shido = {"コード": "shido"}
    for typed, words in (
        ({book.SINCE: "R8"}, "改める理由がありません"),
        ({book.SINCE: "R9", book.WHY: WHY}, "計画の年度ではありません"),
        ({book.SINCE: "春", book.WHY: WHY}, "計画の年度ではありません"),
    ):
        with desk.edit() as hands:
            hands.type("departments", shido, {"名称": "教育指導課", book.WHY: "", **typed})
        refused = desk.load()
        assert refused.exit_code == 3
        assert words in refused.output
    assert desk.changed() == {}


def test_without_a_source_a_text_needs_no_reason(second: Desk) -> None:
    with second.edit() as hands:
        hands.type("actions", {"ID": "A1-1"}, {"取組": "おはなし会"})
        hands.type("rounds", {"コード": "kyogi"}, {"提出期限": date(2026, 8, 20)})
    done = second.load()
    assert done.exit_code == 0
    assert "「提出期限」を「08-31」から「08-20」に改めた" in done.output
    assert set(second.changed()) == {"actions.csv", "rounds.csv"}
    plan = load_plan(second.folder)
    assert plan.action["A1-1"].effort == "おはなし会"
    assert plan.round["kyogi"].due == (8, 20)


def test_a_changed_setting_keeps_the_comments_of_the_file(desk: Desk) -> None:
    with desk.edit() as hands:
        hands.type(book.SETTINGS_SHEET, {book.ITEM: "事務局の課"}, {book.VALUE: "地域福祉課"})
        hands.type(book.SETTINGS_SHEET, {book.ITEM: "最初の頁の番号"}, {book.VALUE: "31"})
    done = desk.load()
    assert done.exit_code == 0, done.output
    assert "計画の設定の「事務局の課」を「福祉政策課」から「地域福祉課」に改めた。" in done.output
    gone, come = desk.changed()["plan.toml"]
    assert [line.decode() for line in gone + come] == [
        'office = "福祉政策課"\n',
        "first_page = 1  # 確認表の最初の頁の番号（資料の通し番号に合わせるとき）\n",
        'office = "地域福祉課"\n',
        "first_page = 31  # 確認表の最初の頁の番号（資料の通し番号に合わせるとき）\n",
    ]


def test_the_sign_of_the_plan_stays(desk: Desk) -> None:
    with desk.edit() as hands:
        hands.type(book.SETTINGS_SHEET, {book.ITEM: "計画の符号"}, {book.VALUE: "x"})
    refused = desk.load()
    assert refused.exit_code == 3
    assert "計画の設定!B4：「計画の符号」は変えられません。" in refused.output


def test_a_changed_file_is_written_as_all_are(tmp_path: Path) -> None:
    """With BOM, plain line ends, and quotes only where they are needed; no other file moves."""
    masters = copied(tmp_path, SECOND)
    path = masters / "departments.csv"
    plain = path.read_bytes()
    odd = plain.removeprefix(b"\xef\xbb\xbf").replace(b"\n", b"\r\n").rstrip()
    path.write_bytes(odd.replace(b"kenko,", b'"kenko",', 1))
    (tmp_path / "机").mkdir()
    desk = Desk.set_up(tmp_path / "机", masters)
    with desk.edit() as hands:
        hands.type("departments", {"コード": "kenko"}, {"略称": '健,"康"'})
        hands.add("departments", {"コード": "zeimu", "名称": "税務課"})
    assert desk.load().exit_code == 0
    wanted = plain.decode().replace("課,健康,", '課,"健,""康""",')
    assert (desk.folder / "departments.csv").read_bytes().decode() == (
        f"{wanted}zeimu,税務課,,,,\n"
    )
    assert set(desk.changed()) == {"departments.csv"}


# Rows that come and go.


def test_a_new_row_stands_below_the_one_above_it(second: Desk) -> None:
    with second.edit() as hands:
        page = hands.sheet("departments")
        row = int(hands.at("departments", {"コード": "kosodate"}, "コード")[1:]) + 1
        hands.add("departments", {"コード": "zeimu", "名称": "税務課"}, row)
        assert page[f"A{row - 1}"].value == "kosodate"
    assert second.load().exit_code == 0
    codes = [row.code for row in load_plan(second.folder).departments]
    assert codes[:5] == ["toshokan", "kosodate", "zeimu", "kenko", "kodomo-katei"]
    assert second.changed() == {"departments.csv": ([], ["zeimu,税務課,,,,\n".encode()])}


def test_a_new_text_of_the_booklet_needs_its_reason_too(desk: Desk) -> None:
    other = {"コード": "kikaku", "名称": "企画課"}
    with desk.edit() as hands:
        hands.add("departments", other)
    refused = desk.load()
    assert refused.exit_code == 3
    assert "「kikaku」の「名称」を「企画課」としていますが、理由がありません" in refused.output
    with desk.edit() as hands:
        hands.type("departments", other, {book.WHY: WHY})
    assert desk.load().exit_code == 0
    assert load_plan(desk.folder).status("departments", "kikaku", "名称") is Status.REVISED


def test_a_removed_row_goes_and_what_names_it_is_told(second: Desk) -> None:
    with second.edit() as hands:
        page = hands.sheet("departments")
        page.delete_rows(int(hands.at("departments", {"コード": "kosodate"}, "コード")[1:]))
        place = hands.at("actions", {"ID": "A1-3"}, "部署")
    refused = second.load()
    assert refused.exit_code == 3
    assert f"・主な事業（actions）!{place}：「kosodate」がありません。" in refused.output
    assert "シート「部署（departments）」の「コード」にあるもの" in refused.output
    assert second.changed() == {}


def test_an_end_with_its_reason(desk: Desk) -> None:
    end = {"終了年度": "R7", book.WHY: WHY}
    with desk.edit() as hands:
        hands.type("initiatives", {"No": "5-1-2"}, end)
        hands.type("actions", {"ID": "5-1-2"}, end)
        hands.type("targets", {"行ID": "5-1-2", "年度": "R8"}, {})
    done = desk.load()
    assert done.exit_code == 0, done.output
    plan = load_plan(desk.folder)
    assert [("5-1-2" in plan.at(year).action) for year in plan.years] == [True, True, False]
    reading = plan.reading("initiatives", "5-1-2", "終了年度")
    assert reading
    assert (reading.status, reading.reading, reading.ground) == (Status.REVISED, "R7", WHY)


# What cannot be read is told with its cell.

ODD = [
    ("departments", {"コード": "shido"}, "略称", "=1+1", "計算式「=1+1」が入っています"),
    ("initiatives", {"No": "1-1-2"}, "No", date(2026, 1, 2), "日付に変わっています"),
    (
        "targets",
        {"行ID": "1-1-1", "年度": "R7"},
        "目標値",
        True,
        "「はい・いいえ」の値（TRUE、FALSE）になっています",
    ),
    ("targets", {"行ID": "1-1-1", "年度": "R7"}, "目標値", "約3", "数値「約3」を読み取れません"),
    ("actions", {"ID": "1-1-1"}, "部署", "hisho", "「hisho」という部署がありません"),
    ("fields", {"照会": "jisseki", "キー": "rating"}, "型", "えらぶ", "という書き方はありません"),
]


@pytest.mark.parametrize(("table", "key", "heading", "value", "words"), ODD)
def test_a_cell_that_cannot_be_taken_is_named(
    desk: Desk, table: str, key: dict[str, str], heading: str, value: object, words: str
) -> None:
    with desk.edit() as hands:
        place = hands.at(table, key, heading)
        sheet = hands.sheet(table).title
        hands.type(table, key, {**reason(table), heading: value})
    refused = desk.load()
    assert refused.exit_code == 3
    assert words in refused.output
    assert f"・{sheet}!{place}：" in refused.output
    assert "何も書き込んでいません" in refused.output
    assert desk.changed() == {}


def reason(table: str) -> dict[str, str]:
    return {book.WHY: WHY} if book.WHY in book.headings(TABLE[table]) else {}


def test_all_problems_come_at_once(desk: Desk) -> None:
    with desk.edit() as hands:
        for table, key, heading, value, _ in ODD[:3]:
            hands.type(table, key, {heading: value})
        hands.sheet("notes")["B3"].value = "しるし"
    refused = desk.load()
    for _, _, _, _, words in ODD[:3]:
        assert words in refused.output
    assert "注（notes）：見出し「対象・記号」の行がありません。" in refused.output


def test_words_beside_a_table_and_other_sheets_are_told_and_left(desk: Desk) -> None:
    with desk.edit() as hands:
        hands.sheet("departments")["M5"].value = "要確認？"
        hands.book.create_sheet("メモ")["A1"].value = "覚え書き"
    done = desk.load()
    assert done.stdout == NOTHING
    assert "部署（departments）!M5：「要確認？」" in done.stderr
    assert "シート「メモ」は台帳の表ではない" in done.stderr


# Masters that changed meanwhile.


def change_csv(desk: Desk, name: str, old: str, new: str) -> None:
    path = desk.folder / name
    data = path.read_bytes()
    assert old.encode() in data
    path.write_bytes(data.replace(old.encode(), new.encode()))
    desk.before = {**desk.before, name: path.read_bytes()}


def test_what_changed_elsewhere_meanwhile_stays(desk: Desk) -> None:
    change_csv(desk, "departments.csv", "shido,指導室,指導室", "shido,指導室,指導")
    change_csv(desk, "rounds.csv", "05-31", "06-10")
    with desk.edit() as hands:
        hands.type("departments", {"コード": "gakko-kyoiku"}, {"略称": "学教"})
    assert desk.load().exit_code == 0
    assert set(desk.changed()) == {"departments.csv"}
    plan = load_plan(desk.folder)
    assert [plan.department[c].short for c in ("shido", "gakko-kyoiku")] == ["指導", "学教"]
    assert plan.round["jisseki"].due == (6, 10)


def test_the_same_row_changed_in_both_is_not_guessed_at(desk: Desk) -> None:
    change_csv(desk, "departments.csv", "shido,指導室,指導室", "shido,指導室,指導")
    with desk.edit() as hands:
        place = hands.at("departments", {"コード": "shido"}, "コード")
        hands.type("departments", {"コード": "shido"}, {"略称": "指"})
    refused = desk.load()
    assert refused.exit_code == 3
    assert f"部署（departments）!{place}：" in refused.output
    assert "もう一度書き出して" in refused.output
    assert desk.changed() == {}


def test_a_book_of_another_plan_or_none_is_refused(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "別").mkdir()
    other = Desk.set_up(tmp_path / "別", SECOND)
    for path, words in (
        (other.path, "別の計画「kaku-dokusho-2」の台帳です"),
        (MASTERS / "plan.toml", "Excelのブック（.xlsx）ではありません"),
        (without_base(desk, tmp_path), "いつ書き出した台帳か分かりません"),
        (empty_book(tmp_path), "台帳の表がありません"),
    ):
        refused = kakunin("import", path, "--plan", desk.folder)
        assert refused.exit_code == 3
        assert words in refused.output
    assert kakunin("import", tmp_path / "ない.xlsx", "--plan", desk.folder).exit_code == 2
    assert desk.changed() == {}


def without_base(desk: Desk, into: Path) -> Path:
    path = Path(shutil.copy(desk.path, into / "控えなし.xlsx"))
    with Hands(path) as hands:
        hands.book.remove(hands.book["_kakunin"])
    return path


def empty_book(into: Path) -> Path:
    made = openpyxl.Workbook()
    made["Sheet"]["A1"].value = "何か"
    made.save(into / "別の.xlsx")
    return into / "別の.xlsx"


def test_json_tells_the_same(desk: Desk) -> None:
    with desk.edit() as hands:
        hands.type("departments", {"コード": "shido"}, {"略称": "指"})
    told = json.loads(desk.load("--json", "--dry-run").stdout)
    (only,) = told["変更"]
    assert only["箇所"][0]["後"] == "指"
    assert (told["書き込み"], [Path(name).name for name in told["ファイル"]]) == (
        False,
        ["departments.csv"],
    )
    data = json.loads(kakunin("export", desk.path.with_name("b.xlsx"), "--json").stdout)
    assert data["照合する箇所"] == 136
