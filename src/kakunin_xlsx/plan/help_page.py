"""docs/台帳の列.md from the tables and their help: `python -m kakunin_xlsx.plan.help_page FILE`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from kakunin_xlsx.plan.model import TABLES
from kakunin_xlsx.plan.schema import MasterColumn, MasterTable
from kakunin_xlsx.plan.settings import SETTINGS

_INTRO = """\
# 台帳の表と列

台帳（masters）の表ごとに、列に何を書くかの一覧です。Excelの台帳（`kakunin masters export`）では、
表の名前がシートの名前、列がその見出しです。使い方は [台帳の手引き](台帳の手引き.md) をご覧ください。

「要」に○のある列は、空欄にできません。「冊子」に○のある列は、冊子の文字を写す列です。

この頁は `make docs` で作ります。直すときは `src/kakunin_xlsx/plan/` の、その表のクラスを直してください。
"""


def page() -> str:
    """The whole page as Markdown."""
    return _INTRO + "".join((*_settings(), *(part for table in TABLES for part in _table(table))))


def _settings() -> Iterator[str]:
    yield "\n## 計画の設定（plan.toml）\n\n計画の名前、年度、見出し、書式です。\n\n"
    yield "| 項目 | plan.toml の項目 | 説明 |\n|---|---|---|\n"
    for setting in SETTINGS:
        yield f"| {setting.label} | `{setting.key}` | {setting.about} |\n"


def _table(table: MasterTable) -> Iterator[str]:
    yield f"\n## {table.title}（{table.file}）\n\n{table.about}"
    yield f"行は「{'・'.join(table.keys)}」で見分けます。\n\n"
    yield "| 列 | 要 | 冊子 | 説明 | 選べる言葉 |\n|---|---|---|---|---|\n"
    for column in table.columns:
        cells = (
            column.header,
            "○" if column.required else "",
            "○" if column.words else "",
            column.help,
            _choices(column),
        )
        yield f"| {' | '.join(cells)} |\n"


def _choices(column: MasterColumn) -> str:
    named = [f"{each.title}の{each.keys[0]}" for each in TABLES if each.name in column.refers]
    return "、".join(
        (*column.choices, *named, *([f"`{column.or_else}`"] if column.or_else else []))
    )


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8", newline="\n")
