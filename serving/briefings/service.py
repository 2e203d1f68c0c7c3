"""Briefings: composed of a judgment, kept in versions that never change but by their signature, signed, audited.

Nothing is published: what leaves this service is a file in somebody's hands.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agents.briefing.cap import cap_draft
from agents.briefing.compose import compose
from agents.briefing.decision import FORM_NAMES, Briefing, Form
from agents.briefing.diff import diff
from agents.briefing.edits import Edit
from agents.briefing.material import Decided, Material
from agents.judgment.decision import Judgment
from serving.briefings.versions import (
    briefing_json,
    changed,
    content_hash,
    difference_json,
    listed_json,
    row_of,
    signed,
)
from serving.errors import Conflict, NotFound, NotReady
from serving.judgments import rows as judgments
from serving.judgments.logged import LoggedSituation
from serving.situation import decisions
from serving.situation.live import Live
from serving.situation.moments import moment_text
from serving.store import audit
from serving.store.situation_tables import BriefingRow, BriefingVersionRow
from serving.store.tables import Json

T = TypeVar("T")

COMPOSE_S: Final = 50.0
"""Of a paper that takes half a second: a machine at its limit makes it late, and to ask again would make it later.
Less than the minute after which proxies and clients give up."""
MATERIAL_HOURS: Final = 25.0


class Changes(BaseModel):
    """base_version: the version that the person changed."""

    model_config = ConfigDict(extra="forbid")

    edits: tuple[Edit, ...] = Field(min_length=1, max_length=200)
    base_version: int = Field(ge=1)


class Signing(BaseModel):
    """version: the one that the person read. reason: why this post signs in another's stead."""

    model_config = ConfigDict(extra="forbid")

    post: str = Field(min_length=1, max_length=200)
    version: int = Field(ge=1)
    reason: str = Field(default="", max_length=1000)


