"""The Linux half, installed and run with the network off."""

import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from bundle.__main__ import make
from bundle.contents import FILES
from bundle.files.parts import install
from bundle.targets import ALL, PYTHONS, Target
from bundle.wheels import CannotFetch
from tests.conftest import need

HERE = Target(sys.platform, "{}.{}".format(*sys.version_info))
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(HERE not in ALL, reason=f"no bundle for {HERE}"),
]

# A network of its own, with nothing in it; elsewhere, a way out that leads nowhere.
ALONE = ["unshare", "--map-root-user", "--net"]
NOWHERE = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.1:9")
REACH = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)"


@dataclass(frozen=True)
class Pc:
    """An unpacked bundle, and somebody's computer without a network."""

    bundle: Path
    home: Path

    @property
    def tool(self) -> Path:
        return self.home / ".local" / "share" / "kakunin"

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*(ALONE if _can_be_alone() else []), *map(str, command)],
            env={**NOWHERE, "HOME": str(self.home), "PATH": f"{self.home}/bin:{os.defpath}"},
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def install(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return self.run("sh", self.bundle / "install.sh", *arguments)

    def kakunin(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run("sh", self.work / "はじめる.sh", *arguments)

    @property
    def work(self) -> Path:
        return self.home / "Documents" / "確認表"


def _can_be_alone() -> bool:
    if not shutil.which("unshare"):
        return False
    return subprocess.run([*ALONE, "true"], capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def zip_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The part of the bundle that this Python can install."""
    try:
        return make([HERE], tmp_path_factory.mktemp("dist"))
    except CannotFetch as problem:
        need([f"a package index to fetch wheels from ({problem})"])
        raise


@pytest.fixture(scope="module")
def pc(zip_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Pc:
    """Installed as proposed."""
    place = tmp_path_factory.mktemp("展開 した所")
    with zipfile.ZipFile(zip_file) as archive:
        archive.extractall(place)
    (bundle,) = place.iterdir()
    pc = Pc(bundle, tmp_path_factory.mktemp("home"))
    pc.work.parent.mkdir()
    _only_this_python(pc.home / "bin")
    done = pc.install()
    assert done.returncode == 0, done.stdout + done.stderr
    return pc


def _only_this_python(folder: Path) -> None:
    """The names that install.sh tries: this Python's leads to it, the others to none."""
    folder.mkdir()
    for version in PYTHONS:
        runs = f'exec "{sys.executable}" "$@"' if version == HERE.python else "exit 1"
        program = folder / f"python{version}"
        program.write_text(f"#!/bin/sh\n{runs}\n")
        program.chmod(0o755)


def test_the_network_is_off(pc: Pc) -> None:
    if not _can_be_alone():
        need(["unshare"])
    done = pc.run(sys.executable, "-c", REACH)
    assert "Network is unreachable" in done.stderr


def test_installed_and_said_where(pc: Pc) -> None:
    assert (pc.tool / "env" / "pyvenv.cfg").is_file()
    assert sorted(path.name for path in pc.tool.iterdir()) == [
        "env",
        "ライセンス一覧.txt",
        "導入の記録.txt",
        "版.txt",
    ]
    assert sorted(path.name for path in pc.work.iterdir()) == ["masters", "はじめる.sh", "手引き"]
    ours = {path.name for path in (pc.work / "masters" / "komae-saihan-1").iterdir()}
    assert {"plan.toml", "actions.csv"} <= ours
    record = (pc.tool / "導入の記録.txt").read_text(encoding="utf-8-sig")
    for trial in (
        "kakunin_xlsx --version",
        "見本.ods",
        "kakunin_xlsx masters check",
        "kakunin_xlsx demo",
    ):
        assert trial in record


def test_it_runs(pc: Pc) -> None:
    version = pc.kakunin("--version")
    assert version.stdout.startswith("kakunin_xlsx "), version.stderr
    assert pc.kakunin("masters", "check").returncode == 0
    assert pc.kakunin().returncode == 0
    built = pc.kakunin("build", "--year", "R7")
    assert built.returncode == 0, built.stderr
    assert len(list((pc.work / "output" / "令和7年度").rglob("1_配布/*.xlsx"))) == 5


def test_what_cannot_be_installed_leaves_the_old_one(pc: Pc, tmp_path: Path) -> None:
    before = (pc.tool / "版.txt").read_bytes()
    broken = Pc(tmp_path / "新しい版", pc.home)
    shutil.copytree(pc.bundle, broken.bundle)
    (wheel,) = (broken.bundle / "parts" / "wheels").glob("click-*.whl")
    wheel.write_bytes(wheel.read_bytes()[:-1])
    done = broken.install()
    assert done.returncode == 3
    assert "入れられませんでした。" in done.stdout
    assert str(pc.tool / "導入の記録.txt") in done.stdout
    assert (pc.tool / "版.txt").read_bytes() == before
    assert "Traceback" not in done.stdout + done.stderr
    assert pc.kakunin("--version").returncode == 0
    assert not (pc.tool / "env.old").exists()


def test_somebody_elses_folder_is_left_alone(pc: Pc, tmp_path: Path) -> None:
    taken = tmp_path / "大事なもの"
    taken.mkdir()
    (taken / "資料.txt").write_text("消さないで")
    done = pc.install(taken)
    assert done.returncode == 3
    assert f"{taken}\nほかのものが入っています。" in done.stdout
    assert [path.name for path in taken.iterdir()] == ["資料.txt"]


def test_half_an_unpacked_zip_is_said_to_be_one(pc: Pc, tmp_path: Path) -> None:
    half = Pc(tmp_path / "途中", pc.home)
    shutil.copytree(pc.bundle, half.bundle, ignore=shutil.ignore_patterns("wheels"))
    done = half.install(tmp_path / "場所")
    assert done.returncode == 3
    assert "部品がそろっていません。zip をもう一度、すべて展開してください。" in done.stdout
    assert not (tmp_path / "場所").exists()


def test_a_place_of_ones_own_is_where_the_launcher_leads(pc: Pc) -> None:
    """`はじめる` is told of a place that is not the proposed one, whatever its name."""
    told = pc.home / "場所 $HOME '引用' 100%"
    source = FILES / "parts" / "linux" / "はじめる.sh"
    launcher = pc.home / "はじめる.sh"
    launcher.write_bytes(install.launcher_to(told, source.read_bytes()))
    program = told / "env" / "bin" / "python"
    program.parent.mkdir(parents=True)
    program.symlink_to(shutil.which("echo") or "/bin/echo")
    done = pc.run("sh", launcher, "build")
    assert done.stdout == "-m kakunin_xlsx build\n", done.stderr
