"""The results as tables for people."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version

from bench.cases import OURS, Case
from bench.measure import Run

_LINEAR = 1.2  # one file of the most against one of the size before
_Found = Sequence[tuple[Case, Mapping[str, Run]]]
_PACKAGES = ("kakunin-xlsx", "openpyxl", "pandas", "python-calamine", "xlsxwriter", "click")


def machine() -> str:
    """What it was measured on."""
    named = "、".join(f"{name} {version(name)}" for name in _PACKAGES)
    system = f"{platform.system()} {platform.machine()}、{os.cpu_count()}コア"
    return f"{system}、Python {platform.python_version()}、{named}"


def one_return_table(told: Mapping[str, Mapping[str, float]]) -> str:
    """Reading one return in one process, by who saved it last; ours first."""
    saved = (f"{program} で保存し直した" if program else "kakunin の" for program in told)
    ours, *_ = names = list(next(iter(told.values())))
    rows = (
        (name, *(f"{own[name]:.1f}（{own[name] / own[ours]:.2f}）" for own in told.values()))
        for name in names
    )
    title = (
        "## 正しい回収ファイル1件を読む（5～6行、一つのプロセスの中、CPUの中央値のミリ秒。"
        "かっこの中は kakunin の何倍か）\n\n"
    )
    return title + _table(("読み方", *(f"{words}ファイル" for words in saved)), rows)


def result_table(found: _Found) -> str:
    """Every command beside its peers."""
    headings = (
        *("仕事", "だれが", "秒", "CPUの秒", "1件ミリ秒"),
        *("最大MiB", "kakunin÷相手", "望み", "結果"),
    )
    title = "## コマンド全体（起動を含む。交互に実行した中央値。メモリは全プロセスの合計）\n\n"
    return title + _table(headings, (row for case, runs in found for row in _rows(case, runs)))


def growth_table(found: _Found) -> str:
    """What one more file costs, of few and of many; `_LINEAR` is wanted of the two largest."""
    grown = [(case.files, runs) for case, runs in found if case.grows]
    if not grown:
        return ""
    each = [{name: run.seconds / n * 1000 for name, run in runs.items()} for n, runs in grown]
    headings = (
        "回収ファイル",
        *(f"{name}（1件ミリ秒）" for name in grown[0][1]),
        "kakunin の最大MiB",
    )
    rows = (
        (f"{n:,}件", *(f"{ms:.1f}" for ms in own.values()), f"{runs[OURS].mebibytes:,.0f}")
        for (n, runs), own in zip(grown, each, strict=True)
    )
    title = "## 取りまとめ：件数が増えると、1件当たりはどうなるか（起動を含む）\n\n"
    table = title + _table(headings, rows)
    if len(grown) < 2:
        return table
    ratio = each[-1][OURS] / each[-2][OURS]
    said = "○" if ratio <= _LINEAR else "届かず"
    before, last = grown[-2][0], grown[-1][0]
    return f"{table}\n{last:,}件と{before:,}件の1件当たりの比：{ratio:.2f}（望み {_LINEAR}以下：{said}）\n"


def in_guide(page: str, found: _Found) -> str:
    """The page for people with what was measured: each part stands below its mark."""
    headings = ("すること", "時間", "メモリー（全部の合計）")
    reached = (
        (case.work, f"{runs[OURS].seconds:.1f}秒", f"{runs[OURS].mebibytes:,.0f}MiB")
        for case, runs in found
    )
    compared = (
        (case.work, name, f"{ratio:.2f}", f"{wanted:.2f}以下", "○" if ratio <= wanted else "届かず")
        for case, runs in found
        for name, wanted in case.wanted.items()
        for ratio in [runs[OURS].seconds / runs[name].seconds]
    )
    others = ("すること", "相手", "kakuninの時間÷相手の時間", "望み", "結果")
    for mark, told in (
        ("どこまで", _table(headings, reached)),
        ("比べて", _table(others, compared)),
        ("どこで", f"測った機械：{machine()}\n"),
    ):
        page = re.sub(rf"(<!-- 測った値：{mark} -->\n\n)(?:.+\n)*", rf"\g<1>{told}", page)
    return page


def _rows(case: Case, runs: Mapping[str, Run]) -> Iterator[Sequence[str]]:
    ours = runs[OURS]
    for name, run in runs.items():
        each = f"{run.seconds / case.files * 1000:.1f}" if case.files else ""
        ratio = ours.seconds / run.seconds
        wanted = case.wanted.get(name)
        said = "" if wanted is None else ("○" if ratio <= wanted else "届かず")
        yield (
            case.work if name == OURS else "",
            name,
            f"{run.seconds:.2f}",
            f"{run.cpu:.2f}",
            each,
            f"{run.mebibytes:,.0f}",
            "" if name == OURS else f"{ratio:.2f}",
            "" if wanted is None else f"{wanted:.2f}以下",
            said,
        )
    yield from _memory_row(case, ours)


def _memory_row(case: Case, run: Run) -> Iterator[Sequence[str]]:
    """What all our processes took together, where that is limited."""
    if case.mebibytes:
        said = "○" if run.mebibytes <= case.mebibytes else "届かず"
        most = f"{case.mebibytes:,}MiB以下"
        yield ("", "全プロセスのメモリー", "", "", "", f"{run.mebibytes:,.0f}", "", most, said)


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(headings)} |", f"|{'---|' * len(headings)}"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines) + "\n"