@dataclass(frozen=True)
class Briefings:
    live: Live
    asked: LoggedSituation

    async def compose(self, judgment_id: str, form: Form, by: str) -> Json:
        """Version 1 of a form; asked again, the briefing that is there. Raises NotFound, NotReady."""
        async with self.live.database.read() as session:
            row = await judgments.get(session, judgment_id)
            known = await session.scalar(
                select(BriefingRow).where(BriefingRow.judgment_id == judgment_id, BriefingRow.form == form)
            )
            before = await session.get(judgments.JudgmentRow, row.previous_id or "")
        if known is not None:
            return await self.read(known.briefing_id, None)
        judgment = Judgment.model_validate(row.data)
        previous = Judgment.model_validate(before.data) if before else None
        material = await self._material(judgment)
        city = self.live.pack.city
        made = await in_time(lambda: compose(judgment, form, city, previous, material))
        async with self.live.database.begin() as session:
            if await session.get(BriefingRow, made.briefing_id) is None:
                text = f"拟出{FORM_NAMES[form]}“{made.title}”"
                await self._store(session, made, by, "composed", text)
        self.live.announce()
        return briefing_json(made)

    async def read(self, briefing_id: str, version: int | None) -> Json:
        return briefing_json(await self.version(briefing_id, version))

    async def version(self, briefing_id: str, version: int | None) -> Briefing:
        """The newest version unless told. Raises NotFound."""
        async with self.live.database.read() as session:
            row = await row_of(session, briefing_id)
            kept = await session.get(BriefingVersionRow, (briefing_id, version or row.versions))
        if kept is None:
            raise NotFound(f"简报 {briefing_id} 没有第 {version} 版；现有 {row.versions} 版")
        return Briefing.model_validate(kept.data)

    async def listed(self, event_id: str) -> list[Json]:
        """The newest version of each, the newest briefing first."""
        query = (
            select(BriefingRow, BriefingVersionRow)
            .join(BriefingVersionRow, BriefingRow.briefing_id == BriefingVersionRow.briefing_id)
            .where(BriefingRow.event_id == event_id, BriefingVersionRow.version == BriefingRow.versions)
            .order_by(BriefingRow.made_at.desc())
        )
        async with self.live.database.read() as session:
            return [listed_json(kept) for _, kept in await session.execute(query)]

    async def versions(self, briefing_id: str) -> list[Json]:
        async with self.live.database.read() as session:
            await row_of(session, briefing_id)
            query = select(BriefingVersionRow).where(BriefingVersionRow.briefing_id == briefing_id)
            return [
                listed_json(kept)
                for kept in await session.scalars(query.order_by(BriefingVersionRow.version))
            ]

    async def sign(self, briefing_id: str, wish: Signing, by: str) -> Json:
        """A named person signs one version, the newest. Raises NotFound, Conflict, RequestInvalid."""
        now = self.live.clock()
        async with self.live.database.begin() as session:
            row = await row_of(session, briefing_id)
            if wish.version != row.versions:
                raise Conflict(f"简报已有第 {row.versions} 版；请看过再签")
            kept = await session.get_one(BriefingVersionRow, (briefing_id, wish.version))
            briefing = Briefing.model_validate(kept.data)
            final = signed(briefing, by, wish.post, wish.reason, now)
            kept.data = briefing_json(final)
            row.signed_version, row.signed_hash = wish.version, kept.hash
            row.signed_by, row.signed_post, row.signed_at = by, wish.post, moment_text(now)
            text = f"{by}（{wish.post}）签发{FORM_NAMES[briefing.form]}第{wish.version}版“{briefing.title}”"
            told: Json = {"version": wish.version, "hash": kept.hash, "post": wish.post}
            told["acting"] = final.signature.acting
            await self._told(session, final, by, "signed", text, told)
        self.live.announce()
        return briefing_json(final)

    async def cap(self, briefing_id: str, version: int | None) -> str:
        """CAP 1.2 as a draft, or as an exercise's: never anything that could be published. Raises NotFound."""
        briefing = await self.version(briefing_id, version)
        async with self.live.database.read() as session:
            row = await judgments.get(session, briefing.judgment_id)
        judgment, city = Judgment.model_validate(row.data), self.live.pack.city
        status = "Exercise" if self.live.course.exercise else "Draft"
        return await in_time(lambda: cap_draft(briefing, judgment, city, status=status))

    async def edit(self, briefing_id: str, edits: Sequence[Edit], base_version: int, by: str) -> Json:
        """The next version with a person's changes; contradictions are warned of, kept and audited.

        Raises NotFound, Conflict where another version came meanwhile, RequestInvalid.
        """
        briefing = await self.version(briefing_id, None)
        if base_version != briefing.version:
            raise Conflict(f"简报已有第 {briefing.version} 版；请在新版上改")
        async with self.live.database.read() as session:
            row = await judgments.get(session, briefing.judgment_id)
        judgment, city, at = Judgment.model_validate(row.data), self.live.pack.city, self.live.clock()
        made = await in_time(lambda: changed(briefing, edits, judgment, city, by, at))
        marks = [mark for mark in made.edits if mark.version == made.version]
        warned = sum(len(mark.warnings) for mark in marks)
        async with self.live.database.begin() as session:
            if (await row_of(session, briefing_id)).versions != base_version:
                raise Conflict("简报刚被别人改过；请刷新后再改")
            text = f"{by}改{FORM_NAMES[made.form]}{len(marks)}处，成第{made.version}版"
            text += f"；其中{warned}处与依据不符，已标明" if warned else ""
            told = {"edits": [mark.model_dump(mode="json") for mark in marks]}
            await self._store(session, made, by, "edited", text, told)
        self.live.announce()
        return briefing_json(made)

    async def diff(self, briefing_id: str, older: int, newer: int) -> Json:
        """Places that two versions word differently. Raises NotFound."""
        old, new = await self.version(briefing_id, older), await self.version(briefing_id, newer)
        found = await in_time(lambda: diff(old, new))
        return {"from": older, "to": newer, "changes": [difference_json(one) for one in found]}

    async def _store(
        self, session: AsyncSession, made: Briefing, by: str, action: str, text: str, more: Json | None = None
    ) -> None:
        now, row = moment_text(self.live.clock()), await session.get(BriefingRow, made.briefing_id)
        if row is None:
            row = BriefingRow(
                briefing_id=made.briefing_id,
                event_id=made.event_id,
                judgment_id=made.judgment_id,
                form=made.form,
                title=made.title,
                made_at=moment_text(made.made_at),
                versions=made.version,
            )
            session.add(row)
        row.title, row.versions = made.title, made.version
        await session.flush()
        kept = BriefingVersionRow(
            briefing_id=made.briefing_id,
            version=made.version,
            by=by,
            at=now,
            hash=content_hash(made),
            data=briefing_json(made),
        )
        session.add(kept)
        told: Json = {"version": made.version, "hash": kept.hash, **(more or {})}
        await self._told(session, made, by, action, text, told)

    async def _told(
        self, session: AsyncSession, made: Briefing, by: str, action: str, text: str, told: Json
    ) -> None:
        event: Json = {
            "type": "briefing",
            "briefing_id": made.briefing_id,
            "form": made.form,
            "version": made.version,
            "action": action,
            "text": text,
            "by": by,
        }
        stored = await self.live.tell(session, event)
        await audit.append(session, stored["at"], by, f"briefing.{action}", made.briefing_id, told)

    async def _material(self, judgment: Judgment) -> Material:
        at, event_id = judgment.at, judgment.event_id
        observations = await self.asked.rows(at, MATERIAL_HOURS)
        forecasts, alerts = await self.asked.forecasts(at), await self.asked.alerts(at)
        async with self.live.database.read() as session:
            made = await decisions.listed(session, event_id, at)
            query = select(BriefingRow).where(
                BriefingRow.event_id == event_id, BriefingRow.signed_at <= moment_text(at)
            )
            told = list(await session.scalars(query))
        names = self.live.pack.city.weather.plan.plan.hazard_names
        levels = [
            Decided(at=one["at"], kind="level", text=decisions.said(names, one), by=one["by"]) for one in made
        ]
        papers = [
            Decided(
                at=datetime.fromisoformat(one.signed_at),
                kind="briefing",
                text=one.title,
                by=one.signed_by or "",
            )
            for one in told
            if one.signed_at
        ]
        return Material((*observations, *forecasts, *alerts), (*levels, *papers))


async def in_time(work: Callable[[], T]) -> T:
    """Work on the CPU beside the event loop, with a bound. Raises NotReady when it is passed."""
    try:
        return await asyncio.wait_for(asyncio.to_thread(work), COMPOSE_S)
    except TimeoutError as error:
        raise NotReady(f"{COMPOSE_S:g} 秒内没有生成；服务器正忙，请稍后重试") from error
