from datetime import date

from knowledge.clause import in_force
from knowledge.validity import Dated, End, ends


def _dated(
    id: str, title: str, year: int | None, *, supersedes: tuple[str, ...] = (), repealed: date | None = None
) -> Dated:
    effective = date(year, 1, 1) if year else None
    return Dated(id, title, title, "", effective, repealed, supersedes)


def test_each_version_ends_with_the_next() -> None:
    found = ends(
        [_dated("c", "法", 2024), _dated("a", "法", 2007), _dated("b", "法", 2015), _dated("u", "法", None)]
    )
    assert found["a"] == End(date(2015, 1, 1), "b")
    assert found["b"] == End(date(2024, 1, 1), "c")
    assert found["c"] == End()
    assert found["u"].superseded_by == "a", "an undated version is older than any dated one"


def test_superseding_by_name_and_repeal() -> None:
    old = _dated("old", "环境噪声污染防治法", 1997)
    new = _dated("new", "噪声污染防治法", 2022, supersedes=("《中华人民共和国环境噪声污染防治法》",))
    gone = _dated("gone", "办法", 2000, repealed=date(2010, 5, 1))
    found = ends([old, new, gone])
    assert found["old"] == End(date(2022, 1, 1), "new")
    assert found["gone"] == End(date(2010, 5, 1), None)
    assert found["new"] == End(), "a document ended itself or was ended by an older one"


def test_a_repealed_version_still_names_its_successor() -> None:
    old = _dated("old", "办法", 2016, repealed=date(2024, 9, 30))
    found = ends([old, _dated("later", "办法", 2025), _dated("new", "办法", 2024)])
    assert found["old"] == End(date(2024, 1, 1), "new")
    assert ends([old, _dated("later", "办法", 2025)])["old"] == End(date(2024, 9, 30), "later")


def test_the_last_day_belongs_to_the_next_version() -> None:
    first, last = date(2020, 1, 1), date(2024, 1, 1)
    assert in_force(first, last, first) and not in_force(first, last, last)
    assert in_force(None, None, first) and not in_force(last, None, first)
