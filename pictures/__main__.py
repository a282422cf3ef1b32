"""`make pictures`: play the demo and a year half-way, draw their papers, copy their screens."""

from __future__ import annotations

import io
import sys
import tempfile
from contextlib import chdir, redirect_stdout
from pathlib import Path

from kakunin_xlsx.cli.app import run
from kakunin_xlsx.demo.play import Demo
from kakunin_xlsx.office.masters_book import export_masters
from kakunin_xlsx.plan import find_masters
from pictures.midyear import TWICE, YEAR, prepare
from pictures.paper import Picture, draw
from pictures.screens import renew

DOCS = Path(__file__).parents[1] / "docs"
FOLDER = DOCS / "図"


def main() -> None:
    """All pictures and screens anew; those that did not change keep their bytes."""
    with tempfile.TemporaryDirectory(prefix="kakunin-pictures-") as name:
        demo, middle = Path(name) / "demo", Path(name) / "middle"
        Demo(find_masters(None, demo), YEAR, demo, lambda _: None).play()
        middle.mkdir()
        prepare(demo, middle)
        renew(DOCS, middle, _say)
        for path in draw([*_forms(middle), *_papers(demo, middle), *_masters(middle)], FOLDER):
            _say(str(path))


def _forms(root: Path) -> list[Picture]:
    """What departments get, and what the office fills in itself."""
    folder = root / "output" / YEAR.name / "1_実績照会"
    (form,) = (folder / "1_配布").glob(f"【{TWICE}】*.xlsx")
    first = sorted((folder / "3_修正依頼").glob("【福祉政策課】*.xlsx"))[0]
    table = ("事業概要", "取組実績")
    books = folder / "4_取りまとめ"
    return [
        Picture("記入要領", form, ("記入要領",), whole=True),
        Picture("確認表の左", form, table, 130, across=(0, 0.56)),
        Picture("確認表の右", form, table, 130, across=(0.56, 1)),
        Picture("修正のお願い", first, ("お願いすること",)),
        Picture("修正依頼の表", first, table, 130, across=(0.5, 1)),
        Picture("回答の相違", books / "回答の相違.xlsx", ("採用",)),
        Picture("事務局修正", books / "事務局修正.xlsx", ("修正後",)),
    ]


def _papers(demo: Path, middle: Path) -> list[Picture]:
    """The first council's front page, half-way; tables and trends at the year's end."""
    with chdir(middle), redirect_stdout(io.StringIO()):
        run(("report", "--year", "R7", "--no", "資料1", "--date", "令和8年7月31日"))
    first, last = (
        next((root / "output" / YEAR.name / "確認表").glob("取組状況確認表_*.xlsx"))
        for root in (middle, demo)
    )
    return [
        Picture("会議の1枚目", first, ("本日御意見をいただきたいこと",), whole=True),
        Picture("確認表の表", last, ("評価の理由・課題", "内部評価")),
        Picture("推移", last, ("担当課評価（全体）の推移", "全体")),
    ]


def _masters(root: Path) -> list[Picture]:
    (masters,) = (root / "masters").iterdir()
    book = root / "台帳.xlsx"
    export_masters(masters, book)
    return [Picture("台帳", book, ("冊子のとおりの文", "原文の文字"))]


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    main()
