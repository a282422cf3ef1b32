"""公開範囲: papers for a wider circle hold nothing of a narrower one, in no sheet and no text."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import openpyxl
import pytest

from kakunin_xlsx.plan import Audience, Plan
from kakunin_xlsx.report.book import report_pages, view_workbook
from kakunin_xlsx.report.flat import flat_workbook
from kakunin_xlsx.report.speech import speech_bytes
from kakunin_xlsx.report.view import YearView
from tests.example import R7, shipped
from tests.report.secret_year import whole_year

OFFICE, COUNCIL, PUBLIC = Audience.OFFICE, Audience.COUNCIL, Audience.PUBLIC


def view(audience: Audience, plan: Plan | None = None) -> YearView:
    return YearView.of(plan or shipped(), R7, whole_year(), audience=audience)


def everything(one: YearView) -> str:
    """All that the files of a view hold, unpacked."""
    parts = [speech_bytes(one).decode("utf-8-sig")]
    for book in (view_workbook(one), flat_workbook(one)):
        with zipfile.ZipFile(io.BytesIO(book)) as archive:
            parts += [archive.read(name).decode() for name in archive.namelist()]
    return "\n".join(parts)


@pytest.mark.parametrize("audience", [COUNCIL, PUBLIC])
def test_files_names_and_withdrawn_words_stay_in_the_office(audience: Audience) -> None:
    told = everything(view(audience))
    assert "秘密" not in told
    assert "5ec2e7" not in told
    assert "出典" not in told


def test_a_narrower_field_is_nowhere_and_is_named() -> None:
    assert "内々の変更案" in everything(view(COUNCIL))
    one = view(PUBLIC)
    assert "内々の変更案" not in everything(one)
    words = "公表用の資料です。次の欄を載せていません：実績照会の目標変更案、最終確認の修正内容。"
    assert one.audience_words == words
    (front,) = (page for page in report_pages(one) if page.name == "概要")
    assert words in [str(c.value) for line in front.lines for c in line.cells.values()]
    assert all("公表用" in page.header for page in report_pages(one))
    assert words in speech_bytes(one).decode("utf-8-sig")


def test_the_office_sees_all_and_papers_say_nothing_of_it() -> None:
    one = view(OFFICE)
    assert (one.audience_words, one.left_out) == ("", ())
    assert "秘密の名前.xlsx" in everything(one)
    names = openpyxl.load_workbook(io.BytesIO(view_workbook(one))).sheetnames
    public = openpyxl.load_workbook(io.BytesIO(view_workbook(view(PUBLIC)))).sheetnames
    assert set(names) - set(public) == {"出典", "未回収一覧"}


def test_every_field_alone_can_be_kept_in_the_office() -> None:
    """Whichever field a plan keeps back, its answers are gone from every paper."""
    plan = shipped()
    record = whole_year()
    for field in plan.fields:
        values = {a.value for a in record.answers if (a.round, a.key) == (field.round, field.key)}
        secrets = [value for value in values if len(value) > 10 and value.endswith("。")]
        if not secrets or field.audience is not PUBLIC:
            continue
        hidden = [replace(f, audience=OFFICE) if f == field else f for f in plan.fields]
        told = everything(view(PUBLIC, replace(plan, fields=tuple(hidden))))
        assert [secret for secret in secrets if secret in told] == [], field
