"""公開範囲: papers for a wider circle hold nothing of a narrower one, in no sheet and no text."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import openpyxl
import pytest

from kakunin_xlsx.plan import Audience, Plan
from kakunin_xlsx.report.flat import flat_workbook
from kakunin_xlsx.report.speech import speech_bytes
from kakunin_xlsx.report.view import YearView
from tests.example import R7, shipped
from tests.report.records import book_of, pages_of
from tests.report.secret_year import whole_year

OFFICE, COUNCIL, PUBLIC = Audience.OFFICE, Audience.COUNCIL, Audience.PUBLIC


def view(audience: Audience, plan: Plan | None = None) -> YearView:
    return YearView.of(plan or shipped(), R7, whole_year(), audience=audience)


def unpacked(book: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist())


def papers(one: YearView) -> str:
    """All that a paper holds, on its sheets and read aloud."""
    return speech_bytes(pages_of(one)).decode("utf-8-sig") + unpacked(book_of(one))


def everything(one: YearView) -> str:
    """The same, and the data of a view."""
    return papers(one) + unpacked(flat_workbook(one))


@pytest.mark.parametrize("audience", [COUNCIL, PUBLIC])
def test_files_names_and_withdrawn_words_stay_in_the_office(audience: Audience) -> None:
    told = everything(view(audience))
    assert "秘密" not in told
    assert "5ec2e7" not in told
    assert "出典" not in told


@pytest.mark.parametrize("audience", [OFFICE, COUNCIL, PUBLIC])
def test_nothing_internal_is_on_any_paper(audience: Audience) -> None:
    """No id of a row or respondent, no file, cell or digest, not even on the office's own."""
    told = papers(view(audience))
    plan = shipped()
    ids = [each.id for each in plan.actions if each.id != each.initiative]
    codes = [each.code for each in plan.respondents]
    for inside in (*ids, *codes, "naibu~", ".xlsx", "5ec2e7", "SHA", "秘密の名前", "秘密シート"):
        assert f">{inside}" not in told
        assert f"{inside}<" not in told
        assert f"{inside}。" not in told


def test_a_narrower_field_is_nowhere_and_is_named() -> None:
    assert "内々の変更案" in everything(view(COUNCIL))
    one = view(PUBLIC)
    assert "内々の変更案" not in everything(one)
    words = "公表用の資料です。次の欄を載せていません：実績照会の目標変更案、最終確認の修正内容。"
    assert one.audience_words == words
    (front,) = (page for page in pages_of(one) if page.name == "概要")
    assert words in [str(c.value) for line in front.lines for c in line.cells.values()]
    assert all("公表用" in page.header for page in pages_of(one))
    assert words in speech_bytes(pages_of(one)).decode("utf-8-sig")


def test_only_the_offices_data_say_where_answers_came_from() -> None:
    one = view(OFFICE)
    assert (one.audience_words, one.left_out) == ("", ())
    assert "秘密の名前.xlsx" not in papers(one)
    own = openpyxl.load_workbook(io.BytesIO(flat_workbook(one)))
    files = {row[8] for row in own["出典"].iter_rows(min_row=2, values_only=True)}
    assert files == {"秘密の名前.xlsx"}
    public = openpyxl.load_workbook(io.BytesIO(flat_workbook(view(PUBLIC))))
    assert set(own.sheetnames) - set(public.sheetnames) == {
        "要確認",
        "未回収",
        "評価の比較",
        "出典",
    }
    names = [[page.name for page in pages_of(view(each))] for each in (OFFICE, COUNCIL, PUBLIC)]
    assert names[0] == names[1] == names[2]


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
