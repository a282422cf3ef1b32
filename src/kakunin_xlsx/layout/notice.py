"""Comments that this tool itself puts on cells: told apart from what people write there."""

from __future__ import annotations

_HEAD, _FOOT = "【確認事項】", "――事務局より（ここまで）――"


def notice(words: str) -> str:
    """The text of our comment on a cell."""
    return f"{_HEAD}\n{words}\n{_FOOT}"


def without_notice(text: str) -> str:
    """What people wrote in a comment: before ours, behind it, or all of it."""
    before, begun, rest = text.partition(_HEAD)
    if not begun:
        return text.strip()
    _, ended, behind = rest.partition(_FOOT)
    if not ended:
        return text.strip()  # somebody wrote into ours: rather too much than a word lost
    return "\n".join(filter(None, (before.strip(), behind.strip())))
