"""What titles, sheet names and section rows tell of the rows below them: year, predicate, body, stage."""

import re
from dataclasses import dataclass

from zi_analysis.evidence.text import normalise

_LONGEST_TITLE = 400  # characters; what follows is prose
_PREDICATES = {
    "WBK": re.compile(r"\bwbk\b|\bwilayah bebas (?:dari |dr )?korupsi\b"),
    "WBBM": re.compile(r"\bwbbm\b|\bwilayah birokrasi bersih(?: dan| &)? melayani\b"),
}
_YEAR = r"20[0-4]\d(?: 20[0-4]\d)?"
_NAMED_YEAR = re.compile(rf"\b(?:tahun|thn|ta|tahun anggaran|tahun evaluasi|year|periode) ({_YEAR})\b")
_BARE_YEAR = re.compile(rf"(?<![\d.])\b({_YEAR})\b")
_SPAN = re.compile(r"\b20\d\d (?:sd|s d|sampai|sampai dengan|hingga|dan|to|until|and) (?:tahun |thn )?20\d\d\b")
_REGULATION = re.compile(r"\b(?:nomor|no|number) [\w ]{1,30}? (?:tahun|thn|year) \d{4}\b")
_ON_THE_LIST = re.compile(
    r"\b(?:daftar|wbk|wbbm|zona integritas|zi|penerima|peraih|predikat|rekap|rekapitulasi|penghargaan|unit kerja|"
    r"satuan kerja|satker|list|awards?|awardees|hasil evaluasi)\b"
)
_ELSEWHERE = re.compile(r"\b(?:tanggal|tgl|permen\w*|peraturan|undang|surat|keputusan|jakarta|lampiran|dated)\b")
_PROPOSED = re.compile(r"\b(?:usulan|diusulkan|pengusulan|usul|calon|nominasi|nominee|proposed|dicalonkan)\b")
_BODY = re.compile(
    r"\b(pemerintah (?:provinsi|prov|kabupaten|kab|kota)|pemprov|pemkab|pemkot|kementerian|mahkamah agung|"
    r"kejaksaan agung|kepolisian negara|badan|lembaga|komisi|dewan|arsip|perpustakaan|sekretariat jenderal)\b"
)
_LOCAL = re.compile(r"(?:provinsi|kabupaten|kota) [a-z ]{3,40}")
_AFTER_BODY = re.compile(
    r"\s+(?:tahun|thn|ta|periode|yang|dalam|predikat|menuju|peraih|penerima|per|untuk|dengan|sebagai|wbk|wbbm|"
    r"zona integritas|pada|semester|triwulan|di lingkungan)\b.*|\s*[:;(\d|].*",
    flags=re.IGNORECASE,
)
_JUDGES = re.compile(r"\b(?:pendayagunaan aparatur|panrb|pan rb|penilai nasional|tim penilai)\b")
_WITHIN = re.compile(r"\b(?:di )?lingkungan\s+|\b(?:pada|milik|within|of the)\s+", flags=re.IGNORECASE)
_ENUMERATION = re.compile(r"^\s*(?:\(?(?:[ivxlc]+|[a-z]|\d{1,3})[.)]\s*|[-•*]\s+)", flags=re.IGNORECASE)
_LIST_MARK = re.compile(r"\(?(?:[ivxlc]+|[a-z]|\d{1,3})\)?[.)]?", flags=re.IGNORECASE)

# words after which a body's name is part of a longer name or a sentence
_PROPER = re.compile(r"\b(?:kantor|menteri|peraturan|keputusan|kepala|deputi|surat|sumber|oleh|wilayah)\b")
_CONTEXT = (
    "a b c d i ii iii iv predikat peraih penerima penghargaan tahun thn ta daftar unit kerja satker satuan menuju "
    "zona integritas zi kategori evaluasi hasil yang meraih mendapat memperoleh dan nasional mandiri award awards "
    "year list of the units predicate periode anggaran"
)
_CONTEXT_WORDS = frozenset(_CONTEXT.split())


@dataclass(frozen=True)
class Told:
    """What a text outside the rows tells of them; empty where it does not."""

    predicate: str = ""
    year: str = ""
    agency: str = ""
    status: str = ""
    region: str = ""

    def __bool__(self) -> bool:
        return any((self.predicate, self.year, self.agency, self.status, self.region))


def read_title(text: str) -> Told:
    """Read a line above a list.

    The year of a regulation, a letter or a date is not the list's; a title that names both predicates names
    none; the ministry that judges is not the body of the units.

    Parameters
    ----------
    text : str
        The line as one text.

    Returns
    -------
    Told
        What it tells.

    Examples
    --------
    >>> read_title("DAFTAR UNIT KERJA PERAIH WBK PEMERINTAH KABUPATEN MAGETAN TAHUN 2023")
    Told(predicate='WBK', year='2023', agency='PEMERINTAH KABUPATEN MAGETAN', status='', region='')
    >>> read_title("Sesuai Peraturan Menteri PANRB Nomor 90 Tahun 2021")
    Told(predicate='', year='', agency='', status='', region='')
    """
    text = text[:_LONGEST_TITLE]
    words = normalise(text)
    status = _PROPOSED.search(words)
    return Told(_predicate(words), _title_year(words), _title_agency(text), status[0] if status else "")


