"""The page of security rules says what the code does, as far as the two can be compared."""

from dataclasses import fields, is_dataclass, replace

import pytest

from care import invitations, media, question_pages, secret_links, staff
from care.heart.settings import AppointmentSettings, Settings
from care.heart.settings_problems import problems
from ops.safety.hazard_log import ROOT
from tests.ward import SETTINGS

PAGE = (ROOT / "docs" / "safety" / "security-rules.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_every_secret_of_the_settings_is_among_the_keys():
    secret = {f"{part.name}.{one.name}" for part in fields(Settings) if is_dataclass(of := getattr(SETTINGS, part.name))
              for one in fields(of) if one.metadata.get("secret")}
    assert len(secret) >= 8
    assert {name for name in secret if f"`{name}`" not in section("Keys and cryptography")} == set()


def test_files_sessions_and_guesses_are_as_it_says():
    files, sessions, ways = section("Files from outside"), section("Sessions"), section("Ways in")
    assert f"At most {media.LARGEST // 1024 // 1024} MB" in files
    assert f"{media.MOST_PIXELS // 1_000_000} million pixels" in files
    assert all(name.replace("WEBP", "WebP") in files for name in media.PICTURES)
    assert f"after {staff.IDLE.seconds // 60} minutes" in sessions
    assert f"at {staff.ABSOLUTE.seconds // 3600} hours" in sessions
    assert (staff.TRIES_PER_ADDRESS, staff.TRIES_PER_ACCOUNT) == (5, 10)
    assert "five an address, ten an account" in ways
    assert (secret_links.WRONG_DATES, invitations.WRONG_DATES) == (3, 3)
    assert (secret_links.WRONG_DATES, question_pages.GOOD_FOR.seconds // 60) == (3, 30)
    assert "three wrong dates lock it" in ways


@pytest.mark.parametrize("link", ["javascript:alert(1)//{room}", "http://meet.example/{room}", "https://meet.example/"])
def test_an_address_for_video_rooms_is_https_and_has_its_place_for_the_room(link):
    [found] = problems(replace(SETTINGS, appointments=AppointmentSettings(questions_hours=0, video_link=link)))
    assert found.startswith("appointments.video_link must be an https address")
