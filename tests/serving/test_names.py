"""Our top-level names are common words: none may be shadowed by, or shadow, an installed package."""

from importlib.metadata import distributions
from pathlib import Path

OURS = {"prompts", "knowledge", "tools", "agents", "serving", "evals"}
ROOT = Path(__file__).parents[2]


def test_no_installed_distribution_ships_one_of_our_names() -> None:
    clashes = {
        f"{distribution.name}: {file}"
        for distribution in distributions()
        for file in distribution.files or ()
        if file.parts[0].removesuffix(".py") in OURS
    }
    assert clashes == set()


def test_no_name_of_ours_is_repeated_deeper_down() -> None:
    repeated = [
        path.relative_to(ROOT).as_posix()
        for name in OURS
        for path in (ROOT / name).rglob("*")
        if path.is_dir() and path.name in OURS - {"knowledge"} and "node_modules" not in path.parts
    ]
    assert repeated == []
