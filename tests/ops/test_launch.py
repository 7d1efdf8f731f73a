"""The gate before the first patient: what is not seen to or not signed is named, and only names and days open it."""

from datetime import date

import pytest

from ops.safety.launch import ALONE, SIGNED, begun, signed


def test_a_new_clinic_may_not_launch_and_is_told_why(place):
    place.lay_out()
    done = place.run("launch-check", "--offline")
    assert done.returncode == 1
    for what in SIGNED.values():
        assert what in done.stdout
    assert "[ ] backups          backup.recipients is empty" in done.stdout
    assert "[x] settings" in done.stdout


def test_a_name_and_a_day_sign_an_item_and_half_of_that_does_not(place):
    place.lay_out()
    assert place.run("launch-check", "--offline", "--begin").returncode == 0
    assert "is there already" in place.run("launch-check", "--offline", "--begin").stderr
    file = place.folder / "launch.toml"
    assert all(f"[{name}]" in file.read_text() for name in SIGNED)
    assert 'questions_in = "chat"' in file.read_text()
    file.write_text('[privacy]\nby = "R. Stein"\non = 2026-11-20\n[incidents]\nby = "R. Stein"\non = "soon"\n'
                    '[telegram_limits]\nby = "R. Stein"\non = 2026-11-20\nquestions_in = "page"\n')
    said = place.run("launch-check", "--offline").stdout
    assert "Signed by R. Stein, 2026-11-20." in said
    assert f"[ ] incidents        {SIGNED['incidents']}" in said
    assert "[ ] telegram limits  checks.questions_in is 'chat', but what was signed is for 'page'" in said
    # and it counts once the setting is the one that was signed
    items = {one.name: one.done for one in signed(place.folder, date(2026, 11, 30), "page")}
    assert (items["telegram_limits"], items["privacy"], items["incidents"]) == (True, True, False)


def test_a_clinic_in_which_one_person_sets_thresholds_says_so_and_signs_it(place):
    place.lay_out()
    told = next(one for one in signed(place.folder, date(2026, 11, 30), "chat", "one") if one.name == ALONE)
    assert (told.done, told.said[:30]) == (False, 'words.thresholds_by is "one": ')
    assert ALONE in begun(place.folder, "chat", "one").read_text()
    (place.folder / "launch.toml").write_text(f'[{ALONE}]\nby = "R. Stein"\non = 2026-11-20\n')
    assert [one.done for one in signed(place.folder, date(2026, 11, 30), "chat", "one") if one.name == ALONE] == [True]
    assert ALONE not in {one.name for one in signed(place.folder, date(2026, 11, 30), "chat", "two")}


@pytest.mark.parametrize("wrong", ["[privcy]\nby = 'A'\n", "this is no TOML"])
def test_a_slip_in_the_file_is_named(place, wrong):
    place.lay_out()
    (place.folder / "launch.toml").write_text(wrong)
    done = place.run("launch-check", "--offline")
    assert done.returncode == 2
    assert "launch.toml" in done.stderr
