"""叫应 over the city's telephone platform: ring a post's number, and see later whether somebody answered.

Ringing is an effect in the outside world: only what a named person ordered comes here, through an outbox whose key
makes a repeated POST ring nobody twice.
"""

from typing import Literal
from urllib.parse import quote

from pydantic import AwareDatetime, BaseModel, ConfigDict

from knowledge.city.source import Text
from tools.emergency.feed import Reader
from tools.transport import translated


class Call(BaseModel):
    """State of one call. answered_at and said (what the person said, in their words) only once answered."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    call_id: Text
    state: Literal["ringing", "answered", "no_answer"]
    answered_at: AwareDatetime | None = None
    said: str = ""


class Calls:
    """Client of /calls. url: the platform's address up to /calls. `reader` should carry the usual guards."""

    def __init__(self, reader: Reader, url: str) -> None:
        self._reader = reader
        self._url = url

    async def place(self, contact_id: str, signal: str, message: str, *, key: str) -> Call:
        """Ring `contact_id` about `signal` (暴雨橙). The same key again gives the first call. Raises CityError."""
        body = {"contact_id": contact_id, "signal": signal, "message": message}
        answer = await self._reader.post_json(self._url, body, key=key)
        with translated(f"POST {self._url}"):
            return Call.model_validate(answer)

    async def state(self, call_id: str) -> Call:
        """Raises CityError; CityRefused with code 404 for a call that the platform doesn't know."""
        url = f"{self._url}/{quote(call_id, safe='')}"
        answer, _ = await self._reader.get_json(url)
        with translated(f"GET {url}"):
            return Call.model_validate(answer)
