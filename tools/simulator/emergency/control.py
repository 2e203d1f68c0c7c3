"""/_control of the emergency side: what plays, which gauges and feeds misbehave."""

from fastapi import APIRouter

from tools.errors import BadScenario
from tools.simulator.emergency.feed_faults import Feed, FeedFault
from tools.simulator.emergency.player import Change, Playing, Start, Titled
from tools.simulator.emergency.scene import Scene
from tools.simulator.emergency.station_faults import StationFault
from tools.simulator.intake import Refusal


def emergency_control(scene: Scene) -> APIRouter:
    router = APIRouter(prefix="/_control")
    _player_routes(router, scene)
    _station_routes(router, scene)
    _feed_routes(router, scene)
    return router


def _player_routes(router: APIRouter, scene: Scene) -> None:
    player = scene.player

    @router.get("/scenario")
    async def state() -> Playing:  # pyright: ignore[reportUnusedFunction]
        return player.state()

    @router.get("/scenarios")
    async def scenarios() -> list[Titled]:  # pyright: ignore[reportUnusedFunction]
        return player.titles()

    @router.post("/scenario")
    async def play(start: Start) -> Playing:  # pyright: ignore[reportUnusedFunction]
        try:
            player.play(start)
        except BadScenario as error:
            raise Refusal(422, str(error)) from error
        return player.state()

    @router.patch("/scenario")
    async def change(change: Change) -> Playing:  # pyright: ignore[reportUnusedFunction]
        player.change(change)
        return player.state()

    @router.delete("/scenario")
    async def stop() -> Playing:  # pyright: ignore[reportUnusedFunction]
        player.stop()
        return player.state()


def _station_routes(router: APIRouter, scene: Scene) -> None:
    faults = scene.station_faults

    @router.get("/stations/faults")
    async def listed() -> dict[str, tuple[StationFault, ...]]:  # pyright: ignore[reportUnusedFunction]
        return faults.all()

    @router.post("/stations/{station_id}/fault")
    async def add(station_id: str, fault: StationFault) -> dict[str, tuple[StationFault, ...]]:  # pyright: ignore[reportUnusedFunction]
        """On top of those that the station has."""
        if station_id not in scene.city.weather.stations:
            raise Refusal(404, f"没有测站 {station_id}")
        faults.add(station_id, fault, scene.clock())
        return faults.all()

    @router.delete("/stations/{station_id}/fault")
    async def remove(station_id: str) -> dict[str, tuple[StationFault, ...]]:  # pyright: ignore[reportUnusedFunction]
        faults.remove(station_id)
        return faults.all()


def _feed_routes(router: APIRouter, scene: Scene) -> None:
    faults = scene.feed_faults

    @router.get("/feeds/faults")
    async def listed() -> dict[Feed, FeedFault]:  # pyright: ignore[reportUnusedFunction]
        return faults.all()

    @router.post("/feeds/{name}/fault")
    async def put(name: Feed, fault: FeedFault) -> dict[Feed, FeedFault]:  # pyright: ignore[reportUnusedFunction]
        """Instead of the one that the feed has."""
        faults.put(name, fault)
        return faults.all()

    @router.delete("/feeds/{name}/fault")
    async def remove(name: Feed) -> dict[Feed, FeedFault]:  # pyright: ignore[reportUnusedFunction]
        faults.remove(name)
        return faults.all()
