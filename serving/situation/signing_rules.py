"""Who may sign what: pure checks of a wish against the plan, the picture and what stands. The plan's clauses are found
by the headings of its text."""

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from agents.judgment.decision import LEVEL_NAMES
from agents.judgment.engine.picture import HazardPicture, Level, Picture
from agents.judgment.rules import decide
from knowledge.city import WeatherPack
from knowledge.city.plan import Response, ResponsePlan
from serving.errors import Conflict, NotFound, RequestInvalid
from serving.store.tables import Json

Act = Literal["start", "upgrade", "downgrade", "end", "no_start"]
WORDS: Final[dict[str, str]] = {
    "start": "启动",
    "upgrade": "升级为",
    "downgrade": "降级为",
    "end": "终止",
    "no_start": "不启动",
}
LOWERING: Final = ("downgrade", "end")
SIGNING, STARTING, ENDING = "签发权限", "判定规则", "降级与终止"
"""Words of the headings under which a plan has its rules."""
BELOW: Final = 5
"""One below the lowest level: none in force."""


class Wish(BaseModel):
    """level: the one that begins; of an end the one that ends (may be left out). post: 签发岗位."""

    model_config = ConfigDict(extra="forbid")

    hazard: str = Field(max_length=40)
    action: Act
    level: Level | None = None
    reason: str = Field(default="", max_length=2000)
    basis: str | None = Field(default=None, max_length=60)
    post: str = Field(min_length=1, max_length=200)


def posts(plan: ResponsePlan) -> Json:
    """Per hazard and level the post that signs, for the page's dialog."""
    named: Json = {hazard: {} for hazard in plan.plan.hazards}
    for response in plan.responses:
        named[response.hazard][response.level] = {
            "signer": response.signer,
            "end_signer": response.end_signer,
            "clause": response.section,
        }
    return named


def level_of(plan: ResponsePlan, wish: Wish, standing: Level | None, picture: Picture) -> Level | None:
    """The level that the wish is about, where it follows from what stands."""
    if wish.hazard not in plan.plan.hazards:
        raise NotFound(f"预案里没有灾种 {wish.hazard}；可用：{'、'.join(plan.plan.hazards)}")
    match wish.action:
        case "end":
            if standing is None:
                raise Conflict("该灾种没有生效的响应，无从终止；请刷新页面")
            return standing
        case "no_start":
            return wish.level or next(one.level for one in picture.hazards if one.hazard == wish.hazard)
        case "start" if standing is not None:
            raise Conflict(f"{LEVEL_NAMES[standing]}级响应已在生效；请签发升级或降级")
        case "upgrade" | "downgrade" if standing is None:
            raise Conflict("该灾种没有生效的响应；请签发启动")
        case _:
            pass
    if wish.level is None:
        raise RequestInvalid("level：没有写明级别（1 最高，4 最低）；请选定级别")
    if (
        standing is not None and (wish.level < standing) != (wish.action == "upgrade")
    ) or wish.level == standing:
        raise RequestInvalid(
            f"现行 {LEVEL_NAMES[standing or 4]}级，不能“{WORDS[wish.action]}{LEVEL_NAMES[wish.level]}级”；请核对级别"
        )
    return wish.level


def deputy_for(
    weather: WeatherPack, wish: Wish, level: Level | None, standing: Level | None, picture: Picture
) -> str | None:
    """The post in whose stead the person signs, None where it is their own: what is in force is lowered and ended by
    the post that signs it. Raises RequestInvalid.
    """
    plan = weather.plan
    reason = wish.reason.strip()
    hazard = next(one for one in picture.hazards if one.hazard == wish.hazard)
    owed = _reason_owed(weather, wish, level, standing, hazard)
    if owed and not reason:
        raise RequestInvalid(f"reason：{owed}；请填写")
    lowers = wish.action in LOWERING
    about = standing if lowers else level
    if about is None:
        return None
    response = _response(plan, wish.hazard, about)
    signer = response.end_signer if lowers else response.signer
    if main_post(wish.post) == main_post(signer):
        return None
    above = {main_post(_response(plan, wish.hazard, one).signer) for one in _higher(about)}
    if main_post(wish.post) not in above and "副" not in wish.post:
        act = "降级、终止" if lowers else ""
        raise RequestInvalid(
            f"post：{LEVEL_NAMES[about]}级{act}由{signer}签发，{wish.post}不能签；联系不上时由上一级或同级副职代签"
        )
    if not reason:
        raise RequestInvalid(
            f"reason：代{main_post(signer)}签发须写明理由和呼叫经过{_clause(weather, SIGNING)}；请填写"
        )
    return main_post(signer)


def _reason_owed(
    weather: WeatherPack, wish: Wish, level: Level | None, standing: Level | None, hazard: HazardPicture
) -> str | None:
    """Why the plan asks for a reason; None where it does not."""
    if wish.action == "no_start":
        return f"达到条件而不启动的须写明理由{_clause(weather, STARTING)}"
    if wish.action in LOWERING:
        action, advised = decide(weather.plan, hazard, standing)
        deepest = BELOW if action == "end" else advised or standing or BELOW
        wanted = BELOW if wish.action == "end" else level or BELOW
        why = f"终止条件未全部满足而降级、终止的须写明理由{_clause(weather, ENDING)}"
        return why if wanted > deepest else None
    unmet = level is not None and (hazard.level is None or level < hazard.level)
    return f"条件未达到而启动的须写明理由{_clause(weather, STARTING)}" if unmet else None


def _clause(weather: WeatherPack, about: str) -> str:
    section = weather.section(about)
    return f"（预案{section}）" if section else ""


def _higher(level: Level) -> list[Level]:
    return [one for one in (1, 2, 3) if one < level]


def _response(plan: ResponsePlan, hazard: str, level: Level) -> Response:
    for response in plan.responses:
        if (response.hazard, response.level) == (hazard, level):
            return response
    raise RequestInvalid(f"预案里 {hazard} 没有{LEVEL_NAMES[level]}级响应；请核对级别")


def main_post(named: str) -> str:
    """市防指总指挥（市长），同时报市委 -> 市防指总指挥."""
    return named.split("（")[0].split("，")[0].strip()
