"""The pages of docs/ that are made from the code: `python -m pictures.pages docs`."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from string import Formatter

import click

from kakunin_xlsx.cli.app import app
from kakunin_xlsx.cli.japanese import one_line, with_extra
from kakunin_xlsx.findings import Severity
from kakunin_xlsx.findings.catalogue import ALL
from kakunin_xlsx.plan.model import TABLES
from kakunin_xlsx.plan.schema import MasterColumn, MasterTable
from kakunin_xlsx.plan.settings import SETTINGS


def _table(headings: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    lines = (headings, ["---"] * len(headings), *rows)
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines).replace("| --- ", "|---")


# 確認事項.md

_FINDINGS = """\
# 確認事項

戻ったファイルを点検（`kakunin check`）・取りまとめ（`kakunin merge`）したときに表示される
「確認事項」の一覧です。コードは確認事項一覧.csv の「コード」と同じです。
〔　〕の中には、そのときの番号・項目・記入などが入ります。

この頁は `make docs` で作ります。直すときは `src/kakunin_xlsx/findings/catalogue.py` を直してください。
"""
_MEANING = {
    Severity.UNREADABLE: "ファイルを読めませんでした。ほかのファイルの取りまとめは続けています。",
    Severity.FIX: "直さないと取りまとめが終わりません。修正依頼（橙色）に載ります。",
    Severity.CONFIRM: "確かめて、よければそのままで構いません。修正依頼（黄色）に載ります。",
    Severity.INFO: "知らせるだけです。終了コードは変わりません。",
}
_WORDS = {
    "area": "範囲",
    "cell": "セル",
    "choices": "選択肢",
    "count": "数",
    "day": "日付",
    "figure": "実績の数値",
    "format": "形式",
    "how": "記入のしかた",
    "instead": "元の行",
    "issued": "配布時の文",
    "item": "項目",
    "kept": "残る文字",
    "length": "字数",
    "last": "後の提出回",
    "limit": "上限",
    "missing": "足りない欄",
    "next": "次の提出回",
    "no": "番号",
    "other": "別の行・項目・ファイル",
    "other_day": "その日付",
    "row": "行",
    "rows": "行",
    "said": "記入",
    "share": "達成率",
    "sheet": "シート",
    "since": "初日",
    "suggested": "目安",
    "taken": "扱い",
    "table": "事務局の表",
    "target": "目標",
    "turn": "提出回",
    "unit": "単位",
    "until": "末日",
    "value": "記入",
    "values": "それぞれの回答",
    "what": "内訳",
    "where": "場所",
    "whose": "担当",
    "why": "理由",
    "with_": "セル",
    "witness": "ブックの控え",
    "words": "言葉",
    "year": "年度",
}


def findings_page() -> str:
    """Every code of the catalogue, as Markdown."""
    return _FINDINGS + "".join(map(_severity, Severity))


def _severity(severity: Severity) -> str:
    rows = (
        [
            text.replace("|", "／")
            for text in (kind.code, _filled(kind.words), _filled(kind.remedy), kind.example)
        ]
        for kind in ALL
        if kind.severity is severity
    )
    table = _table(("コード", "内容", "すること", "例"), rows)
    return f"\n## {severity.value}\n\n{_MEANING[severity]}\n\n{table}"


def _filled(template: str) -> str:
    """The sentence with 〔項目〕 where a finding has its item."""
    parts = Formatter().parse(template)
    return "".join(text + (f"〔{_WORDS[name]}〕" if name else "") for text, name, _, _ in parts)


# 台帳の列.md

_COLUMNS = """\
# 台帳の表と列

台帳（masters）の表ごとに、列に何を書くかの一覧です。Excelの台帳（`kakunin masters export`）では、
表の名前がシートの名前、列がその見出しです。使い方は [台帳の手引き](台帳の手引き.md) をご覧ください。

「要」に○のある列は、空欄にできません。「冊子」に○のある列は、冊子の文字を写す列です。

この頁は `make docs` で作ります。直すときは `src/kakunin_xlsx/plan/` の、その表のクラスを直してください。
"""


def columns_page() -> str:
    """Every table and column of the masters, as Markdown."""
    settings = ([each.label, f"`{each.key}`", each.about] for each in SETTINGS)
    return (
        f"{_COLUMNS}\n## 計画の設定（plan.toml）\n\n計画の名前、年度、見出し、書式です。\n\n"
        f"{_table(('項目', 'plan.toml の項目', '説明'), settings)}{''.join(map(_of_table, TABLES))}"
    )


def _of_table(table: MasterTable) -> str:
    rows = (
        [
            column.header,
            "○" if column.required else "",
            "○" if column.words else "",
            column.help,
            _choices(column),
        ]
        for column in table.columns
    )
    return (
        f"\n## {table.title}（{table.file}）\n\n{table.about}"
        f"行は「{'・'.join(table.keys)}」で見分けます。\n\n"
        f"{_table(('列', '要', '冊子', '説明', '選べる言葉'), rows)}"
    )


def _choices(column: MasterColumn) -> str:
    named = [f"{each.title}の{each.keys[0]}" for each in TABLES if each.name in column.refers]
    return "、".join(
        (*column.choices, *named, *([f"`{column.or_else}`"] if column.or_else else []))
    )


# コマンド.md

_COMMANDS = """\
# コマンド

コマンドと、その後に付ける指定の一覧です（使う順）。画面では `kakunin build --help` のようにすると、
そのコマンドの使い方を表示します。番号で選ぶときは、`kakunin` とだけ打ちます。

`…` の付いた所は、いくつでも書けます。［　］の中は省略できます。

この頁は `make docs` で作ります。直すときは `src/kakunin_xlsx/cli/` のコマンドの説明を直してください。
"""


def commands(command: click.Command = app, name: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command with its words after `kakunin` (`masters check`), itself first."""
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            assert found is not None
            yield from commands(found, f"{name} {child}".strip())


def commands_page() -> str:
    """Every command and option, as Markdown."""
    return _COMMANDS + "".join(_command(name, each) for name, each in commands())


def _command(name: str, command: click.Command) -> str:
    context = click.Context(command, info_name=f"kakunin {name}".strip())
    called = f"{context.info_name} {' '.join(command.collect_usage_pieces(context))}"
    about = map(one_line, inspect.cleandoc(command.help or "").split("\n\n"))
    options = (each for each in command.params if isinstance(each, click.Option))
    records = (record for each in options if (record := each.get_help_record(context)))
    rows = ([f"`{_in_brackets(said)}`", with_extra(words)] for said, words in records)
    return (
        f"\n## {context.info_name}\n\n```\n{_in_brackets(called)}\n```\n"
        + "".join(f"\n{each}\n" for each in about)
        + f"\n{_table(('指定', '説明'), rows)}"
    )


def _in_brackets(called: str) -> str:
    """As people write it; a bar would end the cell of a table."""
    return called.translate({ord("["): "［", ord("]"): "］", ord("|"): "／"}).replace("...", "…")


# What is made where.

PAGES = {
    "確認事項.md": findings_page,
    "台帳の列.md": columns_page,
    "コマンド.md": commands_page,
}

if __name__ == "__main__":
    for name, page in PAGES.items():
        Path(sys.argv[1], name).write_text(page(), encoding="utf-8", newline="\n")
