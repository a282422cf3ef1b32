"""The first page in sentences: what was counted, what needs a look, what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kakunin_xlsx.layout import Column
from kakunin_xlsx.report.counting import NO_ANSWER, UNREAD, tally
from kakunin_xlsx.report.review import reviewed
from kakunin_xlsx.report.view import OFFICE_ONLY, YearView

_ENDED = re.compile(r"[。！？!?](?:（[^（）]*）)?$")
_ABOUT = (
    "これは、取組状況確認表の内容を、音声読み上げソフトで聞けるように文章にしたものです。"
    "担当課などが記入した文字は、記入されたとおりです。"
)


def sentence(text: str) -> str:
    """`text` with a full stop, so that a reader's voice pauses."""
    text = text.strip()
    return text if not text or _ENDED.search(text) else f"{text}。"


def place(page: str) -> str:
    """「（冊子16頁）」, or nothing where the page is not known."""
    return f"（冊子{page}頁）" if page else ""


def front(view: YearView) -> Iterator[str]:
    """Title and the first page."""
    yield from (view.layout.title, view.year.caption)
    if view.office_only:
        yield f"{OFFICE_ONLY}。対象年度の{view.plan.words.target}に、原本と照合中の文字があります。"
    yield from (view.audience_words, "", _ABOUT, "", "評価の状況")
    words, rows, asked = view.plan.words, view.layout.rows, view.asked
    yield (
        f"{words.initiative}{len(view.plan.initiatives)}、{words.effort}{len(rows)}行のうち、"
        f"再掲{len(rows) - len(asked)}行を除く{len(asked)}行について、各課が回答します。"
    )
    for column in view.rating_columns:
        yield from ("", *_counts(view, column))
    yield from ("", *_to_review(view), "", *_missing(view))


def _counts(view: YearView, column: Column) -> Iterator[str]:
    counts = tally(view, column, "", view.asked)
    base = counts.of([choice.value for choice in column.choices if choice.counted])
    yield f"{column.heading}。割合の分母は{base}行です。"
    for choice in column.choices:
        number = counts.counts[choice.value]
        share = f"、{number / base:.1%}".replace("%", "パーセント") if base else ""
        yield f"{choice.label}、{number}行{share if choice.counted else ''}。"
    for value in (NO_ANSWER, UNREAD):
        if value == NO_ANSWER or counts.counts[value]:
            yield f"{value}、{counts.counts[value]}行。"
    yield f"計、{counts.total}行。"


def _to_review(view: YearView) -> Iterator[str]:
    rows = reviewed(view)
    yield f"見直し等が必要とされた{view.plan.words.effort}、{len(rows)}行"
    for row in rows:
        name = view.plan.initiative[row.initiative].name
        why = "、".join(f"{column.heading} {choice.label}" for column, choice in view.reviews(row))
        yield f"{row.initiative}　{name}。{row.department}。{why}。{place(view.page_of(row))}"
    if not rows:
        yield "該当する回答はありません。"


def _missing(view: YearView) -> Iterator[str]:
    found = [(row, columns) for row in view.asked if (columns := view.missing(row))]
    yield f"必須欄が未回答の{view.plan.words.effort}、{len(found)}行"
    for row, columns in found:
        names = "、".join(column.heading for column in columns)
        yield f"{row.initiative}。{row.department}。{names}。"
    if not found:
        yield "必須の回答はすべてそろっています。"
