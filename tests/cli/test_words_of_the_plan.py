"""Forms, papers, letters and messages speak the words of the plan, not those of another one."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from kakunin_xlsx.layout import Layout
from tests.cli.test_every_plan import Played
from tests.example import R7, layouts

# What only the shipped plan says, of what its forms and papers are full of.
OTHERS = (
    *("該当なし", "共生社会", "市の考え方", "担当課", "重点取組", "確認表", "取組状況"),
    *("基本目標", "事業概要", "取組目標", "内部評価", "委員会", "実績照会", "最終確認"),
)
DATA = "回答データ"  # for machines: its columns are the same whatever the plan
R8 = R7.next


@pytest.fixture(scope="module")
def own(second_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Played:
    return Played(Path(shutil.copytree(second_demo, tmp_path_factory.mktemp("言葉") / "demo")))


def texts_of(path: Path) -> Iterator[tuple[str, str]]:
    """Every text that somebody sees in a workbook, with its place."""
    book = openpyxl.load_workbook(path)
    yield "題", f"{book.properties.title} {book.properties.subject}"
    for sheet in book.worksheets:
        yield sheet.title, sheet.title
        for part in filter(None, (sheet.oddHeader, sheet.oddFooter)):
            for side in (part.left, part.center, part.right):
                yield f"{sheet.title}!上下", (side.text if side else "") or ""
        for each in sheet.data_validations.dataValidation:
            yield f"{sheet.title}!{each.sqref}", f"{each.promptTitle} {each.prompt} {each.error}"
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            yield f"{sheet.title}!{cell.coordinate}", str(cell.value or "")
            yield f"{sheet.title}!{cell.coordinate}", cell.comment.text if cell.comment else ""


def foreign(text: str) -> list[str]:
    return [word for word in OTHERS if word in text]


def test_no_form_paper_letter_or_message_says_them(own: Played) -> None:
    main = own.plan.main_round
    silent, *_ = own.layouts(main, R8)
    for path in own.output.round(R8, main).returned.glob(f"*{silent.respondent}*"):
        path.unlink()  # so that there is something to ask for
    told = [(own.root / "画面.txt").read_text(encoding="utf-8")]
    for words in (
        *(["check", "--annotate"], ["merge"], ["letters", "--date", "2027-06-20"], ["status"]),
        *(["report", "--text"], ["report", "--for", "公表", "--text"], ["build", "--one-book"]),
        *(["build", "--round", "kyogi"], ["archive"], ["archive", "--allow-open"], []),
    ):
        told.append(own.run(*words, year=R8).output)
    assert foreign("\n".join(told)) == []
    seen = 0
    for path in sorted((own.root / "output").rglob("*")):
        assert foreign(re.sub("【.*】", "", path.name)) == [], path
        if path.suffix == ".txt":
            assert foreign(path.read_text(encoding="utf-8-sig")) == [], path
        if path.suffix == ".xlsx" and "2_回収" not in path.parts and DATA not in path.name:
            if path.parent.name == "1_配布" and path.name > "【中":
                continue  # forty forms of one make
            found = [(at, text) for at, text in texts_of(path) if foreign(text)]
            assert found == [], path
            seen += 1
    assert seen > 10


def test_forms_and_papers_bear_the_plans_title(own: Played) -> None:
    main = own.plan.main_round
    assert own.papers().report().relative_to(own.root).parts[-2:] == (
        "進行管理表",
        "進行管理表_令和7年度.xlsx",
    )
    one = own.layouts(main)[0]
    path = own.form(one, main)
    assert path.name == f"【{one.respondent}】進行管理表_令和7年度実績.xlsx"
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[:2] == ["記入要領", "進行管理表"]
    assert any(own.plan.heading in text for _, text in texts_of(path))


def test_the_shipped_plan_keeps_its_short_name() -> None:
    one: Layout = layouts()[0]
    assert (one.form_name, one.table_name, one.sheet) == ("取組状況確認表", "確認表", "確認表")
    assert one.title == "狛江市第1次再犯防止推進計画　取組状況確認表"
