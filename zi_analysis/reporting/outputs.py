"""What an executed notebook leaves: exhibits, seconds per cell, and itself without traces of the clock."""

import base64
import copy
import re
import struct
from dataclasses import dataclass
from typing import Any

from zi_analysis.reporting.kernels import ReportError
from zi_analysis.reporting.notebooks import has_tag

EXHIBIT = "application/vnd.zi.exhibit+json"
_NUMBER = re.compile(r"[0-9A-Za-z]+([.-][0-9A-Za-z]+)*")
_PNG_MARK = b"\x89PNG\r\n\x1a\n"
_PNG_TEXTS = {b"tEXt", b"zTXt", b"iTXt", b"tIME", b"eXIf"}


@dataclass(frozen=True)
class TakenExhibit:
    """An exhibit as a notebook displayed it.

    Parameters
    ----------
    number, kind, title, alt, source : str
        As the notebook gave them; kind is "chart" or "table".
    files : dict
        Ending ("png", "csv", "html") to content in bytes.

    Examples
    --------
    >>> TakenExhibit("2.1", "chart", "Awards", "A line", "Source", {"csv": b"year\\n"}).number
    '2.1'
    """

    number: str
    kind: str
    title: str
    alt: str
    source: str
    files: dict[str, bytes]


def normalise(executed: Any) -> Any:
    """Return a copy of an executed notebook in which nothing but its content differs between two runs.

    Parameters
    ----------
    executed : nbformat.NotebookNode
        The notebook with papermill's metadata.

    Returns
    -------
    nbformat.NotebookNode
        Without run times and error markers; the injected cell has a fixed id; pictures carry no metadata.

    Examples
    --------
    >>> normalise(node).metadata.get("papermill") is None  # doctest: +SKIP
    True
    """
    notebook = copy.deepcopy(executed)
    notebook["cells"] = [cell for cell in notebook["cells"] if not has_tag(cell, "papermill-error-cell-tag")]
    notebook["metadata"].pop("papermill", None)
    for cell in notebook["cells"]:
        cell["metadata"].pop("papermill", None)
        cell["metadata"].pop("execution", None)
        if not cell["metadata"].get("tags", True):
            del cell["metadata"]["tags"]
        if has_tag(cell, "injected-parameters"):
            cell["id"] = "injected-parameters"
        for output in cell.get("outputs", []):
            picture = output.get("data", {}).get("image/png")
            if picture:
                output["data"]["image/png"] = _plain_picture(picture)
    return notebook


def _plain_picture(encoded: str) -> str:
    """Return a base64 png without its text and time chunks."""
    return base64.b64encode(strip_png(base64.b64decode(encoded))).decode("ascii")


def strip_png(picture: bytes) -> bytes:
    """Return a png without the chunks that name the program or the time that made it.

    Parameters
    ----------
    picture : bytes
        A png file; anything else comes back as it is.

    Returns
    -------
    bytes

    Examples
    --------
    >>> strip_png(b"not a picture")
    b'not a picture'
    """
    if not picture.startswith(_PNG_MARK):
        return picture
    kept, place = [_PNG_MARK], len(_PNG_MARK)
    while place + 12 <= len(picture):
        length, kind = struct.unpack(">I4s", picture[place : place + 8])
        end = place + 12 + length
        if kind not in _PNG_TEXTS:
            kept.append(picture[place:end])
        place = end
    return b"".join(kept)


def cell_seconds(executed: Any) -> list[dict[str, Any]]:
    """List how long each code cell took.

    Parameters
    ----------
    executed : nbformat.NotebookNode
        The notebook with papermill's metadata.

    Returns
    -------
    list of dict
        ``cell`` (execution count) and ``seconds``, in the order of the notebook.

    Examples
    --------
    >>> cell_seconds({"cells": [{"cell_type": "markdown"}]})
    []
    """
    return [
        {"cell": cell["execution_count"], "seconds": round(cell["metadata"]["papermill"]["duration"], 3)}
        for cell in executed["cells"]
        if cell["cell_type"] == "code" and cell.get("execution_count")
    ]


def warning_lines(executed: Any) -> list[str]:
    """List what the cells wrote to the error stream.

    Parameters
    ----------
    executed : nbformat.NotebookNode
        The executed notebook.

    Returns
    -------
    list of str
        "cell N: text", one per cell that wrote there.

    Examples
    --------
    >>> warning_lines({"cells": []})
    []
    """
    return [
        f"cell {cell['execution_count']}: {output['text'].strip()}"
        for cell in executed["cells"]
        for output in cell.get("outputs", [])
        if output["output_type"] == "stream" and output["name"] == "stderr"
    ]


def take_exhibits(notebook: Any) -> list[TakenExhibit]:
    """Take the numbered exhibits out of a notebook's outputs.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        The executed notebook.

    Returns
    -------
    list of TakenExhibit
        In the order of the notebook.

    Raises
    ------
    ReportError
        If an exhibit has no csv, a chart no picture, a table no html, or a number is unusable or used before.

    Examples
    --------
    >>> take_exhibits({"cells": []})
    []
    """
    taken: dict[str, TakenExhibit] = {}
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if EXHIBIT not in output.get("data", {}):
                continue
            exhibit = _taken(output["data"], f"cell {cell['execution_count']}")
            if exhibit.number in taken:
                raise ReportError(
                    f"cell {cell['execution_count']} shows exhibit {exhibit.number} again; number each once"
                )
            taken[exhibit.number] = exhibit
    return list(taken.values())


def _taken(data: dict[str, Any], place: str) -> TakenExhibit:
    """Read one exhibit from the data of an output."""
    facts = data[EXHIBIT]
    number = str(facts.get("number", ""))
    if not _NUMBER.fullmatch(number):
        raise ReportError(f"{place}: exhibit number {number!r} is not one; write for example '2.1'")
    kind = facts.get("kind")
    needed = {"chart": "image/png", "table": "text/html"}.get(str(kind))
    if needed is None:
        raise ReportError(f"{place}: exhibit {number} is of kind {kind!r}; use 'chart' or 'table'")
    if not facts.get("csv") or not data.get(needed):
        lacking = "csv" if not facts.get("csv") else needed
        raise ReportError(f"{place}: exhibit {number} comes without {lacking}; display it with its data")
    files = {"csv": facts["csv"].encode()}
    if data.get("image/png"):
        files["png"] = base64.b64decode(data["image/png"])
    if data.get("text/html"):
        files["html"] = data["text/html"].encode()
    title, alt, source = (str(facts.get(key, "")) for key in ("title", "alt", "source"))
    return TakenExhibit(number, str(kind), title, alt, source, files)
