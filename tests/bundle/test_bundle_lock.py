"""Is the lock whole for computers other than this one?"""

from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from bundle.__main__ import LOCK
from bundle.licences import licence_list
from bundle.lock import read_lock
from bundle.targets import ALL, Target
from bundle.wheels import Wheel, missing

WINDOWS, LINUX = Target("win32", "3.11"), Target("linux", "3.12")
Make = Callable[..., Wheel]


@pytest.fixture
def wheel(tmp_path: Path) -> Make:
    """Makes a wheel that asks for something."""

    def make(name: str, *asked: str, tag: str = "py3-none-any", more: str = "") -> Wheel:
        path = tmp_path / f"{name}-1.0-{tag}.whl"
        needs = "".join(f"Requires-Dist: {one}\n" for one in asked)
        with ZipFile(path, "w") as archive:
            archive.writestr(f"{name}-1.0.dist-info/METADATA", f"Name: {name}\n{needs}{more}")
        return Wheel(path)

    return make


def pin(wheel: Wheel, marker: str = "") -> str:
    return f"{wheel.name}=={wheel.version}{marker} \\\n    --hash=sha256:{wheel.sha256}\n"


@pytest.mark.parametrize("target", ALL, ids=str)
def test_each_computer_gets_each_package_once(target: Target) -> None:
    pins = [pin for pin in read_lock(LOCK.read_text(encoding="utf-8")) if pin.is_for(target)]
    names = [pin.name for pin in pins]
    assert {"openpyxl", "python-calamine", "xlsxwriter", "tomlkit"} <= set(names)
    assert {"pandas", "numpy"} & set(
        names
    ) == set()  # only who analyses a year in Python needs them
    assert len(names) == len(set(names))
    assert all(pin.hashes for pin in pins)


def test_markers_are_those_of_the_computer_it_is_for(wheel: Make) -> None:
    (only,) = read_lock(pin(wheel("a"), " ; sys_platform == 'win32' and python_version < '3.12'"))
    assert only.is_for(WINDOWS)
    assert not only.is_for(LINUX)
    assert ";" not in str(only)


def test_whole(wheel: Make) -> None:
    wheels = [wheel("a", "b>=1"), wheel("b")]
    pins = read_lock("".join(map(pin, wheels)))
    assert [*missing(wheels, pins, WINDOWS), *missing(wheels, pins, LINUX)] == []


def test_what_only_windows_asks_for_is_missed_there(wheel: Make) -> None:
    wheels = [wheel("a", "colorama; sys_platform == 'win32'", "c; extra == 'more'")]
    pins = read_lock(pin(wheels[0]))
    assert list(missing(wheels, pins, LINUX)) == []
    (lacking,) = missing(wheels, pins, WINDOWS)
    assert "a asks for colorama" in lacking


def test_another_version_another_system_and_another_content_do_not_serve(wheel: Make) -> None:
    asks, old = wheel("a", "b>=2"), wheel("b")
    foreign = wheel("c", tag="cp311-cp311-win_amd64")
    pins = read_lock(pin(asks) + pin(old).replace(old.sha256, "0" * 64) + pin(foreign))
    found = list(missing([asks, old, foreign], pins, LINUX))
    assert found == [
        "linux, Python 3.12: no wheel of b 1.0",
        "linux, Python 3.12: no wheel of c 1.0",
        "linux, Python 3.12: a asks for b>=2",
    ]


def test_licences_are_listed_in_the_wheels_own_words(wheel: Make) -> None:
    wheels = [
        wheel("b", more="License-Expression: BSD-3-Clause\n"),
        wheel("a", more="License: MIT\nClassifier: License :: OSI Approved :: Other\n"),
        wheel("c", more="Classifier: License :: OSI Approved :: MIT License\n"),
        wheel("d", more="License: All of it\n        and more of it\n"),
    ]
    assert licence_list(wheels).splitlines()[-4:] == [
        "a 1.0　MIT",
        "b 1.0　BSD-3-Clause",
        "c 1.0　MIT License",
        "d 1.0　（部品の中のライセンスの文書によります）",
    ]
