"""記入要領: how to answer a form, in words. The writer sets them, the reader knows them as ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kakunin_xlsx.layout.columns import Column, is_suggestion
from kakunin_xlsx.layout.model import Layout
from kakunin_xlsx.layout.sheet_names import GUIDE_SHEET, LAST_SHEET
from kakunin_xlsx.plan.rounds import Audience, FieldType, RowKind

Chapter = tuple[str, tuple[str, ...]]
_LEFT_OUT = "・大きな字で印刷するため、「"
_GOES_ON = "・印刷すると、右側の欄は次の紙に続きます"


def cover_title(layout: Layout) -> str:
    """What stands above the form's own fields."""
    return f"{layout.title}　提出票"


def scale_heading(column: Column) -> str:
    """What stands above its choices."""
    return f"「{column.heading}」の選択肢"


_MARKED = (
    "・灰色で「（推定）」「（原本未照合）」とある所は、冊子の原本と照合中です。"
    "お気付きの点は「連絡事項」に書いてください。"
)


def scales(layout: Layout) -> Iterator[Column]:
    """The columns whose choices are explained."""
    for column in layout.open_columns:
        if column.type is FieldType.CHOICE and any(each.yardstick for each in column.choices):
            yield column


def numbered(number: int, heading: str) -> str:
    """The heading of a chapter."""
    return f"{number}　{heading}"


def guide_words(layout: Layout) -> frozenset[str]:
    """What the first sheet of a form says outside its fields, but for what tells of print."""
    words = [GUIDE_SHEET, cover_title(layout), layout.caption, layout.when, _MARKED]
    for number, (heading, texts) in enumerate(guide_chapters(layout, (), goes_on=False), start=1):
        words += [numbered(number, heading), *texts]
    for column in scales(layout):
        words.append(scale_heading(column))
        words += [text for each in column.choices for text in (each.label, each.yardstick)]
    return frozenset(words)


def tells_of_print(text: str) -> bool:
    """True for a paragraph on what is left out in print, or goes on on another sheet."""
    return text.startswith((_LEFT_OUT, _GOES_ON))


def guide_chapters(layout: Layout, left_out: Sequence[str], goes_on: bool) -> Iterator[Chapter]:
    """Heading and paragraphs of each chapter.

    `left_out` are the headings of columns that are not printed; `goes_on`: the columns need
    another sheet of paper.
    """
    # Where departments rate their own lines, targets and facts matter.
    own = (column for column in layout.open_columns if column.asked_in(RowKind.ACTION))
    rated = any(choice.counted for column in own for choice in column.choices)
    printed = []
    if left_out:
        named = "」「".join(dict.fromkeys(left_out))
        printed.append(f"{_LEFT_OUT}{named}」の一部を省きます（画面では左へ送ると見えます）。")
    if goes_on:
        printed.append(f"{_GOES_ON}（{layout.columns[0].heading}は毎回印刷されます）。")
    yield "何を記入しますか", (*_what(layout, rated), *printed)
    if rated:
        yield "評価のしかた", tuple(_how_to_rate(layout))
    fields = (column.field for column in layout.open_columns)
    if public := [each.heading for each in fields if each and each.audience is Audience.PUBLIC]:
        yield (
            "公表について",
            (
                f"・「{'」「'.join(public)}」は会議の資料となり、公表されることがあります。"
                "氏名、年齢、住所など、個人が分かることは書かないでください。",
            ),
        )
    yield "提出のしかた", tuple(_how_to_submit(layout))


def _how_to_submit(layout: Layout) -> Iterator[str]:
    form = {column.key: column for column in layout.form}
    if layout.spare:  # a council does not fill in anything itself
        yield "・会議の書記や事務局が、議事録などを見て記入します。記入した方の名前を「記入者」に書いてください。"
        yield "・直すときは、「2_回収」のこのファイルを直して上書き保存してください。"
    else:
        yield "・記入者、提出日を記入し、所属長の確認を受けてから提出してください。"
    if "submission" in form and "turn" in form:
        yield (
            "・提出した後に直すときは、「提出区分」で「差替え」を選び、「提出回」に2、3…と記入して、"
            "ファイル全体をもう一度提出してください。一部だけを足すときは「追加」を選びます。"
        )
    yield "・ファイル名は変えても構いません。行や列の追加・削除、別のファイルへの貼り付けはしないでください。"


