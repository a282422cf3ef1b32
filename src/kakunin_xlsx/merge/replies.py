"""What each respondent's returns come to, one after another: a nation's would fill the memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kakunin_xlsx.checks import Asked, Form, compare
from kakunin_xlsx.merge.decisions import Decision
from kakunin_xlsx.merge.resolve import At, Resolved, resolve
from kakunin_xlsx.returns.model import Return

SheetAt = tuple[Return, int]  # a return, and which of its sheets


@dataclass(frozen=True)
class Replies:
    """In the masters' order of respondents; compared and settled anew each time.

    `sheets` and `decided` go by the respondent's code.
    """

    asked: Asked
    sheets: Mapping[str, Sequence[SheetAt]]
    decided: Mapping[str, Mapping[At, Decision]]

    def __iter__(self) -> Iterator[Resolved]:
        for code, own in self.asked.by_respondent.items():
            sheets = (
                compare(Form(own, returned.sheets[at], returned.file, returned.sha256), self.asked)
                for returned, at in self.sheets.get(code, ())
            )
            yield resolve(own, sheets, self.decided.get(code, {}))
