"""The charts that Teams draws, each with a fallback for a client that is older."""

from collections.abc import Iterator
from typing import Any

from tests.shapes import Check, flag, matching, one_of, several, thing, wrong
from tests.teams.drawing import PLACED, an_element, anything_said, or_dropped, said


def _amount(value: Any, at: str) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield from wrong("must be a number", at)


_tint = matching("[a-zA-Z]+[0-9]*|#[0-9A-Fa-f]{6}")
_point = thing({"x": anything_said, "y": _amount}, color=_tint)
_slice = thing({"legend": said, "value": _amount}, color=_tint)
_bar = thing({"x": said, "y": _amount}, color=_tint)
_series = thing({"legend": said, "values": several(_point, 1000)}, color=_tint)


def _chart(data: Check, **optional: Check) -> Check:
    told: dict[str, Check] = {"title": said, "colorSet": said}
    return thing(
        {"data": several(data, 1000), "fallback": or_dropped(an_element)},
        **PLACED,
        **told,
        **optional,
    )


_axes: dict[str, Check] = {"xAxisTitle": said, "yAxisTitle": said}
CHARTS: dict[str, Check] = {
    "Chart.Line": _chart(_series, **_axes, color=_tint, yMin=_amount, yMax=_amount),
    "Chart.VerticalBar": _chart(_bar, **_axes, color=_tint, showBarValues=flag),
    "Chart.VerticalBar.Grouped": _chart(_series, **_axes, color=_tint, stacked=flag),
    "Chart.HorizontalBar": _chart(
        _bar, **_axes, color=_tint, displayMode=one_of("AbsoluteWithAxis", "AbsoluteNoAxis")
    ),
    "Chart.Donut": _chart(_slice),
    "Chart.Pie": _chart(_slice),
}
