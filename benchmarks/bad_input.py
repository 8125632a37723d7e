"""Clean every bad file and tell what the workbook answers: `python benchmarks/bad_input.py [--write] [NAME ...]`.

Prints one line per file and situation; `--write` makes docs/bad-input.md. Ends with 1 if an answer is not the one
that the corpus expects.
"""

import argparse
import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from bad_input.judging import Verdict, judge  # noqa: E402
from bad_input.make import GROUPS  # noqa: E402
from bad_input.situations import GROUPS as SITUATION_GROUPS  # noqa: E402
from bad_input.situations import needs_user  # noqa: E402

PAGE = ROOT / "docs" / "bad-input.md"


def verdicts(names: Sequence[str]) -> Iterator[tuple[str, Verdict]]:
    """Judge the files and situations of these names, or all, by group."""
    for group, cases in {**GROUPS, **SITUATION_GROUPS}.items():
        for case in cases:
            if (not names or case.name in names or group in names) and not needs_user(case):
                yield group, judge(case)


def shown(text: str, *, longest: int = 260) -> str:
    """Write text so that a page of markdown shows it as it is."""
    plain = "".join(mark if unicodedata.category(mark)[0] not in "CZ" or mark == " " else "·" for mark in text)
    plain = plain if len(plain) <= longest else f"{plain[: longest - 1]}…"
    return re.sub(r"([\\|<>*_`\[\]&])", r"\\\1", plain)


def page(lines: Sequence[tuple[str, Verdict]]) -> str:
    """Write the table of answers."""
    groups = dict.fromkeys(group for group, _ in lines)
    right = sum(not line.complaints for _, line in lines)
    slowest = max(lines, key=lambda pair: pair[1].seconds)[1]
    largest = max(lines, key=lambda pair: pair[1].megabytes)[1]
    text = [
        "# What the workbook answers to bad input",
        "",
        "Made by `python benchmarks/bad_input.py --write` from the corpus in `tests/bad_input/`. Each file is cleaned",
        "by `zi clean FILE --output out` in a process of its own with at most 2 GB beyond the imports. Exit codes:",
        "0 done, perhaps with rows set aside and their reasons; 1 the machine failed; 2 wrong use or no list. Seconds",
        "and memory are without the imports, which take about a second.",
        "",
        f"{right} of {len(lines)} answers are as the corpus expects. The slowest took {slowest.seconds:.1f} s "
        f"({shown(slowest.name)}), the largest {largest.megabytes:.0f} MB ({shown(largest.name)}).",
    ]
    for group in groups:
        text += ["", f"## {group[0].upper()}{group[1:]}", "", "| file | what is wrong | code | answer | s | MB |"]
        text += ["|---|---|---|---|---|---|"]
        text += [
            f"| {shown(line.name)} | {shown(line.wrong)} | {line.code} | {shown(line.told)} "
            f"| {line.seconds:.2f} | {line.megabytes:.0f} |"
            for name, line in lines
            if name == group
        ]
    return "\n".join(text) + "\n"


def main(argv: Sequence[str] | None = None) -> int:
    """Answer the corpus, print it, and write the page if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="files, situations or groups; all if left out")
    parser.add_argument("--write", action="store_true", help="write docs/bad-input.md")
    arguments = parser.parse_args(argv)
    lines = []
    for group, line in verdicts(arguments.names):
        mark = "ok   " if not line.complaints else "WRONG"
        print(f"{mark} {line.code:>3} {line.seconds:6.2f} s {line.megabytes:5.0f} MB  {line.name}: {line.told[:200]!r}")
        for complaint in line.complaints:
            print(f"           {complaint}")
        lines.append((group, line))
    wrong = sum(bool(line.complaints) for _, line in lines)
    print(f"bad input: {len(lines) - wrong} of {len(lines)} answers as expected")
    if arguments.write:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page(lines), encoding="utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
