"""The map as SVG: districts, gauges by state, points at risk, places that citizens call from."""

from collections.abc import Iterator
from math import cos, radians

from agents.briefing.decision import Map, Mark, Tone
from agents.briefing.render.svg import COLOURS, GRID, INK, PALE, WIDTH, Canvas

MARGIN, KEY = 10, 26
TALLEST = 500
KM_PER_DEGREE = 111.32
LEGEND: tuple[tuple[str, Tone, str], ...] = (
    ("station", "good", "测站正常"),
    ("station", "bad", "测站超限"),
    ("station", "unknown", "测站无数据"),
    ("risk", "bad", "风险点已受影响"),
    ("risk", "warn", "即将受影响"),
    ("cluster", "human", "群众有报、监测未见"),
    ("shelter", "good", "避护场所"),
)


class Projection:
    """Degrees to canvas: plain, with longitudes shortened for the latitude; good to a few metres over a city."""

    def __init__(self, points: list[tuple[float, float]]) -> None:
        lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
        self._west, self._north = min(lons), max(lats)
        self._shrink = cos(radians((min(lats) + max(lats)) / 2))
        across = max((max(lons) - min(lons)) * self._shrink, 1e-6)
        down = max(max(lats) - min(lats), 1e-6)
        self.scale = min((WIDTH - 2 * MARGIN) / across, TALLEST / down)
        self.height = down * self.scale + 2 * MARGIN
        self._left = (WIDTH - across * self.scale) / 2

    def __call__(self, lon: float, lat: float) -> tuple[float, float]:
        x = self._left + (lon - self._west) * self._shrink * self.scale
        return x, MARGIN + (self._north - lat) * self.scale


def map_svg(drawn: Map) -> str:
    points = [(lon, lat) for area in drawn.areas for lon, lat in area.ring]
    points += [(mark.lon, mark.lat) for mark in drawn.marks]
    place = Projection(points)
    canvas = Canvas(place.height + KEY, drawn.caption)
    for area in drawn.areas:
        fill = COLOURS[area.tone] if area.tone != "plain" else "#f1f3f4"
        canvas.polygon(
            [place(lon, lat) for lon, lat in area.ring], fill, PALE, 0.16 if area.tone != "plain" else 1.0
        )
    for area in drawn.areas:
        x, y = place(area.lon, area.lat)
        canvas.text(x, y, area.name, size=12, fill=PALE, anchor="middle")
    for mark in sorted(drawn.marks, key=lambda one: (one.tone == "bad", one.shape != "station")):
        _mark(canvas, mark.shape, mark.tone, *place(mark.lon, mark.lat))
    for mark, x, y in _labels(drawn.marks, place):
        canvas.text(x, y, mark.label, size=8.5, fill=COLOURS[mark.tone])
    _scale_bar(canvas, place)
    _key(canvas, place.height + 14)
    return canvas.svg()


def _mark(canvas: Canvas, shape: str, tone: Tone, x: float, y: float) -> None:
    colour = COLOURS[tone]
    match shape:
        case "station":
            canvas.circle(x, y, 3, colour)
        case "risk":
            canvas.polygon([(x, y - 5), (x + 4.8, y + 3.6), (x - 4.8, y + 3.6)], colour, "#ffffff")
        case "cluster":
            canvas.polygon([(x, y - 5), (x + 5, y), (x, y + 5), (x - 5, y)], colour, "#ffffff")
        case _:
            canvas.rect(x - 3.5, y - 3.5, 7, 7, colour)


def _labels(marks: tuple[Mark, ...], place: Projection) -> Iterator[tuple[Mark, float, float]]:
    """Labels that don't cover one another, the gravest first; the table names the rest."""
    taken: list[tuple[float, float, float]] = []
    for mark in sorted(
        (one for one in marks if one.label), key=lambda one: (one.shape != "risk", one.tone != "bad")
    ):
        x, y = place(mark.lon, mark.lat)
        x, width = x + 7, len(mark.label) * 8.8
        if x + width > WIDTH:
            x -= width + 14
        if all(abs(y - other_y) > 10 or x + width < left or x > right for other_y, left, right in taken):
            taken.append((y, x, x + width))
            yield mark, x, y + 3


def _scale_bar(canvas: Canvas, place: Projection) -> None:
    """A bar of so many whole kilometres, about a fifth of the width."""
    wanted = WIDTH / 5 / place.scale * KM_PER_DEGREE
    length = next((km for km in (1, 2, 5, 10, 20, 50, 100) if km >= wanted), 100)
    width, y = length / KM_PER_DEGREE * place.scale, place.height - 8
    canvas.line(12, y, 12 + width, y, INK, 1.5)
    canvas.text(12, y - 4, f"{length}公里", size=9)
    canvas.text(WIDTH - 16, 20, "北", size=10, anchor="middle")
    canvas.polygon([(WIDTH - 16, 24), (WIDTH - 12, 38), (WIDTH - 16, 34), (WIDTH - 20, 38)], INK, INK)


def _key(canvas: Canvas, y: float) -> None:
    canvas.line(0, y - 14, WIDTH, y - 14, GRID)
    x = 8.0
    for shape, tone, label in LEGEND:
        _mark(canvas, shape, tone, x + 4, y)
        canvas.text(x + 12, y + 3.5, label, size=9.5)
        x += 20 + len(label) * 9.6
