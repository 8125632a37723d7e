"""A page printed as pdf by the Chromium of the machine: no network, a profile of its own, the same bytes each time."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from zi_analysis.reporting.kernels import ReportError

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_LONGEST = 240
_DAY = re.compile(r'<meta name="date" content="(\d{4})-(\d{2})-(\d{2})">')
_STAMP = re.compile(rb"/(CreationDate|ModDate) \(D:\d{14}")
_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--disable-breakpad",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=127.0.0.1:9",
    "--lang=en-GB",
    "--export-tagged-pdf",
    "--generate-pdf-document-outline",
    "--no-pdf-header-footer",
)


def find_chromium() -> Path | None:
    """Find a Chromium or Chrome that can print.

    Looked at in this order: the program that the environment variable ``CHROMIUM`` names, when it is an executable
    file; then ``chromium``, ``chromium-browser`` and ``google-chrome`` on the ``PATH``.

    Returns
    -------
    Path or None
        The program; None when there is none.

    Examples
    --------
    >>> found = find_chromium()
    >>> found is None or found.is_file()
    True
    """
    named = os.environ.get("CHROMIUM")
    if named and Path(named).is_file() and os.access(named, os.X_OK):
        return Path(named).resolve()
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    return Path(found) if found else None


def print_pdf(html: Path, pdf: Path, *, timeout: float = 60) -> None:
    """Print a page on A4 as a tagged pdf with an outline.

    No name of the network resolves while it prints; the page's own policy forbids scripts. The pdf bears the day that
    the page bears (its ``date`` meta element), not the moment of printing, so that the same page gives the same bytes
    from the same Chromium. It is written beside its place and moved, so a pdf that stands is whole.

    Parameters
    ----------
    html : Path
        The page.
    pdf : Path
        Where the pdf goes; one that is there is replaced.
    timeout : float
        Seconds that Chromium may take.

    Raises
    ------
    ReportError
        If there is no Chromium, the page is missing, or nothing was printed in time.

    Examples
    --------
    >>> print_pdf(Path("reports/01-evidence/en/index.html"), Path("01.pdf"))  # doctest: +SKIP
    """
    chromium = find_chromium()
    if chromium is None:
        raise ReportError(
            f"no pdf was made of {html.name}: there is no Chromium (looked at CHROMIUM and for {', '.join(_NAMES)} on "
            "the PATH); on Debian or Ubuntu: apt-get install chromium. The html page can be printed from any browser"
        )
    try:
        day = _DAY.search(html.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ReportError(f"no pdf was made: the page {html} cannot be read; make the report first") from error
    with tempfile.TemporaryDirectory(prefix="zi-print-", ignore_cleanup_errors=True) as place:
        printed = _print(chromium, html, Path(place), timeout)
    part = pdf.with_name(f".{pdf.name}.{os.getpid()}.part")
    try:
        part.write_bytes(with_day(printed, "".join(day.groups()) if day else "19700101"))
        part.replace(pdf)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise ReportError(f"{pdf} cannot be written ({error.strerror}); choose a folder you may write to") from error


def with_day(pdf: bytes, day: str) -> bytes:
    """Return a pdf whose creation and change dates are the beginning of a day.

    Parameters
    ----------
    pdf : bytes
        As Chromium writes it; its length, and so every place in it, stays.
    day : str
        Eight digits, year month day.

    Returns
    -------
    bytes

    Examples
    --------
    >>> with_day(b"/ModDate (D:20261124101112+00'00')", "20260131")
    b"/ModDate (D:20260131000000+00'00')"
    """
    return _STAMP.sub(rb"/\1 (D:" + day.encode("ascii") + b"000000", pdf)


def _print(chromium: Path, html: Path, place: Path, timeout: float) -> bytes:
    """Run Chromium once in a profile of its own and return the pdf's bytes."""
    target = place / "page.pdf"
    command = [str(chromium), *_FLAGS, f"--user-data-dir={place / 'profile'}", f"--print-to-pdf={target}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--no-sandbox")  # Chromium refuses to start as root with it
    command.append(html.resolve().as_uri())
    told = _run(command, place, timeout, html)
    content = target.read_bytes() if target.is_file() else b""
    if not (content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF")):
        raise ReportError(
            f"no pdf was made of {html.name}: {chromium.name} printed nothing ({_last_line(told)}); "
            "try the page in a browser, or name another program in CHROMIUM"
        )
    return content


def _run(command: list[str], place: Path, timeout: float, html: Path) -> str:
    """Run a program and all that it starts until it ends or the time is up; return what it told."""
    surroundings = os.environ | {"XDG_CONFIG_HOME": str(place), "TZ": "UTC", "LC_ALL": "C.UTF-8"}
    try:
        running = subprocess.Popen(  # noqa: S603  a browser of this machine, arguments as a list
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=surroundings,
            start_new_session=True,
        )
    except OSError as error:
        raise ReportError(f"no pdf was made of {html.name}: {command[0]} does not start ({error.strerror})") from error
    try:
        told = running.communicate(timeout=timeout)[1]
    except subprocess.TimeoutExpired as error:
        raise ReportError(
            f"no pdf was made of {html.name}: {Path(command[0]).name} took longer than {timeout:g} seconds; "
            "try again when the machine is less busy. The html page is there"
        ) from error
    finally:
        _end(running)
    return told.decode("utf-8", "replace")


def _end(running: "subprocess.Popen[bytes]") -> None:
    """End what is left of a program and of its children, which share its group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    if running.stderr:
        running.stderr.close()


def _last_line(told: str) -> str:
    """Return the last thing a program said, shortened."""
    lines = [line for line in told.strip().splitlines() if "dbus" not in line]  # of no consequence without a desktop
    return lines[-1][:_LONGEST] if lines else "it said nothing"
