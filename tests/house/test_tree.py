"""Nothing in the tree ties it to one machine: no absolute paths of a desk, no download addresses, no huge files."""

from __future__ import annotations

import re

from tests.house import source
from tests.house.source import Fault, report

LARGEST = 2_000_000  # bytes
# Written in pieces so that this file does not accuse itself.
PATHS = ("/" + "work/", "/" + "root/", "/" + "home/", "/" + "Users/", "C:" + "\\\\", "/" + "opt/")
HOSTS = (
    "py" + r"pi\.org",
    "python" + r"hosted\.org",
    r"registry\.npm" + r"(js|mirror)",
    "npm" + r"mirror\.com",
    "deb" + r"\.debian\.org",
    r"mirrors\.[a-z]+\.(com|cn|edu)",
)
OPTIONS = (r"--(extra-)?index" + "-url", r'"resolved": *"' + "http", "find" + r"-links *=")
LOCK_OPTIONS_ALLOWED = {"tools/lock"}  # the script that keeps the options out has to name them
MACHINE = re.compile(r"(?<![\w.}~)*-])(" + "|".join(PATHS) + ")")
HOST = re.compile("|".join(HOSTS))
OPTION = re.compile("|".join(OPTIONS))


def ties(path: str, content: str) -> list[Fault]:
    """Return lines that name a machine's own path, a package registry or an index option."""
    faults = []
    for number, line in enumerate(content.splitlines(), 1):
        if MACHINE.search(line):
            faults.append(Fault(path, number, "an absolute path of one machine"))
        if HOST.search(line):
            faults.append(Fault(path, number, "the address of a package registry"))
        if OPTION.search(line) and path not in LOCK_OPTIONS_ALLOWED:
            faults.append(Fault(path, number, "a download address or index option"))
    return faults


def readable() -> list[str]:
    return [path for path in source.tree() if not path.endswith(tuple(source.BINARY))]


def test_no_machine_in_the_tree() -> None:
    faults = [fault for path in readable() for fault in ties(path, source.text(path))]
    assert not faults, report(faults)


def test_requirements_are_pinned_with_hashes() -> None:
    for path in ("requirements/run.txt", "requirements/dev.txt", "requirements/node.txt"):
        pins = re.findall(r"^([a-z0-9-]+)==\S+ \\\n    --hash=sha256:", source.text(path), re.M)
        named = re.findall(r"^[a-z0-9].*", source.text(path), re.M)
        assert pins, path
        assert len(pins) == len(named), f"{path}: a package without pin or hash"


def test_no_huge_files() -> None:
    faults = [
        Fault(path, 0, "over 2 MB") for path in source.tree() if (source.ROOT / path).stat().st_size > LARGEST
    ]
    assert not faults, report(faults)


def test_it_bites() -> None:
    bad = [
        "cd /" + "work/x",
        "open('/" + "root/.a')",
        "--index" + "-url x",
        "https://files.python" + "hosted.org/x",
    ]
    assert [len(ties("bad", line)) for line in bad] == [1, 1, 1, 1]
    good = [
        "jinlin/web/homework/x",
        "/usr/lib/postgresql/15/bin",
        "path/to/home/",
    ]
    assert [ties("good", line) for line in good] == [[], [], []]
