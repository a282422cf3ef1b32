"""styles.xml: what is printed at the edge of each page, and how the letters of named styles look."""

from __future__ import annotations

import re
from functools import partial

from kakunin_xlsx.returns.model import FOOTER, HEADER, Comment
from kakunin_xlsx.returns.ods.text import Looks, OdsText, plain
from kakunin_xlsx.returns.ooxml.xml import Attributes

_PAGES = {
    f"{name}{pages}": kind
    for name, kind in (("header", HEADER), ("footer", FOOTER))
    for pages in ("", "-left", "-first")
}
_NO_PAGES = re.compile(r"(?:ページ|頁|page|of|[\s\d/／?()-])*", re.IGNORECASE)


class Pages(OdsText):
    """Headers and footers by the name of the page style."""

    def __init__(self, looks: Looks) -> None:
        super().__init__(looks)
        self.texts: dict[str, list[Comment]] = {}
        self._page = ""
        self._shown = True
        self.starts = {
            **self.starts,
            "master-page": self._master,
            **dict.fromkeys(_PAGES, self._edge),
        }
        self.ends = {
            **self.ends,
            **{name: partial(self._end_edge, kind) for name, kind in _PAGES.items()},
        }

    def _master(self, attrs: Attributes) -> None:
        self._page = plain(attrs).get("name", "")

    def _edge(self, attrs: Attributes) -> None:
        self._shown = plain(attrs).get("display", "true") != "false"
        self._begin()

    def _end_edge(self, kind: str) -> None:
        lines = (line.strip() for line in self._words().splitlines())
        text = "\n".join(line for line in lines if not _NO_PAGES.fullmatch(line))
        found = Comment(0, 0, text, kind)
        if text and self._shown and found not in self.texts.setdefault(self._page, []):
            self.texts[self._page].append(found)
