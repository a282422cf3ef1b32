"""No word of a plan breaks a book: `masters check` refuses it in a sentence, or all commands work."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kakunin_xlsx.plan import MastersBroken, cells, load_masters
from kakunin_xlsx.plan.settings import SETTING, with_setting
from kakunin_xlsx.plan.texts import MasterTexts
from tests.odd_plan import OddYear, Slot, plain_texts, put, slot_of, slots, text_at

pytestmark = pytest.mark.slow
ODD = (
    *(
        "a/b",
        "[x]:*?",
        "あ" * 40,
        "あ" * 41,
        "x" * 81,
        "字" * 201,
        "概要",
        "目次",
        "奥付",
        "評価集計",
    ),
    *("🌲みどり🌲", "=1+1", "+1", "@SUM(A1)", "\"引用\"と'引用'", "'前", "<b>太</b>", "<r>x</r>"),
    *(
        "一行\n二行",
        "  ",
        "&A&P",
        "{計画名}",
        "History",
        "CON",
        "終わり.",
        "%d",
        "\\d",
        "a\tb",
        "１－１",
    ),
    *("見えない\x0b字", "\x7f", "全体", "R7", "No"),
    # Marks of direction, letters of several signs, other widths, characters nobody sees.
    *("左\u200f右", "\u202e逆", "か\u3099ぎ", "ｶﾞｷﾞｸﾞ", "👨‍👩‍👧家族", "葛\U000e0100飾", "𠮷野"),
    *("\u3000字\u3000", "行\u2028行", "字\u00ad字", "\u200b", "\ufeff頭", "é" * 45, "字\x85字"),
    # What a spreadsheet, a printer or Windows takes for something else.
    *(
        "007",
        "2026/4/1",
        "1e5",
        "TRUE",
        "#REF!",
        "A1",
        "'''",
        "_x000D_",
        "&P / &D",
        "&K&G",
        '&"Arial,太字"',
    ),
    *(
        "AUX",
        "nul.txt",
        "COM1",
        "前 ",
        "..",
        "~$様式",
        "_kakunin",
        "選択肢",
        "記入要領",
        "&amp;<!--",
        "]]>",
    ),
    *("${title}", "{0}", "%s", "「かぎ」『二重』", "（例）", "再掲", "なし", "0", "1-1", "－"),
)
SLOTS = tuple(slots(plain_texts()))
SHOWN = (
    *("texts", "goals", "measures", "initiatives", "actions", "indicators", "targets", "notes"),
)
NOT_IN_PAPER = ("章", "体系の名称", "一覧の名称")  # a worksheet's name; names of other places


def told(year: OddYear) -> tuple[tuple[str, Slot | None], ...]:
    """What is wrong with the masters: the sentence, and the text that it is of."""
    try:
        masters = load_masters(year.masters)
    except MastersBroken as broken:
        return tuple((str(each), slot_of(each, year.rows())) for each in broken.problems)
    assert masters.plan.years
    return ()


def mended(year: OddYear, texts: MasterTexts) -> None:
    """Put plain words where `masters check` refuses odd ones; it must find nothing else."""
    plain = plain_texts()
    for _ in range(4):  # a table that cannot be read hides what is wrong elsewhere
        year.write(texts)
        problems = told(year)
        if not problems:
            return
        for sentence, slot in problems:
            assert sentence.rstrip().endswith("。"), sentence
            whole = sentence.partition(".csv")[0] if "制御文字" in sentence else None
            refused = [each for each in SLOTS if each == slot or (not slot and each[0] == whole)]
            assert refused, sentence
            for each in refused:
                if slot or cells.obeyed(text_at(texts, each)):
                    put(texts, each, text_at(plain, each))
    raise AssertionError(problems)


def shown_in(path: Path) -> str:
    book = openpyxl.load_workbook(path)
    every = (cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
    return "\n".join(str(cell.value) for cell in every if cell.value is not None)


@settings(
    max_examples=6,
    phases=[Phase.generate],  # an example takes seconds: what was found is not made smaller
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
@given(st.lists(st.sampled_from(ODD), min_size=len(SLOTS), max_size=len(SLOTS)))
def test_odd_words_are_refused_or_stand_in_the_paper(
    tmp_path_factory: pytest.TempPathFactory, words: list[str]
) -> None:
    year, texts = OddYear(tmp_path_factory.mktemp("変")), plain_texts()
    for slot, word in zip(SLOTS, words, strict=True):
        put(texts, slot, word)
    mended(year, texts)
    for code in ("jisseki", "naibu", "taio"):
        year.play(code)
    for command in (
        *(["build", "--one-book"], ["check"], ["letters"], ["status"], ["report", "--text"]),
        *(["report", "--for", "公表"], ["archive", "--allow-open"], ["verify", "--replay"]),
    ):
        done = year.run(*command)
        assert done.exit_code == 0, done.output
    paper = shown_in(year.output.papers(year.plan, year.plan.first_year).report())
    for slot in SLOTS:
        if slot[0] in SHOWN and slot[2] not in NOT_IN_PAPER:
            assert text_at(texts, slot).strip() in paper, slot


@pytest.mark.parametrize("word", ODD)
def test_a_word_that_is_everywhere_is_refused_or_builds(word: str, tmp_path: Path) -> None:
    """Numbered where two of one table must differ."""
    year, texts = OddYear(tmp_path), plain_texts()
    for number, slot in enumerate(SLOTS):
        unlike = slot[0] in ("fields", "departments", "respondents", "rounds")
        put(texts, slot, f"{number}{word}" if unlike else word)
    mended(year, texts)
    built = year.run("build")
    assert built.exit_code == 0, built.output


def test_two_lines_of_one_department_are_told_apart(tmp_path: Path) -> None:
    year = OddYear(tmp_path)
    year.write(plain_texts())
    year.play("jisseki", without="rating")
    found = [each["words"] for each in year.told("merge")["確認事項"]]
    for name in ("a", "b"):
        assert any(words.startswith(f"2-1-1（{name}の事業）『") for words in found), found
    assert any(words.startswith("1-1-1『") for words in found)
    assert year.run("check", "--annotate").exit_code == 1
    (request, *_) = year.output.round(year.plan.first_year, year.plan.main_round).corrections.glob(
        "*みどり課*"
    )
    book = openpyxl.load_workbook(request)
    numbers = {row[3].value for row in book["修正依頼"].iter_rows()}
    assert {"1-1-1", "2-1-1（aの事業）", "2-1-1（bの事業）"} <= numbers
    assert year.run("report").exit_code in (0, 1)


@pytest.mark.parametrize("heading", ["事業概要", "取組"])
def test_a_plan_whose_lines_have_no_such_text_explains_nothing(
    tmp_path: Path, heading: str
) -> None:
    year, texts = OddYear(tmp_path), plain_texts()
    for row in texts.rows["actions"]:
        row.cells[heading] = ""
    year.write(texts)
    assert told(year) == ()
    assert year.run("build").exit_code == 0
    texts.rows["actions"][0].cells[heading] = "ここだけにある文"
    year.write(texts)
    assert [slot for _, slot in told(year)]  # then the others are gaps


def test_two_respondents_of_one_name_are_refused(tmp_path: Path) -> None:
    year, texts = OddYear(tmp_path), plain_texts()
    for table in ("departments", "respondents"):
        texts.rows[table][1].cells["名称"] = "みどり課"
    year.write(texts)
    assert any("「みどり課」という回答元が二つあります。" in words for words, _ in told(year))


def test_display_columns_stand_in_form_paper_and_data(tmp_path: Path) -> None:
    year, texts = OddYear(tmp_path), plain_texts()
    for number, heading in ((1, "新規・充実"), (3, "関係課")):
        texts.toml = with_setting(texts.toml or "", SETTING[f"表示する列{number}"], heading)
    for row in texts.rows["actions"]:
        row.cells |= {"表示1": "充実", "表示3": f"{row.said('ID')}の関係課"}
    year.write(texts)
    year.play("jisseki")
    assert year.run("report").exit_code == 0
    main, first = year.plan.main_round, year.plan.first_year
    form = next(year.output.round(first, main).issued.glob("*みち課*"))
    papers = year.output.papers(year.plan, first)
    for path in (form, papers.report()):
        shown = shown_in(path).split("\n")
        assert {"新規・充実", "関係課", "充実", "2-1-1cの関係課"} <= {*shown}, path
    assert "2-1-1cの関係課" in shown_in(papers.report_data())
    sheet = openpyxl.load_workbook(form)[year.plan.table_name]
    (cell,) = (c for row in sheet.iter_rows() for c in row if c.value == "2-1-1cの関係課")
    assert cell.protection.locked
    texts.rows["actions"][0].cells["表示2"] = "見出しのない列"
    year.write(texts)
    assert ["表示2" in words for words, _ in told(year)] == [True]
