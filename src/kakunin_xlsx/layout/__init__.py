"""The shared truth: columns and rows of every sheet, for writer, reader, checks and report."""

from typing import TYPE_CHECKING

from kakunin_xlsx.later import later

if TYPE_CHECKING:
    from kakunin_xlsx.layout.build import FORM_SIZE, Forms, layout
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
        notice,
        printed_mark,
        read_identity,
        read_mark,
        seal,
        spaceless,
        without_notice,
    )
    from kakunin_xlsx.layout.ledger import LedgerMark, LedgerRow, read_ledger_mark
    from kakunin_xlsx.layout.model import CONTINUED, NOT_ASKED, CellText, Layout, Row, Section
    from kakunin_xlsx.layout.past import last_year_key, of_earlier_round

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
        columns="Column is_suggestion of_last_year opens_at rating_key target_key",
        identity="KEY_ROW MARKED OWN_PROPERTY PRINTED Identity RowMark digest digest_of notice "
        "printed_mark read_identity read_mark seal spaceless without_notice",
        ledger="LedgerMark LedgerRow read_ledger_mark",
        model="CONTINUED NOT_ASKED CellText Layout Row Section",
        past="last_year_key of_earlier_round",
    )
