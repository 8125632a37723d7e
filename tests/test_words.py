"""Words and numbers in both languages."""

import re
import string
from pathlib import Path

import pandas as pd
import pytest

from zi_analysis.errors import ZiError
from zi_analysis.exhibits import words
from zi_analysis.exhibits.words import LANGUAGES, catalogue, listing, number, percent, say, spread


@pytest.mark.parametrize("key", sorted(catalogue()))
def test_every_entry_has_both_languages_with_the_same_places(key: str) -> None:
    entry = catalogue()[key]
    assert set(entry) == set(LANGUAGES)
    places = [{name for _, name, _, _ in string.Formatter().parse(entry[language]) if name} for language in LANGUAGES]
    assert places[0] == places[1]
    assert all(text.strip() for text in entry.values())


def test_every_key_in_the_code_is_in_the_catalogue() -> None:
    folder = words._CATALOGUE.parent
    code = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    keys = set(re.findall(r'say\(\s*"([a-z_]+\.[A-Za-z0-9_]+)"', code))
    assert keys
    assert keys <= set(catalogue())


def _is_a_name(name: str, words: str) -> bool:
    """Whether a name that is filled into a key is quoted somewhere: a word, a log step, a merge rule, a stage."""
    step = name.removeprefix("merge_").replace("_", "[ :-]+")
    stage = name.replace("stage_", "agencies_")
    return name.isdigit() or any(re.search(rf'"{pattern}"', words) for pattern in (name, step, stage))


def test_every_entry_is_used() -> None:
    """A whole key stands in the code, or its section is used with a name filled in."""
    folder = words._CATALOGUE.parents[1]
    code = "\n".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    notebooks = "\n".join(path.read_text(encoding="utf-8") for path in folder.parent.glob("notebooks/*.ipynb"))
    vocabulary = (folder.parent / "data" / "datapackage.json").read_text(encoding="utf-8")
    filled = set(re.findall(r"f\"([a-z_]+)\.", code)) | {"measure"}
    unused = [
        key
        for key in catalogue()
        if f'"{key}"' not in code
        and f'\\"{key}\\"' not in notebooks
        and not (key.split(".")[0] in filled and _is_a_name(key.split(".", 1)[1], code + vocabulary))
    ]
    assert unused == []


def test_numbers_follow_the_language() -> None:
    assert (number(1234.5, "en", decimals=1), number(1234.5, "id", decimals=1)) == ("1,234.5", "1.234,5")
    assert (percent(0.125, "en"), percent(0.125, "id")) == ("12.5%", "12,5%")


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA])
def test_unknown_is_said_and_never_zero(missing: object) -> None:
    assert number(missing, "en") == percent(missing, "en") == "unknown"
    assert number(missing, "id") == "tidak diketahui"


def test_spreads() -> None:
    assert spread(7, 11, "en") == "7–11"
    assert spread(7, 7, "en") == "7"
    assert spread(7, pd.NA, "en") == "at least 7"
    assert spread(0, None, "id") == "tidak diketahui"


def test_listings() -> None:
    assert [listing(list("abc")[:count], "en") for count in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert listing(["a", "b"], "id") == "a dan b"


def test_years_keep_their_digits_and_missing_values_are_named() -> None:
    assert "2.020" not in say("exhibit.own_evidence", "id", first_year=2012, last_year=2020)
    with pytest.raises(ZiError, match="need a value for 'last_year'"):
        say("exhibit.own_evidence", "id", first_year=2012)


@pytest.mark.parametrize(("key", "language"), [("no.such", "en"), ("type.city", "fr")])
def test_unknown_words_say_so(key: str, language: str) -> None:
    with pytest.raises(ZiError, match=r"words\.toml"):
        say(key, language)


def test_a_key_in_two_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = '[type]\ncity = { en = "city", id = "kota" }\n'
    for name in ("words.toml", "words_more.toml"):
        (tmp_path / name).write_text(entry, encoding="utf-8")
    monkeypatch.setattr(words, "_CATALOGUE", tmp_path / "words.toml")
    with pytest.raises(ZiError, match=r"words_more\.toml holds 'type\.city' again"):
        catalogue.__wrapped__()
