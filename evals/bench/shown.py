"""Shows a bench's table and plot in a README, between its two marks, so that no figure is copied by hand."""

from pathlib import Path

from evals.settings import ROOT

README = ROOT / "knowledge" / "README.md"
RESULTS = ROOT / "evals" / "bench" / "results"


def show(name: str, table: str, results: Path = RESULTS, readme: Path = README) -> bool:
    """Put the Markdown (its own title left out) and NAME.png where `<!-- NAME -->` and `<!-- /NAME -->` are.

    Only results in their place of honour are shown; gives back whether they were.
    """
    text = readme.read_text(encoding="utf-8")
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    if results.resolve() != RESULTS or start not in text or end not in text:
        return False
    body = table.split("\n", 1)[1].strip()
    picture = f"![{name}](../evals/bench/results/{name}.png)"
    before, after = text.split(start)[0], text.split(end)[1]
    readme.write_text(f"{before}{start}\n{body}\n\n{picture}\n{end}{after}", encoding="utf-8")
    return True
