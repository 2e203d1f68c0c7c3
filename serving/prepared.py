"""A stamp of what the knowledge base and the classifiers were last prepared from.

Reads files only and imports nothing heavy: `make run` asks at every start whether anything is to be done.
"""

import hashlib
import json
from pathlib import Path

from knowledge.clause import READING
from serving.llm.storage import write_json
from serving.settings import Settings


def stamp_of(settings: Settings) -> dict[str, str]:
    """What the prepared state depends on: the corpus files, the city pack, the embedder, how files are read."""
    return {
        "corpus": _fingerprint(settings.corpus_dir),
        "city": _fingerprint(settings.pack_dir),
        "embedder": settings.embedder,
        "reading": str(READING),
    }


def is_prepared(settings: Settings) -> bool:
    """Whether the last preparation still holds; reads files only."""
    try:
        known = json.loads(_stamp_file(settings).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return False
    return known == stamp_of(settings) and (settings.knowledge_dir / "index" / "CURRENT").exists()


def keep_stamp(settings: Settings) -> None:
    """Note that everything was prepared from what is there now."""
    write_json(_stamp_file(settings), stamp_of(settings))


def _stamp_file(settings: Settings) -> Path:
    return settings.knowledge_dir / "prepared.json"


def _fingerprint(folder: Path) -> str:
    """SHA-256 over names and bytes of the files below."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file():
            digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
