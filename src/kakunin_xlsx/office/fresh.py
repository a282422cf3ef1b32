"""Is each 取りまとめ of a year what lies there now, and what was packed?"""

from __future__ import annotations

from collections.abc import Iterator

from kakunin_xlsx.archive.manifest import Manifest as Contents
from kakunin_xlsx.archive.names import original_name
from kakunin_xlsx.folders import OutputFolder, RoundFolder
from kakunin_xlsx.merge import DECISIONS, MANIFEST, Manifest, Stale, load_merged_record
from kakunin_xlsx.merge.tables import sha256
from kakunin_xlsx.office.archived import MASTERS, OUTPUT, Archive
from kakunin_xlsx.office.collect import masters_digest
from kakunin_xlsx.office.gather import merged_rounds
from kakunin_xlsx.plan import FiscalYear, Plan
from kakunin_xlsx.returns.folder import shown
from kakunin_xlsx.stop import Stop


def require_fresh(plan: Plan, year: FiscalYear, output: OutputFolder, masters: str) -> None:
    """Raises Stop, with the commands to run, if a merge was edited or is out of date.

    `masters` is the hash of the masters.
    """
    if stale := list(_stale(plan, year, output, masters)):
        raise Stop("\n".join(("取りまとめをやり直してから保存します。", *stale)))


def _stale(plan: Plan, year: FiscalYear, output: OutputFolder, masters: str) -> Iterator[str]:
    for round_ in merged_rounds(plan, year, output):
        folder = output.round(year, round_)
        try:
            load_merged_record(folder.merged, folder.returned, masters)
            _require_tables(folder)
        except Stale as stale:
            command = f"kakunin merge {plan.words_for(year, round_)}"
            yield f"・{round_.name}：{stale}\n　{command}"


def _require_tables(folder: RoundFolder) -> None:
    """Raises Stale if any table of a sound merge was edited or taken away."""
    merged = Manifest.from_json((folder.merged / MANIFEST).read_bytes())
    for name, digest in merged.outputs.items():
        path = folder.merged / name
        if not path.is_file() or sha256(path.read_bytes()) != digest:
            raise Stale(f"{path} が取りまとめの後に変わっています。")


def require_packed_fresh(plan: Plan, year: FiscalYear, packed: Archive) -> None:
    """As `require_fresh`, of what was packed: somebody may have put a file in meanwhile."""
    inside = OutputFolder(packed.path.with_name(OUTPUT))  # for the names alone
    for round_ in plan.rounds:
        folder = inside.round(year, round_)
        what = _Packed(packed.manifest, f"{OUTPUT}/{year.name}/{round_.folder}", plan.id)
        entry = packed.manifest.by_name.get(what.name(folder, MANIFEST))
        if entry and what.differs(Manifest.from_json(packed.read(entry.name)), folder):
            raise Stop(
                f"{round_.name}のファイルか台帳が、取りまとめの後に変わっています。"
                "取りまとめをやり直してから保存します。"
                f"\n　kakunin merge {plan.words_for(year, round_)}"
            )


class _Packed:
    """One round as it was packed."""

    def __init__(self, contents: Contents, round_: str, plan: str) -> None:
        self.files = {entry.name: entry.sha256 for entry in contents.files}
        self.round, self.masters = f"{round_}/", f"{MASTERS}/{plan}/"

    def name(self, folder: RoundFolder, file: str) -> str:
        """The member that a file of 4_取りまとめ became."""
        return f"{self.round}{folder.merged.name}/{file}"

    def differs(self, merged: Manifest, folder: RoundFolder) -> bool:
        """True unless everything the merge was made from and made is as it was then."""
        returned = self._below(f"{self.round}{folder.returned.name}/")
        inputs = sorted((shown(original_name(name)), sha) for name, sha in returned.items())
        tables = self._below(f"{self.round}{folder.merged.name}/")
        outputs = {name: tables.get(name) for name in merged.outputs}
        return (inputs, outputs, tables.get(DECISIONS, ""), self._masters()) != (
            sorted(merged.inputs),
            dict(merged.outputs),
            merged.decisions,
            merged.masters,
        )

    def _masters(self) -> str:
        files = self._below(self.masters).items()
        return masters_digest({name: sha for name, sha in files if "/" not in name})

    def _below(self, folder: str) -> dict[str, str]:
        found = self.files.items()
        return {name.removeprefix(folder): sha for name, sha in found if name.startswith(folder)}