def read_sheet_name(name: str) -> Told:
    """Read the name of a sheet.

    Parameters
    ----------
    name : str
        As shown on its tab.

    Returns
    -------
    Told
        Predicate and year.

    Examples
    --------
    >>> read_sheet_name("WBBM_2021")
    Told(predicate='WBBM', year='2021', agency='', status='', region='')
    """
    words = normalise(name)
    return Told(_predicate(words), _one_year(_BARE_YEAR.findall(words)))


def read_section(text: str) -> Told:
    """Read a row that stands between the rows of a list.

    Parameters
    ----------
    text : str
        Its only text.

    Returns
    -------
    Told
        Predicate and year, or else the body it names.

    Examples
    --------
    >>> read_section("B. Predikat WBBM Tahun 2022").year
    '2022'
    >>> read_section("II. Kementerian Agama").agency
    'Kementerian Agama'
    """
    text = text[:_LONGEST_TITLE]
    words = normalise(_ENUMERATION.sub("", text))
    predicate, year = _predicate(words), "" if _SPAN.search(words) else _one_year(_BARE_YEAR.findall(words))
    agency = _title_agency(_ENUMERATION.sub("", text))
    return Told(predicate, year, agency)


def section_text(cells: list[str]) -> str:
    """Return the only text of a line besides marks that count lines, or nothing.

    Parameters
    ----------
    cells : list of str
        Cells of a line.

    Returns
    -------
    str
        Empty where the line holds several texts.

    Examples
    --------
    >>> section_text(["A.", "", "Kementerian Agama"])
    'Kementerian Agama'
    """
    texts = [cell for cell in cells if cell and not _LIST_MARK.fullmatch(cell.strip())]
    return texts[0] if len(set(texts)) == 1 else ""


def bare_name(text: str) -> str:
    """Leave out the mark that counts a section.

    Parameters
    ----------
    text : str
        Text of a section.

    Returns
    -------
    str
        The text without it.

    Examples
    --------
    >>> bare_name("IV. Badan Pusat Statistik")
    'Badan Pusat Statistik'
    """
    return _ENUMERATION.sub("", text).strip()


def only_context(text: str) -> bool:
    """Tell whether a text holds nothing but a predicate or year and the words that go with them.

    Parameters
    ----------
    text : str
        A cell.

    Returns
    -------
    bool
        True for "Predikat WBBM Tahun 2022", false for a unit.

    Examples
    --------
    >>> only_context("A. WBK"), only_context("RSUD Kota Batu")
    (True, False)
    """
    if len(text) > _LONGEST_TITLE:
        return False
    words = normalise(_ENUMERATION.sub("", text))
    if not (_predicate(words) or _BARE_YEAR.search(words)):
        return False
    for pattern in _PREDICATES.values():
        words = pattern.sub(" ", words)
    left = set(_BARE_YEAR.sub(" ", words).split()) - _CONTEXT_WORDS
    return not left


def _predicate(words: str) -> str:
    """Name the only predicate of a text."""
    found = [name for name, pattern in _PREDICATES.items() if pattern.search(words)]
    return found[0] if len(found) == 1 else ""


def _title_year(words: str) -> str:
    """Name the year of a list from a title."""
    plain = _REGULATION.sub(" ", words)
    if _SPAN.search(plain):
        return ""
    named = _NAMED_YEAR.findall(plain)
    if named:
        aside = _ELSEWHERE.search(plain) and not _ON_THE_LIST.search(plain)
        return "" if aside else _one_year(named)
    if _ON_THE_LIST.search(plain) and not _ELSEWHERE.search(plain):
        return _one_year(_BARE_YEAR.findall(plain))
    return ""


def _one_year(found: list[str]) -> str:
    """Return the only year among those found; a season such as 2023/2024 is one, a longer span none."""
    different = list(dict.fromkeys(found))
    years = different[0].split() if len(different) == 1 else []
    if len(years) == 2 and int(years[1]) != int(years[0]) + 1:
        return ""
    return "/".join(years)


def _title_agency(text: str) -> str:
    """Name the body that a title clearly names."""
    flat = " ".join(text.split())
    words = normalise(flat)
    inside = _WITHIN.split(flat)[-1] if _WITHIN.search(flat) else flat
    if _JUDGES.search(words) and inside == flat:
        return ""
    if _LOCAL.fullmatch(words) and len(words.split()) <= 5:
        return flat
    found = _BODY.search(inside.casefold())
    if found is None or _PROPER.search(inside[: found.start()].casefold()):
        return ""
    named = _AFTER_BODY.sub("", inside[found.start() :], count=1).strip(" ,.-–|")
    return named if len(named.split()) > 1 else ""
