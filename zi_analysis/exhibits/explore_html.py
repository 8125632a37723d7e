"""What stands beside and under the controls, as html: exhibits, refusals, the command, the download, the pages."""

import base64
from html import escape

from zi_analysis.evidence.assemble import Evidence
from zi_analysis.evidence.trace import trace
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.explore_views import choice_csv, choose_rows, report_command
from zi_analysis.exhibits.refusal import Refusal
from zi_analysis.exhibits.words import say, spread

STYLE = """<style>
.zi-explore h4 { margin: 1.2em 0 0.3em; font-size: 1em; line-height: 1.4; }
.zi-explore img { max-width: min(100%, 800px); height: auto; }
.zi-explore table { border-collapse: collapse; line-height: 1.5; font-size: 0.92em; }
.zi-explore th, .zi-explore td { padding: 0.15em 0.8em; text-align: left; border-bottom: 1px solid #8886; }
.zi-explore th.number, .zi-explore td.number { text-align: right; }
.zi-explore p, .zi-explore li { line-height: 1.5; margin: 0.3em 0; overflow-wrap: anywhere; }
.zi-explore pre { white-space: pre-wrap; word-break: normal; overflow-wrap: anywhere; line-height: 1.5; }
.zi-explore pre { padding: 0.5em; border: 1px solid #8886; user-select: all; }
.zi-explore a { color: var(--jp-content-link-color, #1a5fb4); text-decoration: underline; }
.zi-explore .wide { overflow-x: auto; }
.zi-explore blockquote { border-left: 4px solid #de8f05; margin: 0.5em 0; padding: 0.3em 1em; line-height: 1.5; }
</style>"""


def show_answer(answer: Exhibit | Refusal) -> str:
    """Write an exhibit with title, picture or table and source, or a refusal as a quotation.

    Parameters
    ----------
    answer : Exhibit or Refusal
        What ``ask`` gave.

    Returns
    -------
    str
        Html; all text escaped.

    Examples
    --------
    >>> show_answer(Refusal("Refused: 1 < 2"))
    '<blockquote role="status">Refused: 1 &lt; 2</blockquote>'
    """
    if isinstance(answer, Refusal):
        return f'<blockquote role="status">{escape(answer.sentence)}</blockquote>'
    shown = answer.html
    if shown is None:
        picture = base64.b64encode(answer.png).decode("ascii")
        shown = f'<img src="data:image/png;base64,{picture}" alt="{escape(answer.alt)}">'
    return (
        f'<h4>{escape(answer.title)}</h4><div class="wide">{shown}</div><p><small>{escape(_source(answer))}</small></p>'
    )


def _source(answer: Exhibit) -> str:
    """Source line of an exhibit, in its language."""
    return say("exhibit.source", answer.language, source=answer.source)


def show_command(edition: Edition, *, notebook: str) -> str:
    """Write the command that reports the choice, to be copied: a click chooses the whole line."""
    command = escape(report_command(edition, notebook=notebook))
    return f"<p>{escape(edition.say('explore.command'))}</p><pre>{command}</pre>"


def show_download(evidence: Evidence, edition: Edition) -> str:
    """Write a link that holds the counts of the choice as csv, so that no server is asked for them."""
    table = choice_csv(evidence, edition)
    packed = base64.b64encode(table.encode()).decode("ascii")
    name = f"zi-{edition.first_year}-{edition.last_year}-{edition.predicate}.csv"
    words = escape(edition.say("explore.download", rows=table.count("\n") - 1))
    return f'<p><a download="{escape(name)}" href="data:text/csv;charset=utf-8;base64,{packed}">{words}</a></p>'


def name_numbers(evidence: Evidence, edition: Edition) -> list[tuple[str, str]]:
    """Name the counts of the choice that are known, in words, each with its id; the latest first."""
    rows = choose_rows(evidence, edition)
    told = rows[rows["status"] != "unknown"].sort_values("year", ascending=False, kind="stable")
    return [(_name(row.year, row.agency_type, edition), str(row.cell_id)) for row in told.itertuples()]


def _name(year: object, agency_type: object, edition: Edition) -> str:
    """Name a count by its year and agency type."""
    return f"{year}, {edition.say(f'type.{agency_type}')}"


def show_pages(identifier: str, evidence: Evidence, edition: Edition) -> str:
    """Write what a count is, the addresses of the pages it rests on, and the command that tells every step.

    Parameters
    ----------
    identifier : str
        A cell_id of ``choose_rows``.
    evidence, edition
        As there.

    Returns
    -------
    str
        Html; addresses are links only when they are of the web.
    """
    cells = evidence.counted.cells
    row = cells[cells["cell_id"] == identifier].iloc[0]
    addresses = trace(identifier, evidence=evidence).addresses()
    words = edition.say(
        "explore.followed",
        said=_name(row["year"], row["agency_type"], edition),
        bounds=spread(row["lower"], row["upper"], edition.language),
        pages=len(addresses),
    )
    listed = "".join(f"<li>{_link(address)}</li>" for address in addresses)
    steps = escape(edition.say("explore.steps"))
    return f"<p>{escape(words)}</p><ol>{listed}</ol><p>{steps}</p><pre>zi trace {escape(identifier)}</pre>"


def _link(address: str) -> str:
    """An address as a link that tells its page nothing of where it was followed from."""
    shown = escape(address)
    if not address.startswith(("https://", "http://")):
        return shown
    return f'<a href="{shown}" target="_blank" rel="noopener noreferrer">{shown}</a>'
