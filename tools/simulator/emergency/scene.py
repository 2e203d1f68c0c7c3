"""What each feed tells at this moment: the scenario up to now, or calm weather, with the faults in force."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from knowledge.city import City
from tools.emergency.facts import CitizenSignal, DistrictReport, Finding, Forecast, WeatherAlert
from tools.simulator.clock import SimClock
from tools.simulator.emergency.calm_forecast import calm_forecasts
from tools.simulator.emergency.feed_faults import Feed, FeedFaults
from tools.simulator.emergency.player import Player
from tools.simulator.emergency.reading import Calm, Reading, Stream
from tools.simulator.emergency.station_faults import StationFaults
from tools.simulator.emergency.storm import Storm, known

HISTORY: Final = timedelta(
    hours=26
)  # how far back calm weather is told: the longest window of a plan, and some


class Scene:
    """`streams`: station and metric to datastream number, from 1, in the order of the city's table."""

    def __init__(
        self,
        city: City,
        clock: SimClock,
        player: Player,
        stations: StationFaults,
        feeds: FeedFaults,
        seed: int,
    ) -> None:
        self.city = city
        self.clock = clock
        self.player = player
        self.station_faults = stations
        self.feed_faults = feeds
        self.seed = seed
        self.streams: Mapping[Stream, int] = {
            stream: number
            for number, stream in enumerate(
                (
                    (station.station_id, metric)
                    for station in city.weather.stations.values()
                    for metric in station.metrics
                ),
                1,
            )
        }
        self._calm = Calm(city.weather.stations, self.streams, seed)

    def clear(self) -> None:
        """A calm day without faults."""
        self.player.stop()
        self.station_faults.clear()
        self.feed_faults.clear()

    def now(self, feed: Feed) -> datetime:
        return self.feed_faults.now(feed)

    def readings(self, since: datetime | None, now: datetime) -> list[Reading]:
        """All with since < time that have arrived by `now`, in the order of their arrival; of known stations only."""
        lowest = self._beginning(now)
        start = max(since, lowest) if since else lowest
        true = (r for r in self._true(start, now) if (r.station_id, r.metric) in self.streams)
        sent = self.station_faults.apply(true, self._newest)
        return sorted((r for r in sent if r.arrives <= now), key=lambda r: (r.arrives, r.number))

    def alerts(self, now: datetime) -> list[WeatherAlert]:
        """All that were issued by `now`, ended ones too."""
        return known(self._storm.alerts, None, now) if self._storm else []

    def forecasts(self, since: datetime | None, now: datetime) -> list[Forecast]:
        """In the order of issue; calm weather has a forecast too, and follows a scenario's end."""
        storm, local = self._storm, since.astimezone(now.tzinfo) if since else None
        if storm is None:
            return calm_forecasts(self.city, self.seed, local or now - HISTORY, now)
        told, end = known(storm.forecasts, since, now), storm.scenario.end.astimezone(now.tzinfo)
        if now > end:
            told += calm_forecasts(self.city, self.seed, max(local, end) if local else end, now)
        return told

    def reports(self, since: datetime | None, now: datetime) -> list[DistrictReport | Finding]:
        return known(self._storm.reports, since, now) if self._storm else []

    def citizens(self, since: datetime | None, now: datetime) -> list[CitizenSignal]:
        return known(self._storm.citizens, since, now) if self._storm else []

    @property
    def _storm(self) -> Storm | None:
        return self.player.storm

    def _beginning(self, now: datetime) -> datetime:
        """Just before the first reading that is served."""
        if self._storm:
            return self._storm.scenario.observations_from - timedelta(microseconds=1)
        return now - HISTORY

    def _true(self, since: datetime, now: datetime) -> list[Reading]:
        storm = self._storm
        if storm is None:
            return self._calm.readings(since, now)
        end = storm.scenario.end
        found = storm.readings(since, min(now, end))
        if now > end:
            found += self._calm.readings(max(since, end), now, storm.last)
        return found

    def _newest(self, stream: Stream, at: datetime) -> Reading | None:
        storm = self._storm
        if storm is not None:
            return storm.newest(stream, at)
        interval = timedelta(minutes=self.city.weather.stations[stream[0]].reporting_interval_min)
        before = self._calm.moments(stream, at - interval, at)
        return self._calm.one(stream, before[-1]) if before else None


def in_force(alerts: list[WeatherAlert], now: datetime) -> list[WeatherAlert]:
    """Signals that hold at `now`: not cancelled, not replaced, not expired."""
    ended = {alert_id for alert in alerts for alert_id in alert.supersedes}
    return [
        alert
        for alert in alerts
        if alert.event != "cancel"
        and alert.alert_id not in ended
        and (alert.expires_at is None or now < alert.expires_at)
    ]
