"""The chart of the explorer as Vega-Lite, upright for wide screens and lying for phones.

One grammar for counts and rates: a solid bar is certain, a pale one reaches from the lower to the upper bound, one
without an end has no upper bound, and a hollow ring with a question mark is unknown.
"""

from typing import Any, Literal

import altair as alt

Direction = Literal["upright", "lying"]
_STUB, _RING = 14, 13  # px: length of an arrow; distance of the ring from the axis
_KIND = "datum.kind === '{}'"


def bar_chart(direction: Direction) -> dict[str, Any]:
    """Write the chart of one series by year.

    Parameters
    ----------
    direction : {"upright", "lying"}
        Years from left to right, or from top to bottom.

    Returns
    -------
    dict
        A Vega-Lite specification. The page fills in the data sets ``rows`` (year, lower, upper, kind, dashed, label,
        alt, key) and ``rules`` (year, label), the size, and the parameters ``hue``, ``pale``, ``ink``, ``soft``,
        ``paper`` and ``top``.

    Examples
    --------
    >>> sorted(bar_chart("upright")["datasets"])
    ['rows', 'rules']
    """
    rows, rules = alt.NamedData("rows"), alt.NamedData("rules")
    layers = [
        _rule_lines(direction).properties(data=rules),
        *[layer.properties(data=rows) for layer in (*_bars(direction), *_unknown(direction), _labels(direction))],
        _hit(direction).properties(data=rows),
    ]
    chart = alt.layer(*layers).add_params(*[alt.param(name=name, value=value) for name, value in _PARAMETERS.items()])
    spec = chart.to_dict()
    spec["datasets"] = {"rows": [], "rules": []}
    return spec


_PARAMETERS = {"hue": "#0173b2", "pale": "#93c4e6", "ink": "#222", "soft": "#666", "paper": "#fff", "top": 1}


def _year(direction: Direction, **options: Any) -> alt.X | alt.Y:
    """Place the year along the axis of years."""
    axis = alt.Axis(title=None, ticks=False, domain=direction == "upright", labelAngle=0, labelPadding=6)
    place = alt.X if direction == "upright" else alt.Y
    scale = alt.Scale(paddingInner=0.28, paddingOuter=0.14)
    return place("year:O", axis=axis, scale=scale, **options)


def _value(direction: Direction, field: str) -> alt.X | alt.Y:
    """Place a number along the axis of values, from zero."""
    axis = alt.Axis(title=None, ticks=False, domain=False, tickCount=5, labelExpr=_LABEL, gridDash=[])
    scale = alt.Scale(domain=[0, alt.ExprRef("top")], nice=False)
    place = alt.Y if direction == "upright" else alt.X
    return place(f"{field}:Q", axis=axis, scale=scale, stack=None)


_LABEL = "format(datum.value, datum.value % 1 ? ',.1f' : ',.0f')"


def _layer(mark: str, direction: Direction, keep: str | None, *, field: str = "lower", **look: Any) -> alt.Chart:
    """A mark at the year and the value of a field; silent, as the marks over it speak."""
    at = "x" if direction == "upright" else "y"
    to = "y" if direction == "upright" else "x"
    silent: dict[str, Any] = {"aria": False, "tooltip": None, **look}
    chart = getattr(alt.Chart(), f"mark_{mark}")(**silent).encode(
        **{at: _year(direction), to: _value(direction, field)}
    )
    return chart.transform_filter(keep) if keep else chart


