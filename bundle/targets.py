"""The computers a bundle is for: a system and a Python, and which wheels run there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from packaging.markers import default_environment
from packaging.tags import Tag, compatible_tags, cpython_tags

PYTHONS = ("3.11", "3.12", "3.13")
_GLIBC = 28  # 2.28: what Linux desktops of 2019 and later have
_PLATFORMS = {
    "win32": ("win_amd64",),
    "linux": (
        *(f"manylinux_2_{minor}_x86_64" for minor in range(_GLIBC, 4, -1)),
        *(f"manylinux{name}_x86_64" for name in ("2014", "2010", "1")),
        "linux_x86_64",
    ),
}
_MARKERS = {
    "win32": {"os_name": "nt", "platform_system": "Windows", "platform_machine": "AMD64"},
    "linux": {"os_name": "posix", "platform_system": "Linux", "platform_machine": "x86_64"},
}


@dataclass(frozen=True, slots=True)
class Target:
    """CPython of one version on one system: `sys_platform` is Python's own name for it."""

    sys_platform: str
    python: str

    def __str__(self) -> str:
        return f"{self.sys_platform}, Python {self.python}"

    @property
    def platforms(self) -> tuple[str, ...]:
        """Platform tags, the newest first."""
        return _PLATFORMS[self.sys_platform]

    @property
    def tags(self) -> frozenset[Tag]:
        """Every tag a wheel may bear to run here."""
        version = tuple(int(part) for part in self.python.split("."))
        interpreter = f"cp{self.python.replace('.', '')}"
        return frozenset(_both(version, interpreter, self.platforms))

    @property
    def environment(self) -> dict[str, str]:
        """What environment markers are evaluated with, not those of the Python that runs this."""
        return {
            **{name: str(value) for name, value in default_environment().items()},
            **_MARKERS[self.sys_platform],
            "sys_platform": self.sys_platform,
            "implementation_name": "cpython",
            "platform_python_implementation": "CPython",
            "python_version": self.python,
            "python_full_version": f"{self.python}.0",
            "implementation_version": f"{self.python}.0",
            "extra": "",
        }


def _both(version: tuple[int, ...], interpreter: str, platforms: tuple[str, ...]) -> Iterator[Tag]:
    yield from cpython_tags(version, platforms=platforms)
    yield from compatible_tags(version, interpreter, platforms)


ALL = tuple(Target(system, python) for system in _PLATFORMS for python in PYTHONS)
