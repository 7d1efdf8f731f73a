"""Run charts: what is a shift and a trend, and what is not yet."""

from care.run_chart import read

QUIET = [5, 7, 5, 7, 5, 7, 5, 7, 5, 7]


def signs(*values: float | None) -> list[tuple[str, int, tuple[int, ...]]]:
    return [(sign.kind, sign.way, sign.places) for sign in read(values).signs]


def test_with_fewer_than_ten_points_nothing_is_said():
    assert read([1] * 9).middle is None
    assert signs(1, 2, 3, 4, 5, 6, 7, 8, 9) == []


def test_chance_alone_is_no_sign():
    assert (read(QUIET).middle, signs(*QUIET)) == (6, [])


def test_six_in_a_row_on_one_side_of_the_median_are_a_shift_and_five_are_not():
    assert signs(1, 2, 1, 2, 1, 9, 8, 9, 8, 9, 2, 8) == []
    assert ("shift", 1, (6, 7, 8, 9, 10, 11)) in signs(1, 1, 1, 1, 1, 1, 9, 9, 9, 9, 9, 9)


def test_a_point_on_the_median_neither_makes_nor_breaks_a_shift():
    values = [1, 1, 1, 5, 1, 1, 1, 9, 9, 9, 9, 9, 9]
    assert read(values).middle == 5
    assert ("shift", -1, (0, 1, 2, 4, 5, 6)) in signs(*values)


def test_five_in_a_row_that_rise_are_a_trend_and_four_are_not():
    assert signs(5, 7, 5, 7, 5, 6, 7, 8, 5, 7, 5) == []
    assert signs(5, 9, 5, 9, 4, 5, 6, 7, 8, 5, 9, 5) == [("trend", 1, (4, 5, 6, 7, 8))]


def test_a_repeated_point_neither_makes_nor_breaks_a_trend():
    assert ("trend", -1, (5, 6, 8, 9, 10)) in signs(1, 9, 1, 9, 1, 9, 8, 8, 7, 6, 5, 9, 1)


def test_a_week_without_a_value_is_left_out():
    chart = read([*QUIET, None, 7])
    assert (len(chart.points), chart.latest) == (11, None)
