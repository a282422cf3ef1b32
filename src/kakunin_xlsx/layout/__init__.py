"""The shared truth: columns and rows of every sheet, for writer, reader, checks and report."""

from typing import TYPE_CHECKING

from kakunin_xlsx.later import later
from kakunin_xlsx.layout.notice import notice, without_notice

if TYPE_CHECKING:
    from kakunin_xlsx.layout.build import FORM_SIZE, Forms, layout
    from kakunin_xlsx.layout.carried import last_year_key
    from kakunin_xlsx.layout.columns import (
        Column,
        is_suggestion,
        of_last_year,
        opens_at,
        rating_key,
        target_key,
    )
    from kakunin_xlsx.layout.identity import (
        KEY_ROW,
        MARKED,
        OWN_PROPERTY,
        PRINTED,
        Identity,
        RowMark,
        digest,
        digest_of,
        printed_mark,
        read_identity,
        read_mark,
        seal,
        spaceless,
    )
    from kakunin_xlsx.layout.ledger import LedgerMark, LedgerRow, read_ledger_mark
    from kakunin_xlsx.layout.model import CONTINUED, NOT_ASKED, CellText, Layout, Row, Section
    from kakunin_xlsx.layout.past import of_earlier_round

__all__ = [
    "CONTINUED",
    "FORM_SIZE",
    "KEY_ROW",
    "MARKED",
    "NOT_ASKED",
    "OWN_PROPERTY",
    "PRINTED",
    "CellText",
    "Column",
    "Forms",
    "Identity",
    "Layout",
    "LedgerMark",
    "LedgerRow",
    "Row",
    "RowMark",
    "Section",
    "digest",
    "digest_of",
    "is_suggestion",
    "last_year_key",
    "layout",
    "notice",
    "of_earlier_round",
    "of_last_year",
    "opens_at",
    "printed_mark",
    "rating_key",
    "read_identity",
    "read_ledger_mark",
    "read_mark",
    "seal",
    "spaceless",
    "target_key",
    "without_notice",
]

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        build="FORM_SIZE Forms layout",
        carried="last_year_key",
        columns="Column is_suggestion of_last_year opens_at rating_key target_key",
        identity="KEY_ROW MARKED OWN_PROPERTY PRINTED Identity RowMark digest digest_of printed_mark "
        "read_identity read_mark seal spaceless",
        ledger="LedgerMark LedgerRow read_ledger_mark",
        model="CONTINUED NOT_ASKED CellText Layout Row Section",
        past="of_earlier_round",
    )