def _what(layout: Layout, rated: bool) -> Iterator[str]:
    own, asked = layout.year.name, "」「".join(c.heading for c in layout.open_columns)
    if rated:
        span = f"（{own[:-2]}年4月1日から翌年3月31日まで）"
        if layout.held == layout.year:
            span = "のこれまで"  # asked before the year is over
        yield f"・{own}{span}の実績と評価を、シート「{layout.sheet}」に記入してください。"
    elif layout.spare:
        yield f"・{own}の取組についての会議の結果を、「{asked}」に記入してください。"
    else:
        yield f"・{own}の取組について、「{asked}」を記入してください。"
    if not rated:
        yield "・左の欄に、これまでの回答を示しています。書き換えることはできません。"
    yield "・うすい黄色の欄だけに記入できます。橙色で斜線の欄は、まだ空いている必須の欄です。"
    fields = (column.heading for column in layout.form if column.open and column.required)
    cells = (column.heading for _, column in layout.required_cells)
    if must := "」「".join(dict.fromkeys((*fields, *cells))):
        yield f"・必須の欄は「{must}」です。"
    each = dict.fromkeys(
        c.heading for row in layout.rows if row.under for c in layout.questions(row)
    )
    if each:
        lines = "「・」で始まる行は、その上の行の指標です。"
        yield f"・{lines}「{'」「'.join(each)}」は、指標ごとの行に記入してください。"
    yield from _conditions(layout)
    yield from _last_year(layout)
    if rated:
        yield "・「いつ・何を・何回・何人」が分かるように、事実を1～3行で書いてください。"
        yield from _marked(layout)


def _marked(layout: Layout) -> Iterator[str]:
    if any(text.mark for row in layout.rows for text in row.texts.values()):
        yield _MARKED


def _conditions(layout: Layout) -> Iterator[str]:
    for column in layout.open_columns:
        if column.required and column.required.key in layout.column:
            on = layout.column[column.required.key].heading
            values = "」「".join(column.required.values)
            yield f"・「{column.heading}」は、{on}が「{values}」のときだけ必須です。"


def _last_year(layout: Layout) -> Iterator[str]:
    """What the sheet of last year is for, and what is asked about it."""
    if layout.last:
        anew = "前の年度と同じ文章のままにせず、この年度のことを書いてください。"
        where = f"・{layout.last[0].group}はシート「{LAST_SHEET}」にあります。"
        yield where if layout.spare else where + anew
    asked = dict.fromkeys(c for row in layout.rows for c in layout.questions(row))
    for column in asked:
        if column.after_opinion:
            yield f"・前の年度に会議の意見があった行では、「{column.heading}」も記入してください。"


def _how_to_rate(layout: Layout) -> Iterator[str]:
    yield (
        f"・{layout.year.name}の目標に照らして評価してください（計画期間全体の目標ではありません）。"
    )
    for column in layout.open_columns:
        others = [choice.value for choice in column.choices if not choice.counted]
        if others and len(others) < len(column.choices):
            yield (
                f"・「{column.heading}」の「{'」「'.join(others)}」は、評価の割合に数えません。"
                "説明に当てはまるときだけ選んでください。"
            )
    if any(not row.open and not row.shared for row in layout.rows):
        yield "・灰色の欄（再掲）は、元の行に記入された内容を使います。記入は不要です。"
    if any(row.shared for row in layout.rows):
        yield "・「（こちらは記入不要）」とある行は、関係する行として示しています。記入は不要です。"
    for column in layout.columns:
        if is_suggestion(column.key) and layout.outcome:
            yield (
                f"・「{column.heading}」は、「{layout.outcome.heading}」と目標から自動で出る目安です。"
                "評価は、目安を参考に選んでください（違っていても構いません）。"
            )
