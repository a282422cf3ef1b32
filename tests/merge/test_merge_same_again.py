"""Merged again, in another order, under other names, inside zips: the same 回答一覧.

And what was returned is only ever read: not a byte and not a time stamp of it changes.
"""

from __future__ import annotations

import csv
import io
import os
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, replace
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kakunin_xlsx.cli.app import app
from kakunin_xlsx.findings import Finding
from kakunin_xlsx.layout import Layout
from kakunin_xlsx.merge import Decision, Merged, RoundMerge, layouts, merge, prefer
from kakunin_xlsx.plan import load_plan
from kakunin_xlsx.record import to_csv
from kakunin_xlsx.returns import Return, received
from kakunin_xlsx.returns.collect import collect
from tests.example import MASTERS, R7, SECOND, form, shipped
from tests.hands import FORM, Book, handed_over, read
from tests.hands import told as everything

PLANS = (shipped(), load_plan(SECOND))
ASKED = [layouts(plan, R7, plan.rounds[0].code) for plan in PLANS]

Typed = tuple[tuple[str, str, str], ...]  # row, key, text
File = tuple[int, int, Typed]  # plan, respondent, what is typed in its form


# What comes in.


@cache
def file(one: File) -> bytes:
    """A form as returned."""
    plan, who, typed = one
    return form(ASKED[plan][who], {(row, key): text for row, key, text in typed})


@cache
def opened(one: File) -> Return:
    """The same, read."""
    return read(file(one), ASKED[one[0]])


@st.composite
def files(draw: st.DrawFn) -> list[File]:
    """Some forms of one to three respondents; few rows and texts, so that answers meet."""
    plan = draw(st.sampled_from(range(len(PLANS))))
    small = [at for at, one in enumerate(ASKED[plan]) if len(one.rows) < 6]
    whose = draw(st.lists(st.sampled_from(small), min_size=1, max_size=3, unique=True))
    return [
        (plan, who, typed)
        for who in whose
        for typed in draw(st.lists(answers(ASKED[plan][who]), min_size=1, max_size=4))
    ]


def answers(one: Layout) -> st.SearchStrategy[Typed]:
    cells = [(row.id, column.key) for row in one.rows[:2] for column in one.open_columns[:3]]
    table = st.dictionaries(st.sampled_from(cells), st.sampled_from(["A", "a", "3", "３件", "4"]))
    fields = st.fixed_dictionaries(
        {
            (FORM, "submission"): st.sampled_from(["", "新規", "差替え", "追加", "修正版"]),
            (FORM, "turn"): st.sampled_from(["", "1", "2", "第２回", "3"]),
            (FORM, "message"): st.sampled_from(["", "よろしく"]),
        }
    )
    return st.builds(_typed, table, fields)


def _typed(*parts: Mapping[tuple[str, str], str]) -> Typed:
    return tuple(sorted((*at, text) for part in parts for at, text in part.items() if text))


def returns(made: Sequence[File], names: Sequence[str]) -> list[Return]:
    """Each form under its name; equal files are one return with all their names."""
    paths: dict[str, list[str]] = {}
    for one, name in zip(made, names, strict=True):
        paths.setdefault(opened(one).sha256, []).append(name)
    known = {opened(one).sha256: opened(one) for one in made}
    return [replace(known[sha], paths=tuple(sorted(same))) for sha, same in paths.items()]


def merged(made: Sequence[File], names: Sequence[str], decided: Sequence[Decision] = ()) -> Merged:
    plan = PLANS[made[0][0]]
    return merge(plan, R7, plan.rounds[0].code, returns(made, names), decided)


# The same again.


def rows(data: bytes) -> list[dict[str, str]]:
    """回答一覧.csv without the names of files."""
    found = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert all(row.pop("ファイル") for row in found)
    return found


def said(finding: Finding) -> tuple[str, ...]:
    """A finding without the names of files, which its words may hold."""
    return (finding.code, *astuple(replace(finding.place, file="")))


