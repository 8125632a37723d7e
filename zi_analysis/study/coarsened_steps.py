"""Steps of a plan: adding up, masking and dropping counts, each forwards and backwards.

Forwards a step makes an array of weights from others. Backwards it takes the derivative of the final number to its
array and gives those to the arrays it was made from; the derivative to a cell's array, times the array, is the
cell's distribution given all that is known. (The inside and outside passes, as back-propagation: Eisner 2016.)
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np
from scipy import fft

_FEW = 8
_SMALL = 24


class Window(NamedTuple):
    """The part of a full sum that is kept: from start to stop of full; those above gathered at the end if folded."""

    start: int
    stop: int
    full: int
    fold: bool


class Step(Protocol):
    """What all steps can do."""

    def forward(self, values: list[np.ndarray], *, direct: bool) -> np.ndarray:
        """Make the step's array."""

    def backward(
        self, values: list[np.ndarray], adjoint: np.ndarray, *, direct: bool
    ) -> tuple[tuple[int, np.ndarray], ...]:
        """Give the derivative on: place of each array used, and the derivative to it."""


@dataclass(frozen=True, eq=False)
class Mask:
    """Weights set to zero where a sum is out of its bounds."""

    source: int
    keep: np.ndarray

    def forward(self, values: list[np.ndarray], *, direct: bool) -> np.ndarray:
        """Mask."""
        return values[self.source] * self.keep

    def backward(
        self, values: list[np.ndarray], adjoint: np.ndarray, *, direct: bool
    ) -> tuple[tuple[int, np.ndarray], ...]:
        """Mask the derivative."""
        return ((self.source, adjoint * self.keep),)


@dataclass(frozen=True, eq=False)
class SumOut:
    """Weights added up along an axis that nothing needs any longer."""

    source: int
    axis: int
    size: int

    def forward(self, values: list[np.ndarray], *, direct: bool) -> np.ndarray:
        """Add up."""
        return values[self.source].sum(axis=self.axis)

    def backward(
        self, values: list[np.ndarray], adjoint: np.ndarray, *, direct: bool
    ) -> tuple[tuple[int, np.ndarray], ...]:
        """Repeat the derivative along the axis."""
        return ((self.source, np.repeat(np.expand_dims(adjoint, self.axis), self.size, axis=self.axis)),)


@dataclass(frozen=True, eq=False)
class Collapse:
    """Two axes of one array added to one, which becomes the last."""

    source: int
    first: int
    second: int
    sizes: tuple[int, int]
    window: Window

    def forward(self, values: list[np.ndarray], *, direct: bool) -> np.ndarray:
        """Add along the diagonals."""
        moved = np.moveaxis(values[self.source], (self.first, self.second), (-2, -1))
        full = np.zeros((*moved.shape[:-2], self.window.full))
        for step in range(self.sizes[0]):
            full[..., step : step + self.sizes[1]] += moved[..., step, :]
        return _crop(full, (*_whole(full.shape[:-1]), self.window))

    def backward(
        self, values: list[np.ndarray], adjoint: np.ndarray, *, direct: bool
    ) -> tuple[tuple[int, np.ndarray], ...]:
        """Spread the derivative along the diagonals."""
        full = _uncrop(adjoint, (*_whole(adjoint.shape[:-1]), self.window))
        moved = np.stack([full[..., step : step + self.sizes[1]] for step in range(self.sizes[0])], axis=-2)
        return ((self.source, np.moveaxis(moved, (-2, -1), (self.first, self.second))),)


class Side(NamedTuple):
    """One array of a merge: its place, the order and places of its axes in the merged array, its shape there."""

    place: int
    order: tuple[int, ...]
    present: tuple[int, ...]
    shape: tuple[int, ...]

    def lay_out(self, values: list[np.ndarray]) -> np.ndarray:
        """The array with the axes of the merged one; those that it has not have one value."""
        array = values[self.place]
        if array.ndim == 1 and len(self.shape) == 1:
            return array
        return array.transpose(self.order).reshape(self.shape)

    def restore(self, adjoint: np.ndarray) -> np.ndarray:
        """Undo the laying out."""
        if len(self.order) == len(self.shape) == 1:
            return adjoint
        kept = adjoint.reshape([adjoint.shape[axis] for axis in self.present])
        return kept.transpose(np.argsort(self.order))


@dataclass(frozen=True, eq=False)
class Merge:
    """Two arrays multiplied, the axes that they share added up (convolution)."""

    left: Side
    right: Side
    windows: tuple[Window, ...]

    def forward(self, values: list[np.ndarray], *, direct: bool) -> np.ndarray:
        """Convolve and keep the window."""
        left, right = self.left.lay_out(values), self.right.lay_out(values)
        if self._few:
            wanted = [range(window.start, window.stop) for window in self.windows]
            made = np.zeros([len(one) for one in wanted])
            for place in np.ndindex(made.shape):
                here, there = _overlap([one[number] for one, number in zip(wanted, place, strict=True)], left, right)
                made[place] = (left[here] * _flip(right[there])).sum()
            return made
        return _crop(_convolve(left, right, direct=direct), self.windows)

    def backward(
        self, values: list[np.ndarray], adjoint: np.ndarray, *, direct: bool
    ) -> tuple[tuple[int, np.ndarray], ...]:
        """Correlate the derivative with the other array."""
        left, right = self.left.lay_out(values), self.right.lay_out(values)
        if self._few:
            to_left, to_right = np.zeros_like(left), np.zeros_like(right)
            for place in np.ndindex(adjoint.shape):
                wanted = [window.start + number for window, number in zip(self.windows, place, strict=True)]
                here, there = _overlap(wanted, left, right)
                to_left[here] += adjoint[place] * _flip(right[there])
                to_right[there] += adjoint[place] * _flip(left[here])
        else:
            full = _uncrop(adjoint, self.windows)
            to_left, to_right = _correlate(full, left, right, direct=direct)
        return (self.left.place, self.left.restore(to_left)), (self.right.place, self.right.restore(to_right))

    @cached_property
    def _few(self) -> bool:
        """Whether so few sums are wanted that each is added up by itself."""
        entries = int(np.prod([window.stop - window.start for window in self.windows]))
        return entries <= _FEW and not any(window.fold for window in self.windows)


