"""Grammar: the few words a formula may hold, read token by token."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from keyword import iskeyword

from zi_analysis.errors import ParameterError, StudyRefusal

# A formula names a column in three ways, and each must see its own values: as a plain term (a calendar year
# is centred there), as a factor (whole numbers stay whole, so that levels read 2020 and not 2020.0) and
# inside arithmetic (floats as in the table, so that I(year >= 2021) is true to the calendar and powers do not
# overflow).
FACTOR_MARK = "level__"
NUMBER_MARK = "number__"

_LONGEST = 2000
_DEEPEST = 20
_FUNCTIONS = ("C", "I", "Treatment", "log", "np")
_TOKEN = re.compile(
    r"\s*(?:(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<number>\d+\.?\d*|\.\d+)"
    r"|(?P<text>'[^'\\\n]*'|\"[^\"\\\n]*\")|(?P<sign>\*\*|[<>=!]=|[-+*/:~(),.<>=]))"
)
_ALLOWED = (
    "a formula may hold column names, + - : * ~ 0 1 ( ), C(column), C(column, Treatment('level')), "
    "np.log(...), and arithmetic or one comparison inside I(...)"
)


@dataclass
class Reader:
    """The tokens of one formula, the place reached, and the columns seen so far."""

    formula: str
    tokens: list[tuple[str, str]]
    place: int = 0
    depth: int = 0
    plain: list[str] = field(default_factory=list)
    factors: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    references: dict[str, str | int | float] = field(default_factory=dict)

    def next_is(self, *values: str) -> bool:
        """Tell whether the next token is one of these."""
        return self.place < len(self.tokens) and self.tokens[self.place][1] in values

    def take(self, kind: str | None = None, value: str | None = None) -> str:
        """Return the next token's text, refuse when it is not of this kind or value."""
        if self.place >= len(self.tokens):
            raise refuse(self.formula, "it ends too early")
        found_kind, found = self.tokens[self.place]
        if (kind and found_kind != kind) or (value and found != value):
            raise refuse(self.formula, f"{found!r} cannot stand there")
        self.place += 1
        return found


def refuse(formula: str, reason: str) -> StudyRefusal:
    """Make the refusal of a formula that holds something it may not."""
    return StudyRefusal(f"formula {formula!r} is not read: {reason}; {_ALLOWED}")


def split(formula: str) -> list[tuple[str, str]]:
    """Cut a formula into (kind, text) pairs."""
    if not isinstance(formula, str):
        raise ParameterError(f"formula is {formula!r}; give text such as 'awards ~ C(agency_type)'")
    if len(formula) > _LONGEST:
        raise StudyRefusal(f"formula of {len(formula)} characters is not read; keep it under {_LONGEST}")
    tokens, place, text = [], 0, formula.strip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise refuse(formula, f"{text[place:].split()[0][:20]!r} is not allowed")
        kind = str(match.lastgroup)
        if kind == "name":
            _check_name(formula, match[kind])
        tokens.append((kind, match[kind]))
        place = match.end()
    return tokens


def _check_name(formula: str, name: str) -> None:
    """Refuse names that Python keeps for itself."""
    if "__" in name or iskeyword(name):
        raise refuse(formula, f"{name!r} is not allowed as a name")


def read_response(reader: Reader) -> str | None:
    """Read ``name ~`` or ``~`` at the start, if the formula has one."""
    if not any(text == "~" for _, text in reader.tokens):
        return None
    response = None if reader.next_is("~") else reader.take("name")
    reader.take(value="~")
    return response


def read_sum(reader: Reader) -> str:
    """Terms joined by + and -."""
    text = reader.take() if reader.next_is("+", "-") else ""
    text += _read_product(reader)
    while reader.next_is("+", "-"):
        text += f" {reader.take()} {_read_product(reader)}"
    return text


def _read_product(reader: Reader) -> str:
    """Terms joined by * and :, left to patsy to bind in its own order."""
    text = _read_term(reader)
    while reader.next_is("*", ":"):
        text += f" {reader.take()} {_read_term(reader)}"
    return text


