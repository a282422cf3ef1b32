"""docs/確認事項.md from the catalogue: `python -m kakunin_xlsx.findings.page FILE`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from kakunin_xlsx.findings.catalogue import ALL
from kakunin_xlsx.findings.model import Kind, Severity

_INTRO = """\
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


def page() -> str:
    """The whole page as Markdown."""
    return _INTRO + "".join(part for severity in Severity for part in _chapter(severity))


def _chapter(severity: Severity) -> Iterator[str]:
    yield f"\n## {severity.value}\n\n{_MEANING[severity]}\n\n"
    yield "| コード | 内容 | すること | 例 |\n|---|---|---|---|\n"
    for kind in ALL:
        if kind.severity is severity:
            yield _row(kind)


def _row(kind: Kind) -> str:
    cells = (kind.code, _filled(kind.words), _filled(kind.remedy), kind.example)
    return f"| {' | '.join(text.replace('|', '／') for text in cells)} |\n"


def _filled(template: str) -> str:
    """The sentence with 〔項目〕 where a finding has its item."""
    parts = Formatter().parse(template)
    return "".join(text + (f"〔{_WORDS[name]}〕" if name else "") for text, name, _, _ in parts)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8", newline="\n")
