"""Spellings made from the register: for each body of government a few of the ways in which people write it."""

from collections.abc import Callable, Iterator
from random import Random

import labelled_forms as forms
import labelled_marks as marks
from labelled_register import Body, Company
from labelled_slips import fair_slip, letters, plain, scanned, slip

_LONG_SHORT_FORM = 9  # letters: shorter short forms get no slips
Cells = tuple[str, str, str, str, str, str, str]  # spelling, unit, year, agency_id, made_by, note, group


def made_rows(bodies: dict[str, Body], company: Company, *, seed: str) -> Iterator[Cells]:
    """Make spellings of every body, each body with a chance of its own.

    Parameters
    ----------
    bodies : dict
        From `read_bodies`.
    company : Company
        From `read_company`.
    seed : str
        Start of the chance.

    Yields
    ------
    tuple of str
        spelling, unit, year, agency_id, made_by, note and, for a unit without a government of its own, its name.

    Examples
    --------
    >>> from pathlib import Path
    >>> from labelled_register import read_bodies, read_company
    >>> root = Path(__file__).parents[1]
    >>> bodies = read_bodies(root)
    >>> next(made_rows(bodies, read_company(bodies, root), seed="1"))[3]
    '11'
    """
    for body in bodies.values():
        if not body.years:
            continue
        random = Random(f"{seed} {body.agency_id}")
        make = _central_spellings if body.agency_type == "central" else _local_spellings
        for made_by, spelling, needed in make(body, company, random):
            year = _year(body, random, needed=needed)
            yield spelling, "", year, body.truth, made_by, "", "" if body.truth == body.agency_id else body.name


def _local_spellings(body: Body, company: Company, random: Random) -> Iterator[tuple[str, str, bool]]:
    """Make spellings of a local government: a slip, a short form, and others in turn; all of a province."""
    yield from _slips(body, company, random, made_by="slip", make=slip)
    ways = list(_LOCAL_WAYS)
    random.shuffle(ways)
    taken = ways if body.agency_type == "province" else ways[:3]
    for made_by in taken:
        spelling = _LOCAL_WAYS[made_by](body, random)
        if spelling:
            yield made_by, spelling, False
    if random.random() < 0.4:
        yield from _slips(body, company, random, made_by="ocr", make=scanned)
    if random.random() < 0.4 and plain(body.place) not in company.shared:
        yield "bare_unique", random.choice((body.place, body.place.upper(), f"Pemda {body.place}")), False


def _slips(
    body: Body, company: Company, random: Random, *, made_by: str, make: Callable[[str, Random], str]
) -> Iterator[tuple[str, str, bool]]:
    """Make a slip in the place of a local government."""
    own = {body.agency_id, body.truth} if body.truth != body.agency_id else {body.agency_id}
    others = [place for key, place in company.places[body.agency_type] if key not in own]
    # a slip in "Kota Batu" may make "Kotabaru", the place of another kind of government
    joined = [place for places in company.places.values() for key, place in places if key not in own]
    form = random.choice(forms.BASE[body.agency_type])
    written = fair_slip(body.place, others, random, make=make)
    if written is None:
        return
    text = form.format(written)
    if any(plain(text).replace(" ", "") == plain(place).replace(" ", "") for place in joined):
        return
    yield made_by, text, False


def _base(body: Body, random: Random) -> str:
    """Write a local government in a common way."""
    return random.choice(forms.BASE[body.agency_type]).format(body.place)


def _from_table(table: dict[str, tuple[str, ...]]) -> Callable[[Body, Random], str]:
    """Write a local government in one of the ways of a table."""
    return lambda body, random: random.choice(table[body.agency_type]).format(body.place)


def _with_region(body: Body, random: Random) -> str:
    """Write a regency or city with its province."""
    if body.agency_type == "province":
        return ""
    short = forms.SHORT_PROVINCES.get(body.province, body.province)
    return random.choice(forms.REGION).format(name=_base(body, random), province=body.province, short=short)


def _short_province(body: Body, random: Random) -> str:
    """Write a province by its short form, or an island word short."""
    form = random.choice((*forms.BASE[body.agency_type], *forms.ABBREVIATED[body.agency_type]))
    if body.place in forms.SHORT_PROVINCES and body.agency_type == "province":
        return form.format(forms.SHORT_PROVINCES[body.place])
    if body.place.startswith("Kepulauan "):
        return form.format(body.place.replace("Kepulauan", random.choice(("Kep.", "Kep", "Kepul."))))
    return ""


