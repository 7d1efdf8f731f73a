"""The hazard log is true: what it names is there, and the page says what the data says."""

import pytest

from ops.safety import hazard_log


@pytest.mark.parametrize("hazard", hazard_log.hazards(), ids=lambda one: one.id)
def test_every_control_is_where_the_log_says_and_is_proved(hazard):
    assert hazard_log.broken(hazard) == []


def test_a_row_whose_test_is_gone_is_noticed():
    hazard = hazard_log.hazards()[0]
    control = hazard_log.Control("design", "Nothing", "care/nowhere.py:act", ["tests/test_nothing.py::test_it"])
    gone = hazard_log.Hazard(hazard.id, "", "", "", (1, 1), (1, 1), (control,))
    assert hazard_log.broken(gone) == [
        "H01: there is no act in care/nowhere.py", "H01: there is no test_it in tests/test_nothing.py"]


def test_the_page_is_as_the_data():
    assert hazard_log.PAGE.read_text(encoding="utf-8") == hazard_log.page(), "run python -m ops.safety.hazard_log"


def test_no_row_is_worse_after_its_controls_than_before():
    for one in hazard_log.hazards():
        assert one.after[0] * one.after[1] <= one.before[0] * one.before[1], one.id
