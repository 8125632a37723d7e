"""Known: the exact likelihood of all that is known of the counts, with its gradient."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.coarsened_bounds import Component, are_nested, contradict, drop_implied, link_components, tighten
from zi_analysis.study.coarsened_laws import Bins, make_bins, weigh_bins
from zi_analysis.study.coarsened_plan import LARGEST, Plan, TooLargeError, plan_component
from zi_analysis.study.coarsened_tables import CoarseTable
from zi_analysis.study.columns import name_terms

_LOSS = 1e-8


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of the counts, ready to be weighed under any means.

    Attributes
    ----------
    table : CoarseTable
        Tightened bounds and binding sums.
    bins : Bins
        Values that each cell may have.
    plans : tuple of Plan
        Linked cells that are added up exactly.
    method : str
        "convolution" (sums nest) or "enumeration" (sums cross).
    """

    table: CoarseTable
    bins: Bins
    plans: tuple[Plan, ...]
    method: str


@dataclass(frozen=True, eq=False)
class Weighed:
    """The likelihood of what is known, and what it says of each cell.

    Attributes
    ----------
    log_likelihood : float
        Logarithm of the probability of all that is known.
    by_log_mean : ndarray, shape (cells,)
        Its derivatives to each log mean.
    by_log_alpha : float
        Its derivative to log alpha.
    weights : ndarray, shape (bins,)
        Distribution of each cell given all that is known.
    """

    log_likelihood: float
    by_log_mean: np.ndarray
    by_log_alpha: float
    weights: np.ndarray


def prepare_known(table: CoarseTable, *, labels: Sequence[object], largest: int = LARGEST) -> Known:
    """Tighten bounds, link cells and plan how each group of linked cells is added up.

    Parameters
    ----------
    table : CoarseTable
        As read.
    labels : sequence
        Labels of the cells, for messages.
    largest : int
        Entries that an array may hold.

    Returns
    -------
    Known

    Raises
    ------
    StudyRefusal
        If no counts can meet what is known, or sums cross in too many ways to be added up.

    Examples
    --------
    >>> total = np.array([4.0])
    >>> table = CoarseTable(np.zeros(2), np.full(2, np.inf), (np.array([0, 1]),), total, total, ("sum",))
    >>> weighed = weigh_known(prepare_known(table, labels=[0, 1]), np.log([1.0, 2.0]), 0.0)
    >>> round(float(np.exp(weighed.log_likelihood)), 4)  # a Poisson count of mean 3 is 4
    0.168
    """
    tight = drop_implied(tighten(table, labels), labels)
    low, high = tight.lower.astype(int), np.where(np.isinf(tight.upper), tight.lower, tight.upper).astype(int)
    open_ended = np.isinf(tight.upper)
    plans, crossed = [], False
    for component in link_components(tight):
        if not component.sums:
            continue
        cells = list(component.cells)
        crossed |= not are_nested([tight.members[place] for place in component.sums])
        try:
            plan = plan_component(tight, component, largest=largest)
        except TooLargeError:
            raise _too_large(tight, component) from None
        _check_possible(plan, tight, component.sums, [labels[cell] for cell in cells])
        plans.append(plan)
        high[cells], low[cells], open_ended[cells] = plan.high, plan.low, plan.open_ended
    method = "enumeration" if crossed else "convolution"
    return Known(tight, make_bins(low, high, open_ended), tuple(plans), method)


def _too_large(table: CoarseTable, component: Component) -> StudyRefusal:
    """Refuse sums that cross too often to be added up."""
    names = [table.names[place] for place in component.sums]
    message = (
        f"the sums {name_terms(names)} cross in so many ways that adding up all counts needs too much memory; "
        f"leave some out by name, as leave_out=({names[-1]!r},)"
    )
    return StudyRefusal(message, key="too_large")


def _check_possible(plan: Plan, table: CoarseTable, sums: Sequence[int], labels: Sequence[object]) -> None:
    """Refuse a component of which no counts meet all sums: with a weight of one each, nothing is left."""
    values = [np.ones(int(high - low + 1)) for low, high in zip(plan.low, plan.high, strict=True)]
    if not np.isfinite(_run(plan, values, direct=False)[0]):
        raise contradict([table.names[place] for place in sums], labels)


