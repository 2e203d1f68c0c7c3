"""Both storms in half hours, every recommendation signed as it comes: minutes of work, on demand."""

import asyncio
from datetime import timedelta

import pytest

from agents.judgment.checker import Checker
from agents.judgment.claims import Reader
from agents.judgment.judge import judge_once
from agents.judgment.replay import FactSituation
from agents.judgment.situation import Signed
from knowledge.city import City
from tests.agents.judgment.played import context_of, scenario


@pytest.mark.stress
@pytest.mark.parametrize("name", ["storm_may", "typhoon_july"])
def test_signed_as_it_comes_the_advice_follows_the_plans_own_track(
    city: City, reader: Reader, name: str
) -> None:
    storm = scenario(name)
    situation = FactSituation(city, storm.facts, storm.start, storm.name)
    context = context_of(city, reader, situation)

    async def played() -> None:
        signed: dict[str, Signed] = {}
        moment = storm.start
        while moment <= storm.end:
            made = await judge_once(context, moment)
            checker = Checker(reader, made.evidence)
            for sentence in (one for paragraph in made.narrative for one in paragraph.sentences):
                assert checker.check(sentence.text, sentence.evidence) == (), (moment, sentence)
            track = {one.hazard: one.in_force for one in made.picture.hazards}
            for advice in made.recommendations:
                assert advice.level == track[advice.hazard], moment
                signed.pop(advice.hazard, None)
                if advice.level:
                    signed[advice.hazard] = Signed(
                        hazard=advice.hazard, level=advice.level, post=advice.signer, by="", signed_at=moment
                    )
            situation.sign(*signed.values())
            situation.last = made
            moment += timedelta(minutes=30)

    asyncio.run(played())
