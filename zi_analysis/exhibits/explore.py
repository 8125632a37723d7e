"""Controls where somebody can move them, a sentence in their place where a notebook runs by itself."""

from zi_analysis.evidence.assemble import Evidence
from zi_analysis.exhibits.edition import Edition


def is_live() -> bool:
    """Tell whether the running cell was sent by a notebook's editor, with somebody before it.

    JupyterLab, Notebook and editors built on the same protocol send the id of the cell along with its code. papermill,
    nbconvert and nbval send code alone; a kernel of theirs has all that widgets need, except somebody to move them.
    So the request is asked, not the environment, which a report started inside a notebook would inherit.

    Returns
    -------
    bool
        False outside a kernel.

    Examples
    --------
    >>> is_live()
    False
    """
    from IPython import get_ipython

    request = getattr(get_ipython(), "parent_header", None)
    return isinstance(request, dict) and "cellId" in request.get("metadata", {})


def explore(edition: Edition, evidence: Evidence, *, notebook: str = "02", live: bool | None = None) -> None:
    """Show controls over the counts and rates of the workbook, set to an edition at first.

    Where nobody can move them, a sentence stands in their place and no state of widgets is left in the notebook.

    Parameters
    ----------
    edition : Edition
        What the controls show at first.
    evidence : Evidence
        From ``build_evidence``, of the edition's track; that of another track is assembled when it is chosen.
    notebook : str
        The notebook that reports a choice at length, named in the command under the controls.
    live : bool, optional
        Whether somebody can move the controls; asked of ``is_live`` when left out. Set it to True in an editor that
        shows widgets but is not recognised.
    """
    from IPython.display import Markdown, display

    if not (is_live() if live is None else live):
        display(Markdown(edition.say("explore.static")))
        return
    from zi_analysis.exhibits.controls import Controls  # only here, as a report needs no widgets

    display(Controls(edition, evidence, notebook=notebook).box)
