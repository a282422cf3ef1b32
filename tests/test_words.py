"""What a clerk reads: plain words, Japanese marks, whole sentences.

Whether a sentence is kind and clear must be read by people; here stands what a machine can hold.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from kakunin_xlsx.cli.app import app
from kakunin_xlsx.findings.catalogue import ALL
from kakunin_xlsx.findings.model import Kind
from kakunin_xlsx.textfiles import csv_rows
from pictures.pages import commands
from tests.example import MASTERS, ROOT
from tests.test_walls import FILES, docstrings
from tests.tools.measure import SOURCE

pytestmark = pytest.mark.source

_LETTER = "ぁ-んァ-ヶ一-龠々"
JAPANESE = re.compile(f"[{_LETTER}]")
# A pattern by which we read what people typed is no text of ours.
PATTERN = re.compile(r"\\[dsw]|\(\?|\[[^\]]*-[^\]]*\]|^[^。]*\|[^。]*\|[^。]*\|[^。]*$")
# Keys of the files our own commands read back.
KEYS = re.compile(r"SHA256|計画データ")
HARSH = "エラー|不正|違反|却下|差し?戻し|無効な|失敗|禁止"
JARGON = (
    "マスタ(?!ー)|オプション|引数|例外|デフォルト|ディレクトリ|パス(?!ワード)|サーバ|(?<!プ)ログ(?!イン)"
    "|プロセス|パラメータ|文字列型|レコード|ハッシュ|エンコード|記憶域"
)
SPELT = "フォルダ(?!ー)|下さい|出来|(?<!一)致し|頂|ユーザ|メモリ(?!ー)|プリンタ(?!ー)|取消線の"
PRODUCTS = "Excel|PDF|zip|LibreOffice|CSV|JSON|Enter"
MARKS = (
    (rf"[{_LETTER}][,，．?!]", "「、」「。」"),
    (rf"[{_LETTER}]\((?!\?)|\)[{_LETTER}]", "full-width brackets"),
    (rf"[{_LETTER}、。」）] (?:{PRODUCTS})\b(?! UTF)", "no blank before a product's name"),
    (rf"(?<![\w.])(?:{PRODUCTS}) [{_LETTER}]", "no blank after a product's name"),
)
SENTENCE = re.compile(r"(?:ます|ません|ました|です|でした|ください)\s*$")
ENDS = re.compile(r"[。）：}]$|例：[^。]*$")  # {} stands for a text that is put in
STOPS = {"Stop", "WrongUsage", "NoPdf"}


def texts(path: Path) -> Iterator[str]:
    """Every Japanese text of a file as it is read."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(part) for part in node.values}
    for node in ast.walk(tree):
        if id(node) not in skipped:
            yield from _japanese(text_of(node))


def text_of(node: ast.AST) -> str:
    """A literal's text, {} where something is put in; '' if it is none."""
    match node:
        case ast.JoinedStr(values=parts):
            return "".join(
                text_of(part) if isinstance(part, ast.Constant) else "{}" for part in parts
            )
        case ast.Constant(value=str(text)):
            return text
    return ""


def _japanese(text: str) -> Iterator[str]:
    if JAPANESE.search(text) and not PATTERN.search(text):
        yield text


def pages() -> Iterator[tuple[str, str]]:
    """Help pages, letters, and the texts of masters that we ship: where, and the text."""
    for name, _ in commands():
        yield f"kakunin {name}", CliRunner().invoke(app, [*name.split(), "--help"]).output
    for folder in (SOURCE / "letters" / "templates", MASTERS / "letters"):
        for path in folder.glob("*.txt"):
            yield path.name, path.read_text(encoding="utf-8-sig")
    for folder in (SOURCE / "plan" / "template", MASTERS):
        for name in ("fields.csv", "scales.csv", "rounds.csv"):
            for row in csv_rows((folder / name).read_bytes()):
                yield from ((f"{folder.name}/{name}", cell) for cell in (*row, *row.values()))


SAID = [
    *((str(p.relative_to(SOURCE)), each) for p in FILES for each in texts(p)),
    *pages(),
]


@pytest.mark.parametrize("words", [HARSH, JARGON, SPELT], ids=["harsh", "jargon", "spelt"])
def test_words_that_a_clerk_should_not_meet(words: str) -> None:
    found = [(where, text) for where, text in SAID if re.search(words, KEYS.sub("", text))]
    assert found == []


@pytest.mark.parametrize(("marks", "wanted"), MARKS, ids=[wanted for _, wanted in MARKS])
def test_marks_are_japanese(marks: str, wanted: str) -> None:
    found = [
        (where, text)
        for where, text in SAID
        if re.search(marks, text.replace("(再掲)", "").replace("(注1)", ""))
    ]
    assert found == [], wanted


def test_the_last_of_several_sentences_ends_with_a_stop() -> None:
    found = [(where, text) for where, text in SAID if "。" in text and SENTENCE.search(text)]
    assert found == []


def test_whoever_is_stopped_reads_whole_sentences() -> None:
    said = [
        (path.name, text)
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in STOPS
        for text in (text_of(each) for each in node.args[:1])
    ]
    assert len(said) > 40
    assert [each for each in said if each[1] and not ENDS.search(each[1])] == []


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.code)
def test_a_finding_speaks_in_whole_sentences(kind: Kind) -> None:
    for text in (kind.words, kind.remedy, kind.ask, kind.example):
        assert not text or re.search(r"[。）}]$", text), text


# English words that a clerk sees elsewhere too: on the screen, in names of files and folders.
PRODUCT_NAMES = set(PRODUCTS.split("|"))
NAMES = {"kakunin", "docs", "masters", "letters", "output", "demo", "sample", "jisseki"}
ENDINGS = {"csv", "json", "xlsx", "md"}


@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_a_help_page_has_no_english(name: str) -> None:
    page = CliRunner().invoke(app, [*name.split(), "--help"], prog_name="kakunin").output
    plain = re.sub(r"(?<!\w)--?[a-z][a-z-]*", "", page)  # the options themselves
    words = set(re.findall(r"[A-Za-z]{2,}", plain))
    assert (
        words
        - PRODUCT_NAMES
        - NAMES
        - ENDINGS
        - {word for each, _ in commands() for word in each.split()}
        == set()
    )


def test_pages_of_docs_keep_to_the_same_words() -> None:
    for path in (ROOT / "docs").glob("*.md"):
        if path.name not in ("開発者の手引き.md", "Pythonから使う.md"):
            assert not re.search(f"{HARSH}|{SPELT}", path.read_text(encoding="utf-8")), path.name