def _bars(direction: Direction) -> list[alt.Chart]:
    """What is certain, what lies between two bounds, and what has no upper bound."""
    end = "y2" if direction == "upright" else "x2"
    outwards: dict[str, Any] = {f"{end}Offset": -_STUB if direction == "upright" else _STUB}
    hue, pale = alt.ExprRef("hue"), alt.ExprRef("pale")
    dash: dict[str, Any] = {"strokeDash": [3, 2]}
    between = _layer("bar", direction, _KIND.format("range"), color=pale, stroke=hue, strokeWidth=1)
    open_end = _layer("rule", direction, _KIND.format("open"), color=hue, strokeWidth=2, **outwards)
    tip: dict[str, Any] = {"yOffset": -_STUB - 4} if direction == "upright" else {"xOffset": _STUB + 4}
    return [
        _layer("bar", direction, "datum.lower > 0", color=hue),
        between.encode(**{end: "upper:Q"}, strokeDash=_dashed(dash["strokeDash"])),
        open_end.encode(**{end: "lower:Q"}),
        _layer(
            "point",
            direction,
            _KIND.format("open"),
            shape="triangle-up" if direction == "upright" else "triangle-right",
            filled=True,
            fill=hue,
            opacity=1,
            size=44,
            **tip,
        ),
    ]


def _dashed(dash: list[int]) -> Any:
    """A broken outline where a bound is known from sums alone."""
    return alt.condition("datum.dashed", alt.value(dash), alt.value([1, 0]))


def _unknown(direction: Direction) -> list[alt.Chart]:
    """A hollow ring with a question mark, on the axis and not at a value."""
    at = "y" if direction == "upright" else "x"
    place = alt.value(alt.ExprRef(f"height - {_RING}")) if direction == "upright" else alt.value(_RING)
    soft = alt.ExprRef("soft")
    ring: dict[str, Any] = {
        "size": 230,
        "filled": False,
        "stroke": soft,
        "strokeWidth": 1.2,
        "strokeDash": [2, 2],
        "opacity": 1,
    }
    ink: dict[str, Any] = {"text": "?", "color": soft, "fontSize": 12, "fontWeight": 600}
    keep = _KIND.format("unknown")
    return [
        _layer(mark, direction, keep, **look).encode(**{at: place}) for mark, look in (("point", ring), ("text", ink))
    ]


def _labels(direction: Direction) -> alt.Chart:
    """The number at the end of each bar."""
    upright = direction == "upright"
    shift: dict[str, Any] = {"baseline": "bottom", "dy": -4} if upright else {"align": "left", "dx": 5}
    look: dict[str, Any] = {"color": alt.ExprRef("ink"), "fontSize": 11.5, **shift}
    far = f"datum.kind === 'open' ? {-_STUB - 7 if upright else _STUB + 7} : 0"
    away: dict[str, Any] = {"yOffset" if upright else "xOffset": alt.ExprRef(far)}
    return _layer("text", direction, "datum.kind !== 'unknown'", field="end", **look, **away).encode(text="label:N")


def _rule_lines(direction: Direction) -> Any:
    """A line before the first year under new rules, with their name."""
    upright = direction == "upright"
    at, to = ("x", "y") if upright else ("y", "x")
    start = _year(direction, bandPosition=0)
    before: dict[str, Any] = {"aria": False, "color": alt.ExprRef("soft"), f"{at}Offset": -6 if upright else -3}
    line = alt.Chart().mark_rule(strokeDash=[1, 3], **before).encode(**{at: start})
    look: dict[str, Any] = {"align": "left", "dx": 0, "dy": -7} if upright else {"align": "right", "dx": -2, "dy": 8}
    name = alt.Chart().mark_text(fontSize=11, **before, **look)
    edge = alt.value(0) if upright else alt.value(alt.ExprRef("width"))
    return alt.layer(line, name.encode(**{at: start, to: edge}, text="label:N"))


def _hit(direction: Direction) -> alt.Chart:
    """A clear column over each year: what a pointer or a key meets, and what a screen reader says."""
    at = "x" if direction == "upright" else "y"
    whole: dict[str, Any] = {"y": alt.value(0), "y2": alt.value(alt.ExprRef("height"))}
    if direction == "lying":
        whole = {"x": alt.value(0), "x2": alt.value(alt.ExprRef("width"))}
    clear = alt.Chart().mark_bar(fill="transparent", cursor="pointer", ariaRole="button")
    said: dict[str, Any] = {"description": "alt:N", "key": "key:N"}
    return clear.encode(**{at: _year(direction)}, **whole, **said)
