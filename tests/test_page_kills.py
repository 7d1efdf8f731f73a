"""A page of questions whose process is killed under it; `make pagekills` does it with a hundred pages."""

import asyncio
from pathlib import Path

from tests.chaos import pages


def test_whoever_answers_on_a_page_loses_nothing_and_does_nothing_twice_when_it_is_killed(empty_sqlite: Path, tmp_path: Path):
    walk, wrong = pages.campaign(empty_sqlite, tmp_path, seed=3, kills=2)
    assert wrong == []
    assert (walk.kills, walk.again) == (2, 2)
    assert len(walk.taps) >= 9
    url = f"sqlite:///{tmp_path / 'pages-3.db'}"
    for spoil in (lambda: walk.taps.popitem(), lambda: walk.words.append("lost"), lambda: setattr(walk, "acts", walk.acts + 1)):
        before = len(wrong)
        spoil()
        wrong = asyncio.run(pages.looked(url, walk))
        assert len(wrong) > before, "the check notices each"
