from pathlib import Path

from evals.bench.shown import RESULTS, show

PAGE = "前\n<!-- scale -->\n旧表\n<!-- /scale -->\n后\n"


def test_a_table_takes_the_place_of_the_last_one(tmp_path: Path) -> None:
    page = tmp_path / "README.md"
    page.write_text(PAGE, encoding="utf-8")
    assert show("scale", "# 题\n\n| 新表 |\n", RESULTS, page)
    shown = page.read_text(encoding="utf-8")
    assert "旧表" not in shown
    assert "题" not in shown
    assert shown.startswith("前\n<!-- scale -->\n| 新表 |\n\n![scale](")
    assert shown.endswith("<!-- /scale -->\n后\n")
    show("scale", "# 题\n\n| 新表 |\n", RESULTS, page)
    assert page.read_text(encoding="utf-8") == shown


def test_results_elsewhere_and_pages_without_marks_are_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "README.md"
    page.write_text(PAGE, encoding="utf-8")
    assert not show("scale", "# 题\n表\n", tmp_path, page)
    assert not show("retrieval", "# 题\n表\n", RESULTS, page)
    assert page.read_text(encoding="utf-8") == PAGE


def test_the_marks_are_in_the_readme() -> None:
    text = (RESULTS.parents[2] / "knowledge" / "README.md").read_text(encoding="utf-8")
    for name in ("retrieval", "scale"):
        assert text.count(f"<!-- {name} -->") == text.count(f"<!-- /{name} -->") == 1
