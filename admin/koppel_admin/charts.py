"""Small charts as SVG: geometry in attributes, colours in classes, so that they follow the theme and print."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

_STEPS = (1, 2, 3, 5, 10)


@dataclass(frozen=True)
class Bar:
    """One bar of two parts, one on the other."""

    label: str
    lower: int
    upper: int = 0


@dataclass(frozen=True)
class RunBar:
    """One run: how much it did, how it ended, and where it is told."""

    size: int
    outcome: str
    title: str
    url: str


def stacked(bars: Sequence[Bar], title: str, every: int = 3) -> Markup:
    """Bars over time with a scale; give the same figures as a table beside it."""
    width, height, left, bottom = 720, 190, 34, 22
    top = _nice(max((bar.lower + bar.upper for bar in bars), default=0))
    step, room = (width - left) / max(1, len(bars)), height - bottom - 8
    parts = [
        Markup('<svg class="k-chart" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(width, height, title)
    ]
    for tick in range(5):
        y = height - bottom - room * tick / 4
        parts.append(Markup('<line class="k-grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>').format(left, width, y, y))
        parts.append(_text(left - 6, y + 3, str(top * tick // 4), "end"))
    for index, bar in enumerate(bars):
        x = left + index * step + step * 0.12
        low, up = room * bar.lower / top, room * bar.upper / top
        y = height - bottom - low
        parts.append(_rect(x, y, step * 0.76, low, "k-col"))
        parts.append(_rect(x, y - up - (1 if low and up else 0), step * 0.76, up, "k-col k-col-wait"))
        if index % every == 0:
            parts.append(_text(left + index * step + step / 2, height - 6, bar.label, "middle"))
    return Markup("").join([*parts, Markup("</svg>")])


def spark(values: Sequence[int], title: str) -> Markup:
    """A small line of the last days."""
    width, height = 96, 34
    top = max(values, default=0) or 1
    step = width / max(1, len(values) - 1)
    points = [(index * step, height - 2 - (height - 6) * one / top) for index, one in enumerate(values)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return Markup(
        '<svg class="k-spark" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '<polygon points="0,{} {} {},{}"/><polyline points="{}"/></svg>'
    ).format(width, height, title, height, line, width, height, line)


def runs(bars: Sequence[RunBar], title: str) -> Markup:
    """One bar per run, oldest first; height is what it did, colour and foot are how it ended."""
    width, height = max(1, len(bars)) * 14, 56
    top = max((bar.size for bar in bars), default=0) or 1
    parts = [
        Markup('<svg class="k-runs" viewBox="0 0 {} {}" preserveAspectRatio="xMinYMid meet" role="group" aria-label="{}">').format(width, height, title)
    ]
    for index, bar in enumerate(bars):
        tall = 5 + 39 * math.sqrt(bar.size / top)
        inside = _rect(index * 14, 0, 13, height, "k-run-room") + _rect(
            index * 14 + 2, 46 - tall, 10, tall, "k-run-bar"
        )
        parts.append(
            Markup('<a href="{}" class="k-run k-run-{}" aria-label="{}"><title>{}</title>{}{}</a>').format(
                bar.url, bar.outcome.replace(" ", "-"), bar.title, bar.title, inside, _foot(bar, index * 14 + 7)
            )
        )
    return Markup("").join([*parts, Markup("</svg>")])


def meter(used: int, limit: int, title: str) -> Markup:
    """How much of a limit is used."""
    share = 100 * min(used, limit) / limit if limit else 0
    return Markup(
        '<svg class="k-meter" viewBox="0 0 100 4" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect class="k-meter-room" width="100" height="4"/><rect class="k-meter-used" width="{:.1f}" height="4"/></svg>'
    ).format(title, share)


def _foot(bar: RunBar, x: int) -> Markup:
    """A sign under runs that did not end well, so that colour is never alone."""
    if bar.outcome == "stopped":
        return Markup('<path class="k-run-sign" d="M{} 49l6 6m0-6l-6 6"/>').format(x - 3)
    if bar.outcome in ("resting", "broken off"):
        return Markup('<path class="k-run-sign" d="M{} 55l3-6 3 6z"/>').format(x - 3)
    return Markup("")


def _rect(x: float, y: float, width: float, height: float, kind: str) -> Markup:
    if height <= 0:
        return Markup("")
    return Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="1.5"/>').format(
        kind, x, y, width, height
    )


def _text(x: float, y: float, text: str, anchor: str) -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(x, y, anchor, text)


def _nice(most: int) -> int:
    """A round number at or above the largest value, of which every quarter is a whole one: these are counts."""
    quarter = max(1, math.ceil(most / 4))
    power = 10 ** math.floor(math.log10(quarter))
    return 4 * next(step * power for step in _STEPS if step * power >= quarter)
