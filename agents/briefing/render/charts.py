"""Charts of rain and of levels, and the timeline, as SVG."""

from datetime import datetime

from agents.briefing.decision import Chart, Panel, Series, Span, Timeline
from agents.briefing.render.svg import COLOURS, GRID, INK, PALE, WIDTH, Canvas, Scale, hours_between, ticks

LEFT, RIGHT, PANEL, GAP, FOOT = 44, 44, 112, 18, 18
BLUE, TEAL = "#1f5fa8", "#00796b"
ROW, LABEL = 17, 132


def chart_svg(chart: Chart) -> str:
    """Panels under one another, the time axis at the foot of each."""
    canvas = Canvas(len(chart.panels) * (PANEL + GAP) + 4, chart.caption)
    for number, panel in enumerate(chart.panels):
        _panel(canvas, panel, number * (PANEL + GAP) + 18, chart)
    return canvas.svg()


def _panel(canvas: Canvas, panel: Panel, top: float, chart: Chart) -> None:
    bottom = top + PANEL - FOOT
    time = Scale(chart.start.timestamp(), chart.end.timestamp(), LEFT, WIDTH - RIGHT)
    canvas.text(LEFT, top - 6, panel.title, size=11.5)
    _time_axis(canvas, time, top, bottom, chart.start, chart.end)
    bars = [one for one in panel.series if one.style == "bar"]
    lines = [one for one in panel.series if one.style == "line"]
    if bars:
        _bars(canvas, bars[0], time, _value_axis(canvas, bars, panel, top, bottom, right=False))
    if lines:
        scale = _value_axis(canvas, lines, panel, top, bottom, right=bool(bars))
        for one in lines:
            _line(canvas, one, time, scale)
        _references(canvas, panel, scale)
    _legend(canvas, panel, top - 6)


def _time_axis(
    canvas: Canvas, time: Scale, top: float, bottom: float, start: datetime, end: datetime
) -> None:
    canvas.line(LEFT, bottom, WIDTH - RIGHT, bottom, PALE)
    for at in hours_between(start, end):
        x = time(at.timestamp())
        canvas.line(x, top, x, bottom, GRID, 0.6)
        label = f"{at.month}月{at.day}日" if at.hour == 0 else f"{at:%H:%M}"
        canvas.text(x, bottom + 13, label, size=9.5, fill=PALE, anchor="middle")


def _value_axis(
    canvas: Canvas, series: list[Series], panel: Panel, top: float, bottom: float, *, right: bool
) -> Scale:
    values = [value for one in series for _, value in one.points if value is not None]
    shown = [one.value for one in panel.references if _near(one.value, values)] if not right else []
    low = (
        0.0
        if series[0].style == "bar" or right or min(values, default=0) <= 1
        else min(*values, *shown, min(values))
    )
    marks = ticks(low, max([*values, *shown, low + 1.0]))
    scale = Scale(marks[0], marks[-1], bottom, top)
    x = WIDTH - RIGHT + 4 if right else LEFT - 4
    for mark in marks:
        if not right:
            canvas.line(LEFT, scale(mark), WIDTH - RIGHT, scale(mark), GRID, 0.6)
        canvas.text(
            x, scale(mark) + 3.5, f"{mark:g}", size=9.5, fill=PALE, anchor="start" if right else "end"
        )
    return scale


def _near(value: float, values: list[float]) -> bool:
    """A reference far outside the readings would flatten them: it is named in the table instead."""
    if not values:
        return False
    span = max(max(values) - min(values), 1.0)
    return min(values) - 2 * span <= value <= max(values) + 2 * span


def _bars(canvas: Canvas, series: Series, time: Scale, scale: Scale) -> None:
    """A bar ends at its own time: rain is stamped at the end of its hour."""
    width = (time.end - time.start) / max(len(series.points), 1)
    for at, value in series.points:
        x = time(at.timestamp()) - width
        if value is None:
            canvas.text(x + width / 2, scale(0) - 2, "?", size=9, fill=COLOURS["unknown"], anchor="middle")
        else:
            canvas.rect(x + 1, scale(value), width - 2, scale(0) - scale(value), BLUE, 0.75)


