"""Paths, options and places that spoil a run although the list is good."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .case import GOOD, HEAD, ROWS, delimited, listed

Arguments = Sequence[object]


@dataclass(frozen=True)
class Situation:
    """A command that meets trouble, and the answer that is right."""

    name: str
    wrong: str
    prepare: Callable[[Path], Arguments]  # sets the folder up and returns the arguments of `zi`
    code: int = 2  # exit code
    told: str = ""  # pattern that the line of error holds
    rows: int = GOOD  # rows accounted for when the code is 0
    file_size: int | None = None  # bytes after which no file grows
    output: str | None = "out"  # folder to check when the code is 0


def _list(folder: Path, name: str = "list.csv", *, content: str | None = None) -> Path:
    """Write the good list."""
    path = folder / name
    path.write_bytes((listed() if content is None else content).encode("utf-8"))
    return path


def _named(name: str) -> Callable[[Path], Arguments]:
    """Return a preparation in which the good list has an odd name."""

    def prepare(folder: Path) -> Arguments:
        _list(folder, name)
        return ["clean", f"./{name}", "--output", "out"]

    return prepare


def _asked(*words: object, content: str | None = None) -> Callable[[Path], Arguments]:
    """Return a preparation that writes the good list and asks with these words."""

    def prepare(folder: Path) -> Arguments:
        _list(folder, content=content)
        return words

    return prepare


def _clean(*words: object, content: str | None = None) -> Callable[[Path], Arguments]:
    """Return a preparation that cleans the good list with more options."""
    return _asked("clean", "list.csv", "--output", "out", *words, content=content)


def _fix(content: str | bytes, *, rows: str | None = None) -> Callable[[Path], Arguments]:
    """Return a preparation that cleans with hand decisions."""

    def prepare(folder: Path) -> Arguments:
        _list(folder, content=rows)
        data = content if isinstance(content, bytes) else content.encode("utf-8")
        (folder / "fix.csv").write_bytes(data)
        return ["clean", "list.csv", "--output", "out", "--fix", "fix.csv"]

    return prepare


def _fifo(folder: Path) -> Arguments:
    os.mkfifo(folder / "pipe.csv")
    return ["clean", "pipe.csv", "--output", "out"]


def _socket(folder: Path) -> Arguments:
    import socket

    here = Path.cwd()
    os.chdir(folder)  # the address of a socket is short
    try:
        with socket.socket(socket.AF_UNIX) as door:
            door.bind("door.csv")
    finally:
        os.chdir(here)
    return ["clean", "door.csv", "--output", "out"]


def _loop(folder: Path) -> Arguments:
    (folder / "a.csv").symlink_to("b.csv")
    (folder / "b.csv").symlink_to("a.csv")
    return ["clean", "a.csv", "--output", "out"]


def _nowhere(folder: Path) -> Arguments:
    (folder / "a.csv").symlink_to("gone.csv")
    return ["clean", "a.csv", "--output", "out"]


def _link(folder: Path) -> Arguments:
    (folder / "a.csv").symlink_to(_list(folder))
    return ["clean", "a.csv", "--output", "out"]


def _closed(folder: Path) -> Arguments:
    _list(folder).chmod(0)
    return ["clean", "list.csv", "--output", "out"]


def _folder(folder: Path) -> Arguments:
    (folder / "lists").mkdir()
    return ["clean", "lists", "--output", "out"]


def _deep(folder: Path) -> Arguments:
    _list(folder)
    (folder / "a" / "b").mkdir(parents=True)
    return ["clean", "a/b/../../a/../list.csv", "--output", "out"]


def _dash(folder: Path) -> Arguments:
    _list(folder, "-list.csv")
    return ["clean", "--output", "out", "--", "-list.csv"]


def _good_and_bad(folder: Path) -> Arguments:
    _list(folder)
    (folder / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    return ["clean", "list.csv", "picture.csv", "--output", "out"]


def _two_lists(folder: Path) -> Arguments:
    _list(folder)
    (folder / "below").mkdir()
    _list(folder / "below")
    return ["clean", "list.csv", "below/list.csv", "--output", "out"]


def _linked_twice(folder: Path) -> Arguments:
    (folder / "a.csv").symlink_to(_list(folder))
    return ["clean", "list.csv", "a.csv", "--output", "out"]


def _output_is_file(folder: Path) -> Arguments:
    _list(folder)
    (folder / "out").write_text("mine", encoding="utf-8")
    return ["clean", "list.csv", "--output", "out"]


def _output_below_file(folder: Path) -> Arguments:
    _list(folder)
    (folder / "file").write_text("mine", encoding="utf-8")
    return ["clean", "list.csv", "--output", "file/out"]


def _output_is_link(folder: Path) -> Arguments:
    _list(folder)
    (folder / "elsewhere").mkdir()
    (folder / "out").symlink_to("elsewhere")
    return ["clean", "list.csv", "--output", "out"]


def _output_nowhere(folder: Path) -> Arguments:
    _list(folder)
    (folder / "out").symlink_to("gone/deeper")
    return ["clean", "list.csv", "--output", "out"]


def _output_loop(folder: Path) -> Arguments:
    _list(folder)
    (folder / "out").symlink_to("out")
    return ["clean", "list.csv", "--output", "out"]


def _output_holds_link(folder: Path) -> Arguments:
    _list(folder)
    (folder / "victim.csv").write_text("mine", encoding="utf-8")
    (folder / "out").mkdir()
    (folder / "out" / "awards.csv").symlink_to("../victim.csv")
    return ["clean", "list.csv", "--output", "out"]


def _output_holds_folder(folder: Path) -> Arguments:
    _list(folder)
    (folder / "out" / "awards.csv").mkdir(parents=True)
    (folder / "out" / "awards.csv" / "mine").write_text("mine", encoding="utf-8")
    return ["clean", "list.csv", "--output", "out"]


def _output_holds_mine(folder: Path) -> Arguments:
    _list(folder)
    (folder / "out").mkdir()
    (folder / "out" / "mine.txt").write_text("mine", encoding="utf-8")
    return ["clean", "list.csv", "--output", "out"]


def _input_is_output(folder: Path) -> Arguments:
    _list(folder, "awards.csv")
    return ["clean", "awards.csv", "--output", "."]


def _input_below_output(folder: Path) -> Arguments:
    (folder / "out").mkdir()
    _list(folder / "out", "rejects.csv")
    return ["clean", "out/rejects.csv", "--output", "out"]


def _long_output(folder: Path) -> Arguments:
    _list(folder)
    return ["clean", "list.csv", "--output", "o" * 300]


def _open_row() -> str:
    """Return a list with a row whose agency stays open."""
    return listed(("Badan Entah Apa", "Puskesmas Arjosari", "WBK", "2023"))


def _resolve(*words: object, content: str | None = None) -> Callable[[Path], Arguments]:
    """Return a preparation that resolves the good list."""
    return _asked("resolve", "list.csv", *words, content=content)


def _resolve_onto_itself(folder: Path) -> Arguments:
    _list(folder)
    return ["resolve", "list.csv", "--name", "Instansi", "--output", "list.csv"]


def _resolve_into_folder(folder: Path) -> Arguments:
    _list(folder)
    (folder / "out.csv").mkdir()
    return ["resolve", "list.csv", "--name", "Instansi", "--output", "out.csv"]


PATHS = [
    Situation(
        "missing file", "the list is not there", lambda _: ["clean", "gone.csv", "--output", "out"], told="gone.csv"
    ),
    Situation("no file", "no list is named", lambda _: ["clean", "--output", "out"]),
    Situation("empty name", "a file name without a letter", lambda _: ["clean", "", "--output", "out"]),
    Situation("folder", "a folder instead of a list", _folder, told="(?i)folder|directory"),
    Situation("fifo", "a pipe into which nobody writes", _fifo, told="(?i)pipe|file"),
    Situation("socket", "a socket instead of a file", _socket, told="(?i)socket|file"),
    Situation(
        "/dev/zero",
        "a device that never ends",
        lambda _: ["clean", "/dev/zero", "--output", "out"],
        told="zero.*device",
    ),
    Situation(
        "/dev/null",
        "a device with nothing in it",
        lambda _: ["clean", "/dev/null", "--output", "out"],
        told="null.*device",
    ),
    Situation("/proc", "a file of the kernel", lambda _: ["clean", "/proc/self/mem", "--output", "out"]),
    Situation("link in a circle", "a link that leads to itself", _loop, told="a.csv"),
    Situation("link to nowhere", "a link whose file is gone", _nowhere, told="a.csv"),
    Situation("link", "a link to the list", _link, 0),
    Situation("closed file", "a file without the right to read", _closed, told="list.csv"),
    Situation("path upwards", "a path with ..", _deep, 0),
    Situation("leading dash", "a name that begins with a dash", _dash, 0),
    Situation("spaces", "spaces in the name", _named(" daftar  zi .csv"), 0),
    Situation("line end", "a line end in the name", _named("daftar\nzi: done.csv"), 0),
    Situation("terminal commands", "terminal commands in the name", _named("\x1b[2Jdaftar.csv"), 0),
    Situation("script in the name", "a script in the name", _named("<script>alert(1)<&>.csv"), 0),
    Situation("formula in the name", "a formula as a name", _named("=1+1.csv"), 0),
    Situation("unicode", "letters of other scripts and emoji in the name", _named("daftar-Ā-名-🏆.csv"), 0),
    Situation("reading order", "marks that turn the reading order round in the name", _named("daftar\u202evsc.csv"), 0),
    Situation("255 bytes", "the longest name a file can have", _named("d" * 251 + ".csv"), 0),
    Situation(
        "300 bytes", "a name longer than a file can have", lambda _: ["clean", "d" * 300 + ".csv", "--output", "out"]
    ),
    Situation("undecodable", "a name that is not utf-8", lambda f: _named(os.fsdecode(b"daftar\xff\xfe.csv"))(f), 0),
    Situation(
        "same file twice",
        "the same list named twice",
        _asked("clean", "list.csv", "./list.csv", "--output", "out"),
        told="twice",
    ),
    Situation("same file by a link", "the same list by another name", _linked_twice, told="twice"),
    Situation("same name", "two lists of one name in two folders", _two_lists, 0, rows=2 * GOOD),
    Situation("good and bad", "a good list and a picture", _good_and_bad, told="picture.csv"),
]

OPTIONS = [
    Situation("no output", "no folder for the output", _asked("clean", "list.csv"), told="--output"),
    Situation("year in words", "--year abc", _clean("--year", "abc"), told="abc"),
    Situation("year 20222", "--year 20222", _clean("--year", "20222"), told="20222"),
    Situation("year 1899", "--year 1899", _clean("--year", "1899"), told="1899"),
    Situation("empty year", "--year without a value", _clean("--year", "")),
    Situation("year in superscript", "--year 202³", _clean("--year", "202³")),
    Situation("predicate XYZ", "--predicate XYZ", _clean("--predicate", "XYZ"), told="XYZ"),
    Situation("language fr", "--language fr", _clean("--language", "fr"), told="fr"),
    Situation("format xml", "--format xml", _clean("--format", "xml"), told="xml"),
    Situation("unknown option", "--colums", _clean("--colums", "unit=1"), told="colums"),
    *(
        Situation(f"columns {text!r}", f"--columns {text}", _clean("--columns", text), told=told)
        for text, told in [
            ("", ""),
            ("unit", "unit"),
            ("unit=", "unit"),
            ("unit=0", "0"),
            ("unit=-1", "-1"),
            ("unit=99", "99"),
            ("unit=1e9", "1e9"),
            ("unit=²", "²"),
            ("unit=" + "9" * 5000, "unit"),
            ("unit=Unti Kerja", "Unit Kerja"),
            ("nuit=2", "nuit"),
            ("unit=2,unit=1", "unit"),
            ("=,=", ""),
            ("unit=\x1b[2J", "unit"),
        ]
    ),
    Situation("missing decisions", "--fix names no file", _clean("--fix", "gone.csv"), told="gone.csv"),
    Situation("empty decisions", "--fix names an empty file", _fix(""), told="fix.csv"),
    Situation("decisions as a folder", "--fix names a folder", _clean("--fix", "."), told="(?i)folder|directory"),
    Situation("strange decisions", "--fix names the list itself", _clean("--fix", "list.csv"), told="list.csv"),
    Situation("noise as decisions", "--fix names noise", _fix(bytes(range(256)) * 20), told="fix.csv"),
    Situation("cut decisions", "--fix ends inside a quote", _fix('spelling,agency_id\n"Badan Entah'), told="fix.csv"),
    Situation("zeros as decisions", "--fix names NUL bytes", _fix(bytes(2000)), told="fix.csv"),
    Situation("device as decisions", "--fix names /dev/zero", _clean("--fix", "/dev/zero"), told="zero.*device"),
]

PLACES = [
    Situation("output is a file", "the folder for the output is a file", _output_is_file, told="out"),
    Situation("output below a file", "the folder for the output lies below a file", _output_below_file, 1, told="file"),
    Situation(
        "output below /proc",
        "a folder in which nothing can be made",
        _asked("clean", "list.csv", "--output", "/proc/zi/out"),
        1,
        told="/proc",
    ),
    Situation("output is a link", "the folder for the output is a link", _output_is_link, 0),
    Situation("output is a link to nowhere", "the link of the output leads nowhere", _output_nowhere, 1, told="out"),
    Situation("output is a link in a circle", "the link of the output leads to itself", _output_loop, 1, told="out"),
    Situation("output holds a link", "awards.csv of the output is a link to another file", _output_holds_link, 0),
    Situation(
        "output holds a folder", "awards.csv of the output is a folder", _output_holds_folder, 1, told="awards.csv"
    ),
    Situation("output holds other files", "other files lie in the output", _output_holds_mine, 0),
    Situation(
        "input is the output", "the list would be overwritten by awards.csv", _input_is_output, told="awards.csv"
    ),
    Situation(
        "input below the output",
        "the list would be overwritten by rejects.csv",
        _input_below_output,
        told="rejects.csv",
    ),
    Situation("output of 300 letters", "a folder whose name is too long", _long_output, 1),
    Situation("output without a name", "--output without a value", _asked("clean", "list.csv", "--output", "")),
    Situation(
        "full disk",
        "the disk is full after 1 KB",
        _clean(content=listed(*ROWS * 500)),
        1,
        "(?i)full|large|space|disk",
        file_size=1024,
    ),
    Situation("full disk at once", "the disk is full", _clean(), 1, file_size=200),
]

RESOLVE = [
    Situation("resolve", "nothing is wrong", _resolve("--name", "Instansi", "--output", "out.csv"), 0, output=None),
    Situation(
        "resolve: no such column",
        "--name names no column",
        _resolve("--name", "Instani", "--output", "o.csv"),
        told="Instansi",
    ),
    Situation("resolve: empty column name", "--name without a value", _resolve("--name", "", "--output", "o.csv")),
    Situation(
        "resolve: no such unit",
        "--unit names no column",
        _resolve("--name", "Instansi", "--unit", "Unit", "--output", "o.csv"),
        told="Unit Kerja",
    ),
    Situation(
        "resolve: no such year",
        "--year names no column",
        _resolve("--name", "Instansi", "--year", "Tahn", "--output", "o.csv"),
        told="Tahun",
    ),
    Situation(
        "resolve: missing file",
        "the table is not there",
        lambda _: ["resolve", "gone.csv", "--name", "a", "--output", "o.csv"],
        told="gone.csv",
    ),
    Situation(
        "resolve: empty file",
        "the table is empty",
        lambda f: (_list(f, content=""), ["resolve", "list.csv", "--name", "a", "--output", "o.csv"])[1],
        told="list.csv",
    ),
    Situation(
        "resolve: same column twice",
        "two columns of one name: the first is meant, the other gets its place behind its name",
        _resolve("--name", "a", "--output", "o.csv", content=delimited([["a", "a"], ["Kota Madiun", "x"]])),
        0,
        output=None,
    ),
    Situation("resolve: onto itself", "the output is the table", _resolve_onto_itself, told="list.csv"),
    Situation("resolve: into a folder", "the output is a folder", _resolve_into_folder, told="out.csv"),
    Situation(
        "resolve: strange ending", "the output is named .docx", _resolve("--name", "Instansi", "--output", "o.docx")
    ),
    Situation(
        "resolve: full disk",
        "the disk is full after 1 KB",
        _resolve("--name", "Instansi", "--output", "o.csv", content=delimited([HEAD, *ROWS * 500])),
        1,
        file_size=1024,
    ),
    Situation(
        "resolve: column is there already",
        "the table has a column agency_id",
        _resolve(
            "--name", "agency_id", "--output", "out.csv", content=delimited([["agency_id", "x"], ["Kota Madiun", "1"]])
        ),
        0,
        output=None,
    ),
]

GROUPS: dict[str, list[Situation]] = {"paths": PATHS, "options": OPTIONS, "places": PLACES, "zi resolve": RESOLVE}
SITUATIONS: list[Situation] = [situation for group in GROUPS.values() for situation in group]


def needs_user(case: object) -> bool:
    """Tell whether a case cannot be shown to the superuser, who reads every file."""
    return isinstance(case, Situation) and case.name == "closed file" and os.geteuid() == 0
