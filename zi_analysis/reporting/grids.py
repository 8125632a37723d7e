"""Grids of parameters: a yaml file read without trust, and the combinations it stands for."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zi_analysis.errors import ParameterError

_LARGEST = 1_000_000
MOST = 20_000


@dataclass(frozen=True)
class Grid:
    """The combinations of parameters of a sweep.

    Parameters
    ----------
    combinations : tuple of dict
        Name to value, as written; not yet checked against a notebook.
    varied : tuple of str
        Names that differ between combinations.

    Examples
    --------
    >>> Grid(({"seed": 1}, {"seed": 2}), ("seed",)).varied
    ('seed',)
    """

    combinations: tuple[dict[str, Any], ...]
    varied: tuple[str, ...]


def read_grid(path: Path) -> Grid:
    """Read a grid.

    Parameters
    ----------
    path : Path
        A yaml file with ``grid:`` (name to a list of values; every combination is meant), ``runs:`` (a list of
        mappings, each one combination), or both, which are added. A parameter whose value is itself a list takes a
        list of lists.

    Returns
    -------
    Grid

    Raises
    ------
    ParameterError
        If the file cannot be read, is no such yaml, names a parameter twice or stands for too many combinations.

    Examples
    --------
    >>> read_grid(Path("grid.yml"))  # doctest: +SKIP
    """
    import yaml

    try:
        if path.stat().st_size > _LARGEST:
            raise ParameterError(f"{path} is larger than {_LARGEST:,} bytes; write ranges as several smaller grids")
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ParameterError(f"{path} is not a text in UTF-8; write it as plain yaml") from error
    except OSError as error:
        raise ParameterError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from error
    try:
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text)):
            raise ParameterError(f"{path} uses yaml aliases (*name); write the values out")
        content = yaml.load(text, Loader=_strict_loader())  # noqa: S506  a subclass of SafeLoader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark else ""
        raise ParameterError(f"{path} is not yaml{place}: {getattr(error, 'problem', None) or error}") from error
    return grid_of(content, str(path))


def _strict_loader() -> type:
    """A loader of plain values that refuses a key written twice."""
    import yaml

    class StrictLoader(yaml.SafeLoader):
        """Safe, and strict with keys."""

    def mapping(loader: Any, node: Any) -> dict[Any, Any]:
        """Read a mapping; a name given twice is an error."""
        pairs = [(loader.construct_object(key, deep=True), loader.construct_object(value, deep=True))
                 for key, value in node.value]  # fmt: skip
        names = [name for name, _ in pairs]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise yaml.constructor.ConstructorError(None, None, f"{twice} is named twice", node.start_mark)
        return dict(pairs)

    StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, mapping)
    return StrictLoader


def grid_of(content: Any, place: str) -> Grid:
    """Turn the content of a grid's file into combinations.

    Parameters
    ----------
    content : object
        As read from yaml.
    place : str
        Named in errors.

    Returns
    -------
    Grid

    Raises
    ------
    ParameterError
        If it is not what `read_grid` says.

    Examples
    --------
    >>> grid_of({"grid": {"seed": [1, 2], "predicate": ["WBK"]}}, "grid.yml").combinations
    ({'seed': 1, 'predicate': 'WBK'}, {'seed': 2, 'predicate': 'WBK'})
    """
    if not isinstance(content, Mapping) or not content or set(content) - {"grid", "runs"}:
        raise ParameterError(
            f"{place} must hold 'grid:' or 'runs:' and nothing else; see zi sweep --help for an example"
        )
    combinations = [*_crossed(content.get("grid"), place), *_listed(content.get("runs"), place)]
    if not combinations:
        raise ParameterError(f"{place} stands for no combination; give each parameter of 'grid:' a list of values")
    names = list(dict.fromkeys(name for one in combinations for name in one))
    varied = [name for name in names if len({repr(one.get(name)) for one in combinations}) > 1]
    return Grid(tuple(combinations), tuple(varied))


def _crossed(grid: Any, place: str) -> Iterator[dict[str, Any]]:
    """Yield every combination of a grid."""
    if grid is None:
        return
    if not isinstance(grid, Mapping):
        raise ParameterError(f"{place}: 'grid:' must be a mapping of names to lists of values")
    count = 1
    for name, values in grid.items():
        if not isinstance(values, list) or not values:
            raise ParameterError(f"{place}: {name!s:.80} in 'grid:' needs a list of values, as in {name!s:.80}: [1, 2]")
        count *= len(values)
    if count > MOST:
        raise ParameterError(f"{place} stands for {count:,} combinations; the most is {MOST:,}, so split it")
    for values in itertools.product(*grid.values()):
        yield {str(name): value for name, value in zip(grid, values, strict=True)}


def _listed(runs: Any, place: str) -> Iterator[dict[str, Any]]:
    """Yield combinations that are written one by one."""
    if runs is None:
        return
    if not isinstance(runs, list) or len(runs) > MOST or not all(isinstance(one, Mapping) for one in runs):
        raise ParameterError(f"{place}: 'runs:' must be a list of at most {MOST:,} mappings of names to values")
    for one in runs:
        yield {str(name): value for name, value in one.items()}
