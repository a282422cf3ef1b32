"""The texts of a workbook, written so that every one reads back as it was.

A letter that XML cannot hold stands there as `_x000B_`, so a text that looks like such a code
has its underscore written as one. xlsxwriter passes over codes that share an underscore
(`_x005F_x000D_`), hence this subclass (a test guards it).
"""

from __future__ import annotations

import re
from typing import Any

from xlsxwriter.sharedstrings import SharedStrings

_LOOKS_LIKE_CODE = re.compile("_(?=x[0-9a-fA-F]{4}_)")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")


class ExactStrings(SharedStrings):
    """xl/sharedStrings.xml."""

    @staticmethod
    def _escape_control_characters(data: Any) -> Any:
        plain = _LOOKS_LIKE_CODE.sub("_x005F_", data)
        return _NOT_IN_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", plain)