def _read_term(reader: Reader) -> str:
    """One column, 0, 1, a group in parentheses, or one of the allowed functions."""
    if reader.next_is("("):
        return _read_group(reader, read_sum)
    if reader.next_is("0", "1"):
        return reader.take("number")
    name = reader.take("name")
    if name == "C" and reader.next_is("("):
        return _read_factor(reader)
    if name == "I" and reader.next_is("("):
        return "I" + _read_group(reader, _read_comparison)
    if name in ("log", "np") and reader.next_is("(", "."):
        return _read_logarithm(reader, name)
    return _note(reader, reader.plain, name)


def _note(reader: Reader, seen: list[str], name: str, mark: str = "") -> str:
    """Remember the name of a column that was read."""
    if name in _FUNCTIONS:
        raise refuse(reader.formula, f"{name!r} is the name of a function; rename the column")
    seen.append(name)
    return mark + name


def _read_group(reader: Reader, read: Callable[[Reader], str]) -> str:
    """Something in parentheses."""
    reader.depth += 1
    if reader.depth > _DEEPEST:
        raise refuse(reader.formula, f"more than {_DEEPEST} parentheses deep")
    reader.take(value="(")
    text = read(reader)
    reader.take(value=")")
    reader.depth -= 1
    return f"({text})"


def _read_factor(reader: Reader) -> str:
    """``C(column)`` or ``C(column, Treatment(level))``, its name already taken."""
    reader.take(value="(")
    name = reader.take("name")
    text = "C(" + _note(reader, reader.factors, name, FACTOR_MARK)
    if reader.next_is(","):
        reader.take()
        text += ", " + _read_treatment(reader, name)
    reader.take(value=")")
    return text + ")"


def _read_treatment(reader: Reader, column: str) -> str:
    """``Treatment``, ``Treatment(level)`` or ``Treatment(reference=level)``."""
    reader.take(value="Treatment")
    if not reader.next_is("("):
        return "Treatment"
    reader.take()
    if reader.next_is("reference"):
        reader.take()
        reader.take(value="=")
    kind, level = reader.tokens[reader.place] if reader.place < len(reader.tokens) else ("", "")
    if kind not in ("text", "number"):
        raise refuse(reader.formula, f"Treatment needs a level of {column} in quotes or a number")
    reader.place += 1
    reader.take(value=")")
    reader.references[column] = level[1:-1] if kind == "text" else _number(level)
    return f"Treatment({reader.references[column]!r})"


def _number(text: str) -> int | float:
    """Read a number."""
    return float(text) if "." in text else int(text)


def _read_logarithm(reader: Reader, name: str) -> str:
    """``log(...)`` or ``np.log(...)``, its first word already taken."""
    if name == "np":
        reader.take(value=".")
        reader.take(value="log")
    return "np.log" + _read_group(reader, _read_arithmetic)


def _read_comparison(reader: Reader) -> str:
    """Arithmetic, or two of it compared."""
    text = _read_arithmetic(reader)
    if reader.next_is("==", "!=", "<", "<=", ">", ">="):
        text += f" {reader.take()} {_read_arithmetic(reader)}"
    return text


def _read_arithmetic(reader: Reader) -> str:
    """Read sums and products."""
    text = reader.take() if reader.next_is("+", "-") else ""
    text += _read_power(reader)
    while reader.next_is("+", "-", "*", "/"):
        text += f" {reader.take()} {_read_power(reader)}"
    return text


def _read_power(reader: Reader) -> str:
    """A value, or one with columns in it raised to a number: powers of bare numbers could run for ever."""
    before = len(reader.numbers)
    text = _read_value(reader)
    if not reader.next_is("**"):
        return text
    if len(reader.numbers) == before:
        raise refuse(reader.formula, "only an expression with a column in it can be raised to a power")
    reader.take()
    return f"{text} ** {_number(reader.take('number'))}"


def _read_value(reader: Reader) -> str:
    """Read a number, a text, a column, a logarithm or a group."""
    if reader.next_is("("):
        return _read_group(reader, _read_arithmetic)
    kind = reader.tokens[reader.place][0] if reader.place < len(reader.tokens) else ""
    if kind in ("number", "text"):
        return str(_number(reader.take())) if kind == "number" else reader.take()
    name = reader.take("name")
    if name in ("log", "np") and reader.next_is("(", "."):
        return _read_logarithm(reader, name)
    return _note(reader, reader.numbers, name, NUMBER_MARK)
