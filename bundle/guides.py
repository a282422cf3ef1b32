"""The guides as pages for a browser: an office PC shows no Markdown."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

from markdown_it import MarkdownIt

DOCS = Path(__file__).parents[1] / "docs"
FOLDER = "手引き"
# Pages for those who build or programme the tool stay where the code is.
NOT_FOR_OFFICES = ("開発者の手引き", "Pythonから使う", "配布と導入", "速さと量")
_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)]+)\)")
_STYLE = (
    "body{font-family:'BIZ UDPGothic','Yu Gothic UI',sans-serif;line-height:1.7;"
    "max-width:60em;margin:2em auto;padding:0 1em}"
    "img{max-width:100%;border:1px solid #999}"
    "table{border-collapse:collapse}td,th{border:1px solid #999;padding:.2em .6em;text-align:left}"
    "pre{background:#f2f2f2;padding:.8em;overflow-x:auto;font-family:'BIZ UDGothic',monospace}"
    "code{font-family:'BIZ UDGothic',monospace}"
    "blockquote{border-left:4px solid #999;margin-left:0;padding-left:1em}"
)


def guides() -> dict[str, bytes]:
    """Every page and picture by its place in the bundle."""
    pages = {page.stem: page.read_text(encoding="utf-8") for page in _pages()}
    pictures = {path.name: path.read_bytes() for path in sorted((DOCS / "図").glob("*.png"))}
    return {
        **{f"{FOLDER}/{name}.html": _page(name, text, pages) for name, text in pages.items()},
        **{f"{FOLDER}/図/{name}": data for name, data in pictures.items()},
    }


def _pages() -> Iterator[Path]:
    return (page for page in sorted(DOCS.glob("*.md")) if page.stem not in NOT_FOR_OFFICES)


def _page(name: str, text: str, pages: dict[str, str]) -> bytes:
    linked = _LINK.sub(lambda found: _linked(found, pages), text)
    body = MarkdownIt("commonmark", {"html": True}).enable("table").render(linked)
    return (
        f'<!DOCTYPE html>\n<html lang="ja"><head><meta charset="utf-8">'
        f"<title>{html.escape(name)}</title><style>{_STYLE}</style></head>\n"
        f"<body>\n{body}</body></html>\n"
    ).encode()


def _linked(found: re.Match[str], pages: dict[str, str]) -> str:
    """A link to another guide or a picture; of what is not in the bundle, its words."""
    picture, words, target = found.groups()
    if picture:
        return found[0]
    stem = Path(target).stem
    return f"[{words}]({stem}.html)" if stem in pages else words