def _line(canvas: Canvas, series: Series, time: Scale, scale: Scale) -> None:
    """Gaps stay gaps."""
    run: list[tuple[float, float]] = []
    for at, value in (*series.points, (series.points[-1][0], None)) if series.points else ():
        if value is not None:
            run.append((time(at.timestamp()), scale(value)))
        elif run:
            canvas.polyline(run if len(run) > 1 else run * 2, TEAL)
            run = []


def _references(canvas: Canvas, panel: Panel, scale: Scale) -> None:
    for one in panel.references:
        if scale.low <= one.value <= scale.high:
            y = scale(one.value)
            canvas.line(LEFT, y, WIDTH - RIGHT, y, COLOURS[one.tone], 1.1, "5 3")
            canvas.text(
                WIDTH - RIGHT - 3,
                y - 3,
                f"{one.name}{one.value:g}",
                size=9.5,
                fill=COLOURS[one.tone],
                anchor="end",
            )


def _legend(canvas: Canvas, panel: Panel, y: float) -> None:
    """Only where there is more than one series to tell apart."""
    if len(panel.series) < 2:
        return
    x = WIDTH - RIGHT
    for one in reversed(panel.series):
        label = f"{one.name}（{one.unit}，{'左轴' if one.style == 'bar' else '右轴'}）"
        x -= len(label) * 9.5
        canvas.text(x, y, label, size=9.5, fill=BLUE if one.style == "bar" else TEAL)
        x -= 10


def timeline_svg(timeline: Timeline) -> str:
    """A lane for each kind of thing, time to the right, the judgment's moment at the right edge."""
    lanes = list(dict.fromkeys(span.lane for span in timeline.spans))
    canvas = Canvas(len(lanes) * ROW + 44, timeline.caption)
    time = Scale(timeline.start.timestamp(), timeline.end.timestamp(), LABEL, WIDTH - 12)
    bottom = 14 + len(lanes) * ROW
    for at in hours_between(timeline.start, timeline.end):
        x = time(at.timestamp())
        canvas.line(x, 8, x, bottom, GRID, 0.6)
        canvas.text(
            x,
            bottom + 14,
            f"{at.month}月{at.day}日" if at.hour == 0 else f"{at:%H:%M}",
            size=9.5,
            fill=PALE,
            anchor="middle",
        )
    for number, lane in enumerate(lanes):
        y = 12 + number * ROW
        canvas.text(LABEL - 6, y + 10, lane, size=9.5, anchor="end")
        for span in timeline.spans:
            if span.lane == lane:
                _span(canvas, span, time, y)
    canvas.line(time.end, 8, time.end, bottom, INK, 1)
    return canvas.svg()


def _span(canvas: Canvas, span: Span, time: Scale, y: float) -> None:
    colour = COLOURS[span.tone]
    x = max(time(span.start.timestamp()), time.start)
    end = time.end if span.end is None else max(time(span.end.timestamp()), x)
    if span.end is not None and end - x < 3:
        canvas.circle(x, y + 6.5, 4, colour)
        near_edge = x > WIDTH - 130
        canvas.text(
            x - 7 if near_edge else x + 7,
            y + 10,
            f"{span.start:%H:%M} {span.text}",
            size=9,
            fill=colour,
            anchor="end" if near_edge else "start",
        )
        return
    canvas.rect(x, y + 1, end - x, ROW - 5, colour, 0.8)
    label = f"{span.start:%H:%M} {span.text}"
    if end - x > len(label) * 6.5:
        canvas.text(x + 4, y + 10, label, size=9, fill="#ffffff")
    elif x - LABEL > len(label) * 6.5:
        canvas.text(x - 4, y + 10, label, size=9, fill=colour, anchor="end")
