"""Names as hurried people write them: typing slips, short forms, capitals."""

import numpy as np

# keys beside each key of the top, middle and bottom rows
_NEIGHBOURS = {
    **{"q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "ryg", "y": "tuh", "u": "yij", "i": "uok", "o": "ipl"},
    **{"p": "ol", "a": "qsz", "s": "adw", "d": "sfe", "f": "dgr", "g": "fht", "h": "gjy", "j": "hku", "k": "jli"},
    **{"l": "kop", "z": "xa", "x": "zcs", "c": "xvd", "v": "cbf", "b": "vng", "n": "bmh", "m": "nk"},
}
_SHORT_UNITS = (
    ("Dinas Kependudukan dan Pencatatan Sipil", ("Disdukcapil", "Dispendukcapil")),
    ("Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu", ("DPMPTSP", "DPM-PTSP")),
    ("Kantor Pelayanan Perbendaharaan Negara", ("KPPN",)),
    ("Kantor Kementerian Agama", ("Kantor Kemenag", "Kemenag")),
    ("Kantor Pelayanan Pajak", ("KPP",)),
    ("Rumah Sakit Umum Daerah", ("RSUD",)),
    ("Badan Pusat Statistik", ("BPS",)),
    ("Badan Narkotika Nasional", ("BNN",)),
    ("Lembaga Pemasyarakatan", ("Lapas", "LAPAS")),
    ("Rumah Tahanan Negara", ("Rutan",)),
    ("Kepolisian Resor", ("Polres", "POLRES")),
    ("Pengadilan Negeri", ("PN",)),
    ("Pengadilan Agama", ("PA",)),
    ("Kejaksaan Negeri", ("Kejari", "KEJARI")),
    ("Kantor Pertanahan", ("Kantah",)),
    ("Kantor Imigrasi", ("Kanim",)),
    ("Puskesmas", ("Pkm.", "PUSKESMAS")),
    ("Kabupaten", ("Kab.", "Kab")),
)
_SHORT_KINDS = {
    "regency": (
        *("Kab. {place}", "Kab {place}", "Kab.{place}", "Pemkab {place}", "Pemerintah Kabupaten {place}"),
        *("Pemda Kabupaten {place}", "Kab. {place}, {province}", "{place}, Kab."),
    ),
    "city": ("Pemkot {place}", "Pemerintah Kota {place}", "Pemda Kota {place}", "Kota {place}, {province}"),
    "province": ("Pemprov {place}", "Prov. {place}", "Pemerintah Provinsi {place}", "Propinsi {place}"),
}


def slip(text: str, *, place: float, kind: float, key: float) -> str:
    """Make one typing slip: a letter left out, typed twice, swapped with the next, or the key beside it.

    Parameters
    ----------
    text : str
        A name.
    place, kind, key : float
        Numbers from 0 to under 1 that choose the letter, the slip and the neighbouring key.

    Returns
    -------
    str
        The name with one slip; unchanged when it has no letters.

    Examples
    --------
    >>> [slip("Madiun", place=0.4, kind=kind, key=0.0) for kind in (0.0, 0.3, 0.6, 0.9)]
    ['Maiun', 'Maddiun', 'Maidun', 'Masiun']
    """
    letters = [at for at, mark in enumerate(text) if mark.isalpha()]
    if not letters:
        return text
    at = letters[int(place * len(letters))]
    mark, before, after = text[at], text[:at], text[at + 1 :]
    if kind < 0.25:
        return before + after
    if kind < 0.5:
        return before + mark + mark.lower() + after
    if kind < 0.75 and after[:1].isalpha() and after[0].lower() != mark.lower():
        return before + after[0] + mark + after[1:]
    keys = _NEIGHBOURS.get(mark.lower(), "e")
    other = keys[int(key * len(keys))]
    return before + (other.upper() if mark.isupper() else other) + after


def fresh_slips(texts: list[str], rng: np.random.Generator) -> list[str]:
    """Make one slip of its own in each text.

    Parameters
    ----------
    texts : list of str
        Names.
    rng : np.random.Generator
        Source of chance; three numbers a text are drawn.

    Returns
    -------
    list of str
        As many names, in order.

    Examples
    --------
    >>> len(fresh_slips(["Kota Batu", "Kota Blitar"], np.random.default_rng(1)))
    2
    """
    chances = rng.random((len(texts), 3)).tolist()
    return [
        slip(text, place=place, kind=kind, key=key) for text, (place, kind, key) in zip(texts, chances, strict=True)
    ]


def agency_short_forms(name: str, agency_type: str, province: str, recorded: list[str]) -> list[str]:
    """List the ways an agency is written that are no slips.

    Parameters
    ----------
    name : str
        The register's name.
    agency_type : str
        central, province, regency or city.
    province : str
        Name of the province without its kind word; empty for central bodies.
    recorded : list of str
        Short and other names of the register that no other body bears.

    Returns
    -------
    list of str
        Distinct, none of them the name itself.

    Examples
    --------
    >>> agency_short_forms("Kota Batu", "city", "Jawa Timur", [])[-2:]
    ['Kota Batu, Jawa Timur', 'KOTA BATU']
    """
    place = name.split(" ", 1)[-1]
    forms = [form.format(place=place, province=province) for form in _SHORT_KINDS.get(agency_type, ())]
    forms = forms if name.startswith(("Kabupaten ", "Kota ", "Provinsi ")) else []
    ministry = [name.replace("Kementerian", short) for short in ("Kementrian", "Kemen.", "KEMENTERIAN")]
    central = [*(ministry if name.startswith("Kementerian ") else []), f"{name} RI"]
    found = [*forms, *recorded, *(central if agency_type == "central" else []), name.upper()]
    return [form for form in dict.fromkeys(found) if form != name]


def unit_short_forms(unit: str) -> list[str]:
    """List short forms of a unit's name; capitals when it has none.

    Parameters
    ----------
    unit : str
        The unit's full name.

    Returns
    -------
    list of str
        At least one.

    Examples
    --------
    >>> unit_short_forms("Pengadilan Agama Pati")
    ['PA Pati']
    """
    for full, shorts in _SHORT_UNITS:
        if full in unit:
            return [unit.replace(full, short) for short in shorts]
    return [unit.upper()]
