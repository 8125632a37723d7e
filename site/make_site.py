"""Make the website: ``python site/make_site.py``; read it from ``site/_build/html/index.html``, no server is needed."""

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from site_facts import LANGUAGES, versions
from site_lists import course_files, report_folders
from site_pages import missing_parts, write_sources

from zi_analysis.errors import ZiError
from zi_analysis.paths import project_root

HERE = Path(__file__).parent
_DATA = ("raw", "register", "decisions", "clean", "labelled", "examples")
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.py", ".*")


def main(arguments: list[str] | None = None) -> int:
    """Make the site and say where it is.

    Parameters
    ----------
    arguments : list of str, optional
        Of the command line.

    Returns
    -------
    int
        0, or 1 when sphinx warned of anything.
    """
    parser = argparse.ArgumentParser(prog="make_site.py", description="Make the website of the workbook.")
    parser.add_argument("--output", type=Path, default=HERE / "_build", help="folder of the build")
    parser.add_argument("--root", type=Path, help="project to make the site of")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    try:
        failed = make_site(project_root(options.root), options.output)
    except ZiError as error:
        sys.stderr.write(f"site: {error}\n")
        return 2
    if failed:
        sys.stderr.write("site: sphinx warned; the lines above name the page\n")
        return 1
    html = options.output / "html"
    pages = sum(not {"exhibits", "_static"} & set(page.parts) for page in html.rglob("*.html"))
    seconds = time.monotonic() - started
    sys.stdout.write(f"site: {pages} pages in {seconds:.0f} s, {html / 'index.html'}\n")
    return 0


def make_site(root: Path, output: Path) -> bool:
    """Make the site of both languages.

    Parameters
    ----------
    root : Path
        Project root.
    output : Path
        Gets ``html`` (the site) and what it is made from; ``html`` is made anew.

    Returns
    -------
    bool
        Whether sphinx warned of anything.
    """
    html = output / "html"
    shutil.rmtree(html, ignore_errors=True)
    for path, command in missing_parts(root).items():
        sys.stdout.write(f"site: without {path}; make it with: {command}\n")
    write_sources(root, output / "source")
    copy_assets(root, html)
    compile_words(output / "locale")
    builds = [start_sphinx(root, output, language) for language in LANGUAGES]
    codes = [build.wait() for build in builds]
    return any(codes)


def copy_assets(root: Path, html: Path) -> None:
    """Copy the reports, the data, the explorer and the course as they are.

    Parameters
    ----------
    root : Path
        Project root.
    html : Path
        First folder of the site.
    """
    for folder in report_folders(root):
        shutil.copytree(root / folder, html / folder, ignore=_LEFT_OUT)
    for name in _DATA:
        shutil.copytree(root / "data" / name, html / "data" / name, ignore=_LEFT_OUT)
    for name in ("data/datapackage.json", "data/LICENSE", "CITATION.cff", "reports/explorer.html"):
        if (root / name).is_file():
            shutil.copyfile(root / name, html / name)
    shutil.copyfile(HERE / "static" / "favicon.ico", html / "favicon.ico")  # for pages that name none
    for path in course_files(root):
        (html / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / path, html / path)


def compile_words(folder: Path) -> None:
    """Compile the theme's words that no package translates into Indonesian.

    Parameters
    ----------
    folder : Path
        Of the message catalogues.
    """
    target = folder / "id" / "LC_MESSAGES" / "sphinx.mo"
    target.parent.mkdir(parents=True, exist_ok=True)
    with (HERE / "locale" / "id.po").open("rb") as source, target.open("wb") as compiled:
        write_mo(compiled, read_po(source, locale="id"))


def start_sphinx(root: Path, output: Path, language: str) -> "subprocess.Popen[bytes]":
    """Start sphinx for one language; its warnings are errors.

    Parameters
    ----------
    root : Path
        Project root.
    output : Path
        Of the build.
    language : {"en", "id"}
        English goes to the first folder, Indonesian to ``id`` in it.
    """
    html = output / "html"
    state = versions(root)
    settings = {
        "language": language,
        "release": state["version"],
        "zi_assets": str(html.resolve()),
        "html_context.data_version": state["data_version"],
    }
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", "-c", str(HERE)]
    command += ["-d", str(output / "doctrees" / language), "-E"]
    command += [part for name, value in settings.items() for part in ("-D", f"{name}={value}")]
    command += [str(output / "source" / language), str(html if language == "en" else html / "id")]
    return subprocess.Popen(command)  # noqa: S603  our own words only


if __name__ == "__main__":
    sys.exit(main())