def told(result: Merged) -> tuple[object, ...]:
    """Everything that a merge says, but for the names of files."""
    return (
        rows(to_csv(result.answers)),
        Counter(said(finding) for finding in result.findings if finding.code != "I02"),
        [replace(line, file="") for line in result.progress],
        Counter(replace(proposal, file="") for proposal in result.proposals),
    )


def decisions(made: Sequence[File], names: Sequence[str]) -> tuple[Decision, ...]:
    """Every other conflict decided for the first file in it."""
    return tuple(
        row
        for conflict in merged(made, names).conflicts[::2]
        for row in prefer([conflict], conflict.answers[0].sha256, "電話で確認", "事務局", "6/1")
    )


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(made=files(), data=st.data(), deciding=st.booleans())
def test_neither_order_nor_names_nor_copies_matter(
    made: list[File], data: st.DataObject, deciding: bool
) -> None:
    names = [f"{at}.xlsx" for at in range(len(made))]
    decided = decisions(made, names) if deciding else ()
    whole = merged(made, names, decided)
    first = told(whole)
    assert told(merged(made, names, decided)) == first
    plan = PLANS[made[0][0]]
    worked = handed_over(
        RoundMerge.of(plan, R7, plan.rounds[0].code), returns(made, names), decided
    )
    assert everything(worked) == everything(whole)

    order = data.draw(st.permutations(made))
    others = data.draw(st.permutations([f"課/{name}" for name in names]))
    assert told(merged(order, others, decided)) == first

    copies = data.draw(st.lists(st.sampled_from(made), max_size=3))
    more = [f"回答 ({at}).xlsx" for at in range(len(copies))]
    assert told(merged([*order, *copies], [*others, *more], decided)) == first


# The same files as they lie in a folder.

Bytes = Mapping[str, bytes]


def under_other_names(files: Bytes) -> Bytes:
    names = sorted(files)
    return dict(zip(reversed(names), (files[name] for name in names), strict=True))


def in_folders(files: Bytes) -> Bytes:
    return {f"{'届いたもの/' * (at % 3)}{name}": files[name] for at, name in enumerate(files)}


def with_copies(files: Bytes) -> Bytes:
    return {**files, **{f"控え/{name[:-5]} (1).xlsx": data for name, data in files.items()}}


def zipped(files: Bytes) -> Bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(f"各課/{name}", data)
    return {"まとめて.zip": target.getvalue()}


def zipped_twice(files: Bytes) -> Bytes:
    return zipped(zipped(files))


def partly_zipped(files: Bytes) -> Bytes:
    """Some in a zip, some beside it, one in both."""
    names = list(files)
    beside = {name: files[name] for name in names[2:]}
    return {**zipped({name: files[name] for name in names[:3]}), **beside}


WAYS: tuple[Callable[[Bytes], Bytes], ...] = (
    under_other_names,
    in_folders,
    with_copies,
    zipped,
    zipped_twice,
    partly_zipped,
)
AGAIN = (FORM, "submission", "差替え")
SENT: list[File] = [
    (0, 4, (("3-4-1", "rating", "A"), (FORM, "message", "はじめ"))),
    (0, 4, (("3-4-1", "rating", "B"),)),
    (0, 4, (("3-4-1", "figure", "3"), (FORM, "submission", "追加"), (FORM, "turn", "2"))),
    (0, 2, (("4-2-2b", "rating", "A"), (FORM, "turn", "1"))),
    (0, 2, (("4-2-2b", "result", "書き直し"), AGAIN, (FORM, "turn", "2"))),
]


def lay(files: Bytes, folder: Path) -> None:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def collected(files: Bytes, folder: Path) -> Merged:
    lay(files, folder)
    return merge(shipped(), R7, "jisseki", collect(received(folder), ASKED[0]))


@pytest.fixture(scope="module")
def sent() -> Bytes:
    return {f"{at}.xlsx": file(one) for at, one in enumerate(SENT)}


@pytest.fixture(scope="module")
def first(sent: Bytes, tmp_path_factory: pytest.TempPathFactory) -> Merged:
    return collected(sent, tmp_path_factory.mktemp("first"))


