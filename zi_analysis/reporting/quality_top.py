"""The top of the quality page in the reader's words: the account, its picture, what to do next."""

import re
import shlex
from collections.abc import Sequence
from typing import Any

import pandas as pd

from zi_analysis.evidence.awards import CleanedAwards
from zi_analysis.reporting.quality_words import Speaker, cut

_OUTCOMES = ("accepted", "merged", "rejected")
_THINNEST = 8  # of a thousand: what is there is seen
_MOST_NAMED = 3  # files in the command
_DECIDED = re.compile(r"(\d+) of (\d+) decisions were applied(?:; no row of the lists is meant by (.*))?", re.DOTALL)


def say_account(cleaned: CleanedAwards, speaker: Speaker) -> list[str]:
    """Say what came in and what was made of it.

    Parameters
    ----------
    cleaned : CleanedAwards
        From `clean_awards`.
    speaker : Speaker
        Language.

    Returns
    -------
    list of str
        Sentences.

    Examples
    --------
    >>> say_account(clean_awards("list.xlsx"), Speaker("en"))[0]  # doctest: +SKIP
    '12 rows in = 9 accepted + 1 merged + 2 rejected.'
    """
    total = cleaned.log.iloc[-1]
    counts = {name: int(total[name]) for name in _OUTCOMES}
    rows_in, awards = int(total["rows_in"]), len(cleaned.accepted)
    sentences = [speaker.say("account", rows=speaker.rows(rows_in), **counts)]
    split = cleaned.log["step"].isin(["split cells", "split predicates"])
    added = int(cleaned.log.loc[split, "touched"].sum())
    if added:
        sentences.append(speaker.say("account_split", listed=speaker.rows(rows_in - added), added=added))
    if "known_award" not in cleaned.accepted:
        return [*sentences, speaker.say("awards", awards=awards)]
    known = int(cleaned.accepted["known_award"].notna().sum())
    return [*sentences, speaker.say("awards_known", awards=awards, new=awards - known, known=known)]


def draw_account(cleaned: CleanedAwards, speaker: Speaker) -> dict[str, Any]:
    """Lay out the bar of the account, a thousand wide; no part that is there is too thin to be seen.

    Parameters
    ----------
    cleaned, speaker
        As in `say_account`.

    Returns
    -------
    dict
        alt, and parts with name, words, count, left and width.

    Examples
    --------
    >>> draw_account(clean_awards("list.xlsx"), Speaker("en"))["parts"][0]["width"]  # doctest: +SKIP
    750.0
    """
    total = cleaned.log.iloc[-1]
    counts = {name: int(total[name]) for name in _OUTCOMES}
    whole = sum(counts.values())
    widths = [max(_THINNEST, 1000 * count / whole) if count else 0 for count in counts.values()]
    scale = 1000 / sum(widths) if whole else 0
    parts = [
        {
            "name": name,
            "words": speaker.words[name],
            "count": speaker.count(count),
            "left": round(scale * sum(widths[:at]), 1),
            "width": round(scale * widths[at], 1),
        }
        for at, (name, count) in enumerate(counts.items())
    ]
    return {"parts": parts, "alt": speaker.say("picture", rows=speaker.rows(whole), **counts)}


def say_next(cleaned: CleanedAwards, files: Sequence[str], speaker: Speaker) -> dict[str, str]:
    """Say in one sentence what a person does next, and with which command.

    Parameters
    ----------
    cleaned, speaker
        As in `say_account`.
    files : sequence of str
        Names of the lists.

    Returns
    -------
    dict
        text, and command (empty when there is none).

    Examples
    --------
    >>> say_next(clean_awards("list.xlsx"), ["list.xlsx"], Speaker("en"))["command"]  # doctest: +SKIP
    'zi clean list.xlsx --output out --fix decisions.csv'
    """
    total, decisions = cleaned.log.iloc[-1], cleaned.to_decide
    if total["rejected"] and len(decisions):
        first = speaker.rows(int(decisions["rows"].iloc[0]))
        names = [shlex.quote(cut(file)) for file in files[:_MOST_NAMED]] + ["..."] * (len(files) > _MOST_NAMED)
        command = f"zi clean {' '.join(names)} --output out --fix decisions.csv"
        again = (cleaned.log["step"] == "hand decisions").any()
        words = "next_decide_more" if again else "next_decide"
        return {"text": speaker.say(words, first=first, decisions=len(decisions)), "command": command}
    key = "next_empty" if not total["rows_in"] else "next_rejects" if total["rejected"] else "next_none"
    return {"text": speaker.words[key], "command": ""}


def say_unmet(log: pd.DataFrame, speaker: Speaker) -> str:
    """Name the hand decisions that met no row.

    Parameters
    ----------
    log : pd.DataFrame
        ``CleanedAwards.log``.
    speaker : Speaker
        Language.

    Returns
    -------
    str
        Empty when each met a row.

    Examples
    --------
    >>> say_unmet(pd.DataFrame({"step": ["total"], "note": [""]}), Speaker("en"))
    ''
    """
    notes = log.loc[log["step"] == "hand decisions", "note"]
    found = _DECIDED.fullmatch(str(notes.iloc[0])) if len(notes) else None
    if found is None or not found[3]:
        return ""
    return speaker.say("unmet_advice", applied=int(found[1]), given=int(found[2]), which=cut(found[3]))
