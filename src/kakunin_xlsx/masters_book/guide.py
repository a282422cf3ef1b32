"""記入要領, the first sheet of 台帳.xlsx: how to fill it and bring it back."""

from __future__ import annotations

from collections.abc import Iterator

from kakunin_xlsx.layout.sheet_names import GUIDE_SHEET
from kakunin_xlsx.masters_book import headings as book
from kakunin_xlsx.masters_book.contents import MastersBook
from kakunin_xlsx.plan.model import TABLES
from kakunin_xlsx.sheets.form import LABEL, LOCKED, TITLE
from kakunin_xlsx.sheets.page import A4, Cell, Line, Page, Style, height_of

_GUIDE_WIDTHS = (3.0, 28.0, 68.0)
_HEADING = Style(size=12, bold=True, valign="vcenter")
_BODY = Style(size=11)

_ROWS = (
    "行を加える・やめる",
    (
        "・行を加えるときは、行を挿入して書きます。新しい行は、上の行の次に入ります。",
        "・年度の途中で終わる行は、消さずに「終了年度」を書きます。行を消すと、台帳からも除かれます。",
        "・行を並べ替えても、列を動かしても構いません。台帳の行の順は変わりません。",
        "・見出しの言葉と、シート名の（　）の中は変えないでください。",
    ),
)
_NEW = (
    (
        "新しい計画を書く",
        (
            f"・シート「{book.SETTINGS_SHEET}」から順に書きます。照会、項目、尺度は、そのまま使えます。",
            "・「（例）」で始まる文は例です。計画の文に書き替え、行を加えてください。",
            "・課を加えたら、部署と回答元の両方に行を加えます。ほかの表では、課は名前で選べます。",
            "・取組には、担当課ごとに1行が要ります。取組目標には、取組ごとに1行を書きます（年度は列に並びます）。",
        ),
    ),
    _ROWS,
    (
        "計画のフォルダーを作る",
        (
            "・上書き保存してExcelを閉じ、kakunin init 計画のフォルダー --from 台帳.xlsx を実行します。",
            "・直す必要のある箇所があるときは、シートとセルを全部示し、何も書き込みません。",
        ),
    ),
)
_CHAPTERS = (
    (
        "冊子と見比べる",
        (
            f"・シート「{book.OPEN_SHEET}」に、冊子と見比べる箇所が並んでいます。"
            "「冊子のとおりの文」を書き、「確認」で確認済を選び、「確認した人」「確認日」を書きます。",
            "・いまの文で正しいときは、「冊子のとおりの文」を空欄のまま、確認済を選びます。",
            "・原本未照合（濃い橙）は冊子の文がまだない欄、推定（黄）は前後から推し量った文、"
            "補正（薄い青）は読取りの誤りを直した文です。表の中でも同じ色です。",
        ),
    ),
    (
        "文を直す・改める",
        (
            "・表の欄を書き換え、同じ行の「直した理由」に、誰が・いつ・なぜを書きます。"
            "書き誤りのように全ての年度の文を直すときは、「いつから」を空欄のままにします。",
            "・課の改称や目標の変更のように、途中の年度から改めるときは、「いつから」でその年度を選びます。"
            "前の年度の文は残り、行は自動で分かれます。",
            "・課が改称したときは、シート「部署」と「回答元」の両方の名称を書き換えます。",
        ),
    ),
    _ROWS,
    (
        "提案を採るか決める",
        (
            f"・各課の目標変更案と修正提案があるときは、シート「{book.PROPOSALS_SHEET}」に並びます。"
            "「採否」で採用か見送りを選び、決めた人・決めた日・理由を書きます。",
            "・採用した文は「いつから」の年度から台帳に入ります。提案と違う文にするときは、"
            "「決定」にその文を書きます。",
        ),
    ),
    (
        "取り込む",
        (
            "・上書き保存してExcelを閉じ、kakunin masters import 台帳.xlsx --dry-run で変わるところを確かめ、"
            "よければ --dry-run を付けずに実行します。",
            "・直す必要のある箇所があるときは、シートとセルを全部示し、何も書き込みません。",
        ),
    ),
)


def guide_page(masters: MastersBook) -> Page:
    """The first sheet."""
    return Page(
        name=GUIDE_SHEET,
        widths=_GUIDE_WIDTHS,
        lines=list(_lines(masters)),
        paper=A4,
        protected=True,
        one_page=True,
    )


def _lines(masters: MastersBook) -> Iterator[Line]:
    yield _line({0: Cell("台帳　記入要領", TITLE, across=3)}, 28)
    yield _line({0: Cell(masters.title, _BODY, across=3)}, 18)
    chapters = _NEW if masters.new else _CHAPTERS
    for number, (heading, texts) in enumerate(chapters, start=1):
        yield _line({0: Cell(f"{number}　{heading}", _HEADING, across=3)}, 24)
        for text in texts:
            yield _line({1: Cell(text, _BODY, across=2)}, 18)
    yield _line({0: Cell(f"{len(chapters) + 1}　シート", _HEADING, across=3)}, 24)
    for table in TABLES:
        name = masters.sheets[table.name]
        cells = {1: Cell(name, LABEL, link=f"'{name}'!A1"), 2: Cell(table.about, LOCKED)}
        yield _line(cells, 18)


def _line(cells: dict[int, Cell], least: float) -> Line:
    return Line(cells, height_of(cells, _GUIDE_WIDTHS, least), fixed=True)