def test_the_files_that_were_sent_meet(first: Merged) -> None:
    fates = Counter(answer.reason.value or answer.state.value for answer in first.answers)
    assert fates == {"反映": 7, "相違": 2, "差替え": 2}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_it_does_not_matter_how_files_lie_there(
    way: Callable[[Bytes], Bytes], sent: Bytes, first: Merged, tmp_path: Path
) -> None:
    assert told(collected(way(sent), tmp_path)) == told(first)


# Only ever read.

JISSEKI = "令和7年度/1_実績照会"
Stamps = Mapping[str, tuple[bytes, int]]


def kakunin(output: Path, *words: str) -> Result:
    result = CliRunner().invoke(
        app, [*words, "--year", "R7", "--plan", str(MASTERS), "--output", str(output)]
    )
    assert result.exit_code in (0, 1), result.output
    return result


def stamps(folder: Path) -> Stamps:
    """Bytes and time of every file and folder, `folder` itself included."""
    return {
        str(path.relative_to(folder)): (
            path.read_bytes() if path.is_file() else b"",
            path.stat().st_mtime_ns,
        )
        for path in (folder, *folder.rglob("*"))
    }


def grow_old(folder: Path) -> None:
    """Times long past, each its own: whatever is written again shows."""
    for at, path in enumerate(sorted((folder, *folder.rglob("*")))):
        os.utime(path, ns=(10**18 + at * 10**9, 10**18 + at * 10**9))


@pytest.fixture
def office(sent: Bytes, tmp_path: Path) -> Path:
    """An output folder with forms, and with returns of every sort."""
    output = tmp_path / "output"
    kakunin(output, "build")
    odd = Book(file(SENT[0])).put("AZ3", "余白のメモ").fill(FORM, "extension", "=1+1").data()
    strange = {"メモ.txt": b"x", "~$0.xlsx": b"owner", "空.xlsx": b"", "切れた.xlsx": odd[:900]}
    everything = {**with_copies(sent), **zipped_twice(sent), "3月/余白.xlsx": odd, **strange}
    lay(everything, output / JISSEKI / "2_回収")
    grow_old(output)
    return output


def test_what_was_returned_is_never_touched(office: Path) -> None:
    returned = office / JISSEKI / "2_回収"
    before = stamps(returned)
    for words in (
        ["status"],
        ["check"],
        ["check", "--annotate"],
        ["merge", "--dry-run"],
        ["merge"],
        ["merge", "--prefer", str(returned / "0.xlsx")],
        ["report"],
    ):
        kakunin(office, *words)
        assert stamps(returned) == before, words
    assert list((office / JISSEKI / "3_修正依頼").iterdir())


@pytest.mark.parametrize("already", ["never merged", "merged", "decided"])
def test_a_trial_run_writes_nothing_anywhere(
    already: str, office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = (str(office / JISSEKI / "2_回収" / name) for name in ("0.xlsx", "1.xlsx"))
    mail = tmp_path / "mail"
    lay({"新しい/届いた.xlsx": file((0, 1, (("3-1-2", "result", "実施した。"),)))}, mail)
    if already != "never merged":
        kakunin(office, "merge")
    if already == "decided":
        kakunin(office, "merge", "--prefer", one)
    grow_old(tmp_path)
    monkeypatch.chdir(mail)
    before = stamps(tmp_path)
    kakunin(office, "merge", "--dry-run")
    kakunin(office, "merge", "--dry-run", "--json", str(mail))
    if already == "merged":
        kakunin(office, "merge", "--dry-run", "--prefer", other)
    kakunin(office, "check", str(mail))
    kakunin(office, "status")
    assert stamps(tmp_path) == before


def test_a_trial_run_makes_no_folder(tmp_path: Path) -> None:
    kakunin(tmp_path / "output", "merge", "--dry-run")
    assert list(tmp_path.iterdir()) == []


def test_merging_and_reporting_twice_changes_nothing(office: Path) -> None:
    kakunin(office, "merge")
    kakunin(office, "report")
    before = stamps(office)
    kakunin(office, "merge")
    kakunin(office, "report")
    assert stamps(office) == before
