"""Office Open XML (.xlsx) read for what people can have done to it, and no more.

A general reader builds charts, pivots and styles first and stops at the first one it does not
like; here only cells and their marks are looked at, in one pass, in memory that grows with what
was typed. Element names are taken without their namespace, so Strict workbooks read alike.
"""

from kakunin_xlsx.returns.ooxml.book import read_book

__all__ = ["read_book"]
