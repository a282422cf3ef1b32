"""The zip as text: what Windows opens, in its encoding, and nothing that is not there."""

import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import unquote

import pytest

from bundle.contents import FILES, as_opened, contents, zipped
from bundle.files.parts import install
from bundle.targets import PYTHONS
from bundle.wheels import Wheel, build_own

# cmd's own words, and the programs of every Windows 10 and 11.
BUILT_IN = {"@echo", "echo", "rem", "set", "if", "pause", "exit", "pushd", "popd", "rmdir"}
PROGRAMS = {"choice", "cmd", "explorer", "py", "python", "kakunin", '"%PYTHON%"', "%PYTHON%"}
CONDITION = re.compile(
    r'if (?:not )?(?:defined \w+|exist "[^"]+"|%errorlevel%==1) (?P<then>.+)', re.I
)
BATCHES = sorted(FILES.rglob("*.bat"))
MACHINE = re.compile(r"/(?:home|root|tmp|work|usr)/|[A-Z]:\\(?!kakunin)")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Wheel:
    return build_own(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def files(own: Wheel) -> dict[str, bytes]:
    return contents(own, [own], "# lock\n")


def commands(path: Path) -> list[str]:
    """What a .bat runs, line by line, conditions and redirections taken away."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        rest = re.sub(r"\d?>nul", "", line.strip())
        while condition := CONDITION.fullmatch(rest):
            rest = condition["then"]
        if rest:
            found += [part.strip() for part in re.split(r" && | & ", rest)]
    return found


@pytest.mark.parametrize("path", BATCHES, ids=lambda path: path.stem)
def test_a_bat_is_what_cmd_of_japanese_windows_reads(path: Path) -> None:
    data = as_opened(path.name, path.read_text(encoding="utf-8"))
    assert data.startswith(b"@echo off\r\n")
    assert data.count(b"\n") == data.count(b"\r\n")
    assert data.decode("cp932").replace("\r\n", "\n") == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", BATCHES, ids=lambda path: path.stem)
def test_a_bat_runs_the_same_under_another_code_page(path: Path) -> None:
    """Some letters end, in cp932, on a byte that is | or ^ anywhere else."""
    text = path.read_text(encoding="utf-8")
    wide = {letter for letter in text if ord(letter) > 127}
    assert {letter for letter in wide if letter.encode("cp932")[-1:] in b"|^"} == set()


@pytest.mark.parametrize("path", BATCHES, ids=lambda path: path.stem)
def test_a_bat_uses_only_what_every_windows_has(path: Path) -> None:
    first = {command.split()[0] for command in commands(path)}
    assert first <= BUILT_IN | PROGRAMS
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"powershell|reg(?:\.exe)? |runas|goto|setx|net |curl", text, re.I)
    assert not MACHINE.search(text)


@pytest.mark.parametrize("path", BATCHES, ids=lambda path: path.stem)
def test_a_bat_names_only_files_that_are_there(path: Path, files: dict[str, bytes]) -> None:
    text = path.read_text(encoding="utf-8")
    beside = {name.replace("\\", "/") for name in re.findall(r"%~dp0([\w\\.]*\w)", text)}
    assert beside <= {"env", "env/pyvenv.cfg", *files}
    for name in re.findall(r"[ァ-ーぁ-ん一-龠]+\.bat", text):
        assert name in {path.name for path in BATCHES}


def test_the_only_thing_removed_is_the_environment() -> None:
    (path,) = FILES.rglob("削除.bat")
    assert [one for one in commands(path) if one.startswith("rmdir")] == ['rmdir /s /q "%~dp0env"']


def test_texts_open_in_notepad_and_shell(files: dict[str, bytes]) -> None:
    for name, data in files.items():
        if name.endswith(".sh"):
            assert data.startswith(b"#!/bin/sh\n")
            assert b"\r" not in data
        if name in ("お読みください.txt", "ライセンス一覧.txt"):
            assert data.startswith(b"\xef\xbb\xbf")
            assert data.count(b"\n") == data.count(b"\r\n")
            assert not MACHINE.search(data.decode("utf-8-sig"))


def test_the_page_tells_of_every_file_and_of_this_version(
    own: Wheel, files: dict[str, bytes]
) -> None:
    own_page = "お読みください.txt"
    page = files[own_page].decode("utf-8-sig")
    assert f"kakunin_xlsx {own.version}" in page
    assert "{" not in page
    for name in set(files) - {own_page}:
        assert Path(name).stem in page or name.startswith(("parts/wheels/", "手引き/"))


def test_the_guides_open_in_a_browser_without_a_network(files: dict[str, bytes]) -> None:
    pages = {name: data.decode() for name, data in files.items() if name.endswith(".html")}
    assert {"手引き/事務局の手引き.html", "手引き/こんなときは.html"} <= set(pages)
    for page in pages.values():
        for target in re.findall(r'(?:href|src)="([^"]+)"', page):
            assert f"手引き/{unquote(target)}" in files
    assert "<table>" in pages["手引き/回答課の手引き.html"]
    assert "画面：" not in re.sub(r"<!--.*?-->", "", pages["手引き/事務局の手引き.html"])


def test_the_same_pythons_everywhere() -> None:
    listed = "、".join(PYTHONS)
    assert tuple(f"{major}.{minor}" for major, minor in install.PYTHONS) == PYTHONS
    batch = (FILES / "インストール.bat").read_text(encoding="utf-8")
    shell = (FILES / "install.sh").read_text(encoding="utf-8")
    assert re.findall(r"py -(3\.\d+) \"", batch) == list(reversed(PYTHONS))
    assert re.findall(r"python(3\.\d+)", shell) == list(reversed(PYTHONS))
    for text in (batch, shell, (FILES / "お読みください.txt").read_text(encoding="utf-8")):
        assert listed in text


def test_the_zip_is_the_same_again_and_its_names_are_japanese_everywhere(
    files: dict[str, bytes],
) -> None:
    data = zipped("kakunin", files)
    assert data == zipped("kakunin", dict(reversed(files.items())))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == sorted(f"kakunin/{name}" for name in files)
    for entry in entries:
        assert entry.filename.isascii() or entry.flag_bits & 0x800
        assert entry.date_time == (2024, 1, 1, 0, 0, 0)
        runs = bool(entry.external_attr >> 16 & 0o111)
        assert runs == entry.filename.endswith(".sh")


def test_the_projects_wheel_is_the_same_again(own: Wheel, tmp_path: Path) -> None:
    assert build_own(tmp_path).sha256 == own.sha256


def test_the_requirements_pin_the_project_too(own: Wheel, files: dict[str, bytes]) -> None:
    text = files["parts/requirements.txt"].decode()
    assert text.startswith("# lock\n")
    assert f"kakunin-xlsx=={own.version}" in text
    assert own.sha256 in text


def test_a_place_that_no_launcher_can_name_is_refused_before_anything_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kakunin_xlsx-0.1.0-py3-none-any.whl").touch()
    monkeypatch.setattr(install, "WHEELS", tmp_path)
    monkeypatch.setattr(install, "WINDOWS", True)
    place = tmp_path / "𠮷田の道具"
    with pytest.raises(install.Stopped, match=f"{place.name}\nこの場所の名前には"):
        install.install(place, tmp_path / "作業")
    assert [path.suffix for path in tmp_path.iterdir()] == [".whl"]


def test_the_trial_opens_an_old_workbook_of_each_kind(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    trial = sorted((FILES / "parts" / "trial").iterdir())
    assert [path.suffix for path in trial] == [".ods", ".xls"]
    for path in trial:
        assert files[f"parts/trial/{path.name}"] == path.read_bytes()
    broken = tmp_path / "broken.xls"
    broken.write_bytes(trial[1].read_bytes()[:600])
    for paths, fails in ((trial, False), ([*trial, broken], True)):
        command = [sys.executable, "-c", install._OPENS, *map(str, paths)]
        assert bool(subprocess.run(command, capture_output=True, check=False).returncode) == fails