_LOCAL_WAYS: dict[str, Callable[[Body, Random], str]] = {
    "kind_abbreviation": _from_table(forms.ABBREVIATED),
    "kind_word": _from_table(forms.KIND_SLIPS),
    "office": _from_table(forms.OFFICES),
    "english": _from_table(forms.ENGLISH),
    "order": _from_table(forms.ORDER),
    "region": _with_region,
    "short_province": _short_province,
    "case": lambda body, random: marks.cased(_base(body, random), random),
    "spaces": lambda body, random: marks.spaced(_base(body, random), random),
    "mojibake": lambda body, random: marks.mistaken_encoding(_base(body, random), random),
    "list_mark": lambda body, random: marks.listed(_base(body, random), random),
}


def _central_spellings(body: Body, company: Company, random: Random) -> Iterator[tuple[str, str, bool]]:
    """Make spellings of a central body: two slips and five other ways."""
    others = [
        name
        for key, name, first, last in company.central
        if key != body.agency_id and first <= body.years[-1] and last >= body.years[0]
    ]
    name = body.name.split("/")[0] if random.random() < 0.3 and body.alone else body.name
    for made_by, make in (("slip", slip), ("slip", slip), ("ocr", scanned)):
        written = fair_slip(name, others, random, make=make)
        if written:
            yield made_by, written, True
    ways = list(_CENTRAL_WAYS)
    random.shuffle(ways)
    for made_by in ways[:5]:
        spelling = _CENTRAL_WAYS[made_by](body, random)
        if spelling:
            yield made_by, spelling, True
    if letters(body.short) >= _LONG_SHORT_FORM and " " not in body.short:
        rivals = [short for key, short in company.short_forms if key != body.agency_id]
        written = fair_slip(body.short, [*rivals, *others], random)
        if written:
            yield "slip_short", written, True


def _central_kind_slip(body: Body, random: Random) -> str:
    """Write the word for a ministry with a slip or short."""
    if not body.name.startswith("Kementerian "):
        return ""
    word = random.choice((*forms.KIND_SLIPS["central"], "Kemen.", "Kement.", "Kem.", "Kemen"))
    return body.name.replace("Kementerian", word, 1)


def _with_nation(body: Body, random: Random) -> str:
    """Write a central body with the nation's name, short or in full."""
    end = random.choice(("RI", "R.I.", "R.I", "Republik Indonesia", "- RI", "(RI)", "REPUBLIK INDONESIA"))
    return f"{body.name.removesuffix(' Republik Indonesia')} {end}"


def _with_short(body: Body, random: Random) -> str:
    """Write a central body with its short form beside it."""
    if not body.short:
        return ""
    form = random.choice(("{0} ({1})", "{1} ({0})", "{0} / {1}", "{0} - {1}", "{0} [{1}]"))
    return form.format(body.name, body.short)


def _other_marks(body: Body, random: Random) -> str:
    """Write a central body with other marks and joining words."""
    name = body.name
    ways = [name.replace(",", ""), name.replace(" dan ", " & "), name.replace(", dan ", " dan ")]
    ways += [name.replace("/", " / "), name.replace("/", " - "), name.replace(" dan ", " dn ")]
    changed = sorted({way for way in ways if way != name})
    return random.choice(changed) if changed else ""


def _central_order(body: Body, random: Random) -> str:
    """Write a ministry with its kind word last."""
    kind, _, rest = body.name.partition(" ")
    return random.choice(("{}, {}", "{} ({})")).format(rest, kind) if kind == "Kementerian" and "/" not in rest else ""


def _central_office(body: Body, random: Random) -> str:
    """Write an office of a central body in its place."""
    if body.name.startswith("Sekretariat"):
        return ""
    return random.choice(forms.OFFICES["central"]).format(body.name)


_CENTRAL_WAYS: dict[str, Callable[[Body, Random], str]] = {
    "kind_word": _central_kind_slip,
    "nation": _with_nation,
    "with_short": _with_short,
    "marks": _other_marks,
    "order": _central_order,
    "office": _central_office,
    "case": lambda body, random: marks.cased(body.name, random),
    "spaces": lambda body, random: marks.spaced(body.name, random),
    "mojibake": lambda body, random: marks.mistaken_encoding(body.name, random),
    "list_mark": lambda body, random: marks.listed(body.name, random),
}


def _year(body: Body, random: Random, *, needed: bool) -> str:
    """Choose a year in which the body stands; none in a quarter of the rows that need none."""
    year = str(random.choice(body.years))
    return "" if random.random() < 0.25 and (body.alone or not needed) else year