def _whole(shape: tuple[int, ...]) -> tuple[Window, ...]:
    """Windows that keep everything."""
    return tuple(Window(0, size, size, False) for size in shape)


def _crop(full: np.ndarray, windows: tuple[Window, ...]) -> np.ndarray:
    """Cut an array to its windows; what lies above is added to the last place where a window folds."""
    for axis, window in enumerate(windows):
        if window.start == 0 and window.stop == window.full:
            continue
        before = (slice(None),) * axis
        kept = full[(*before, slice(window.start, window.stop))]
        if window.fold:
            kept = kept.copy()
            above = full[(*before, slice(window.stop, None))]
            kept[(*before, slice(-1, None))] += above.sum(axis=axis, keepdims=True)
        full = kept
    return full


def _uncrop(adjoint: np.ndarray, windows: tuple[Window, ...]) -> np.ndarray:
    """Undo a crop for derivatives."""
    for axis, window in enumerate(windows):
        if window.start == 0 and window.stop == window.full:
            continue
        before = (slice(None),) * axis
        full = np.zeros((*adjoint.shape[:axis], window.full, *adjoint.shape[axis + 1 :]))
        full[(*before, slice(window.start, window.stop))] = adjoint
        if window.fold:
            full[(*before, slice(window.stop, None))] = adjoint[(*before, slice(-1, None))]
        adjoint = full
    return adjoint


def _overlap(wanted: list[int], left: np.ndarray, right: np.ndarray) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    """Entries of both arrays whose places add to those wanted; the second to be read backwards."""
    here, there = [], []
    for place, one, other in zip(wanted, left.shape, right.shape, strict=True):
        first, last = max(0, place - other + 1), min(one - 1, place)
        here.append(slice(first, last + 1))
        there.append(slice(place - last, place - first + 1))
    return tuple(here), tuple(there)


def _flip(array: np.ndarray) -> np.ndarray:
    """Turn every axis round."""
    return array[(slice(None, None, -1),) * array.ndim]


def _convolve(left: np.ndarray, right: np.ndarray, *, direct: bool) -> np.ndarray:
    """Full convolution along every axis; an axis of one value only multiplies."""
    if all(1 in sizes for sizes in zip(left.shape, right.shape, strict=True)):
        return left * right
    shape = tuple(one + other - 1 for one, other in zip(left.shape, right.shape, strict=True))
    if max(left.shape) == left.size and max(right.shape) == right.size and max(shape) == np.prod(shape):
        return np.convolve(left.ravel(), right.ravel()).reshape(shape)
    small, large = (left, right) if left.size < right.size else (right, left)
    if direct or small.size <= _SMALL:
        return _shift_and_add(small, large, shape)
    sizes = [fft.next_fast_len(size, real=True) for size in shape]
    full = fft.irfftn(fft.rfftn(left, sizes) * fft.rfftn(right, sizes), sizes)
    return np.maximum(full[tuple(slice(size) for size in shape)], 0)


def _shift_and_add(small: np.ndarray, large: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Convolution without any subtraction, so that small weights keep all their digits."""
    full = np.zeros(shape)
    for place in np.argwhere(small):
        here = tuple(slice(start, start + size) for start, size in zip(place, large.shape, strict=True))
        full[here] += small[tuple(place)] * large
    return full


def _correlate(full: np.ndarray, left: np.ndarray, right: np.ndarray, *, direct: bool) -> tuple[np.ndarray, np.ndarray]:
    """Derivatives to both arrays of a convolution."""
    if all(1 in sizes for sizes in zip(left.shape, right.shape, strict=True)):
        return _sum_to(full * right, left.shape), _sum_to(full * left, right.shape)
    if direct or max(full.shape) == full.size or min(left.size, right.size) <= _SMALL:
        return _slide(full, right, left.shape), _slide(full, left, right.shape)
    sizes = [fft.next_fast_len(size, real=True) for size in full.shape]
    turned = fft.rfftn(full, sizes)
    answers = [
        fft.irfftn(turned * np.conj(fft.rfftn(other, sizes)), sizes)[tuple(slice(size) for size in array.shape)]
        for array, other in ((left, right), (right, left))
    ]
    return np.maximum(answers[0], 0), np.maximum(answers[1], 0)


def _sum_to(array: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Add up the axes that were broadcast."""
    axes = tuple(axis for axis, size in enumerate(shape) if size == 1 and array.shape[axis] > 1)
    return array.sum(axis=axes, keepdims=True) if axes else array


def _slide(full: np.ndarray, other: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Sum of full over the places of the other array, for each place of the wanted one."""
    if max(full.shape) == full.size:
        return np.correlate(full.ravel(), other.ravel(), mode="valid").reshape(shape)
    if other.size <= np.prod(shape):
        made = np.zeros(shape)
        for place in np.argwhere(other):
            here = tuple(slice(start, start + size) for start, size in zip(place, shape, strict=True))
            made += other[tuple(place)] * full[here]
        return made
    made = np.zeros(shape)
    for entry in np.ndindex(shape):
        here = tuple(slice(start, start + size) for start, size in zip(entry, other.shape, strict=True))
        made[entry] = (full[here] * other).sum()
    return made