def weigh_known(known: Known, log_mean: np.ndarray, alpha: float) -> Weighed:
    """Weigh what is known under Poisson or negative binomial counts of given means.

    Parameters
    ----------
    known : Known
        From ``prepare_known``.
    log_mean : ndarray, shape (cells,)
        Logarithm of each mean.
    alpha : float
        Overdispersion, zero for Poisson.

    Returns
    -------
    Weighed
        Minus infinity where the means are so far off that the probability is too small for a float.

    Notes
    -----
    The gradient is the expectation of the complete data's score given what is known (Louis 1982).
    """
    with np.errstate(all="ignore"):  # means that are far off overflow; their weight is then zero
        return _weigh(known, log_mean, alpha)


def _weigh(known: Known, log_mean: np.ndarray, alpha: float) -> Weighed:
    """Weigh each cell's counts by what is known, adding up over the plans of the linked ones."""
    bins = known.bins
    law = weigh_bins(bins, log_mean, alpha)
    log_weight = law.log_probability.copy()
    total = 0.0
    linked = np.zeros(len(log_mean), dtype=bool)
    weights = np.empty(len(log_weight))
    ends = np.r_[bins.starts[1:], len(log_weight)]
    for plan in known.plans:
        linked[list(plan.cells)] = True
        parts = [slice(bins.starts[cell], ends[cell]) for cell in plan.cells]
        value, found = _weigh_plan(plan, [log_weight[part] for part in parts], np.exp(log_mean[list(plan.cells)]))
        total += value
        for part, weight in zip(parts, found, strict=True):
            weights[part] = weight
    alone = ~linked[bins.cell]
    peak = np.maximum.reduceat(log_weight, bins.starts)
    shifted = np.exp(log_weight - peak[bins.cell])
    sums = np.add.reduceat(shifted, bins.starts)
    weights[alone] = (shifted / sums[bins.cell])[alone]
    total += float((peak + np.log(sums))[~linked].sum())
    return Weighed(
        float(total) if np.isfinite(total) else -np.inf,
        np.add.reduceat(weights * law.by_log_mean, bins.starts),
        float(weights @ law.by_log_alpha),
        weights,
    )


def _weigh_plan(plan: Plan, log_weights: list[np.ndarray], mean: np.ndarray) -> tuple[float, list[np.ndarray]]:
    """Log-probability of one component and the distributions of its cells.

    Counts with a fixed total keep their distribution when each weight is multiplied by the same constant to the
    power of the count; the constant is chosen so that the means add up to the total, and few weights are tiny.
    """
    tilt, constant = _tilt(plan, mean)
    tilted = []
    for number, log_weight in enumerate(log_weights):
        values = log_weight + tilt[number] * np.arange(plan.low[number], plan.low[number] + len(log_weight))
        constant += values.max()
        tilted.append(np.exp(values - values.max()))
    for direct in (False, True):
        value, found = _run(plan, tilted, direct=direct)
        sizes = np.array([weight.sum() for weight in found])
        if np.isfinite(value) and (np.abs(sizes - 1) < _LOSS).all():
            return value + constant, [weight / size for weight, size in zip(found, sizes, strict=True)]
    return -np.inf, [np.full(len(weight), 1 / len(weight)) for weight in log_weights]


def _tilt(plan: Plan, mean: np.ndarray) -> tuple[np.ndarray, float]:
    """The tilt of each cell, and what it takes from the log-probability."""
    tilt, constant = np.zeros(len(plan.cells)), 0.0
    for cells, total in plan.exact * 2:
        reached = float((mean * np.exp(tilt))[list(cells)].sum())
        step = np.log(max(total, 0.5) / max(reached, 1e-300))
        tilt[list(cells)] += step
        constant -= step * total
    return tilt, constant


def _run(plan: Plan, weights: list[np.ndarray], *, direct: bool) -> tuple[float, list[np.ndarray]]:
    """Logarithm of the sum over all counts, and each cell's part of it; every array scaled to a largest entry of 1."""
    values, scales = list(weights), []
    for step in plan.steps:
        made = step.forward(values, direct=direct)
        scale = float(made.max())
        if not scale > 0 or not np.isfinite(scale):
            return -np.inf, [np.full_like(weight, np.nan) for weight in weights]
        values.append(made / scale)
        scales.append(scale)
    adjoints: list[np.ndarray | None] = [None] * len(values)
    adjoints[-1] = np.ones_like(values[-1])
    for place in range(len(values) - 1, len(weights) - 1, -1):
        adjoint = adjoints[place]
        if adjoint is not None:
            scaled = adjoint / scales[place - len(weights)]
            for source, given in plan.steps[place - len(weights)].backward(values, scaled, direct=direct):
                adjoints[source] = given
    found = [weight * adjoint for weight, adjoint in zip(values, adjoints, strict=False) if adjoint is not None]
    return float(np.log(scales).sum()), found[: len(weights)]
