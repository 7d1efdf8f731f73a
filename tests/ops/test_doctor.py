"""The doctor says how a clinic is, what to do about it, and changes nothing."""

import json
import os
from datetime import time

import pytest
from typer.testing import CliRunner

from care import crisis, escalations, instruments, red_flags, resealing, rota, staff, system, tables, zone_rules
from care.escalations import Severity
from care.heart.clinic import Clinic
from care.heart.settings import Settings, StaffSettings
from care.lessons.lesson import LessonText
from care.reactions import REACTIONS
from care.sealing import RING, new_key
from care.webhooks import hooks
from ops import telegram_api
from ops.backup.archive import SUFFIX, new_identity
from ops.cli import app


@pytest.fixture
def examined(place, monkeypatch):
    """Run the doctor, with a Telegram that knows the token; gives the exit code, and what was found by name."""
    told = {"getMe": {"username": "riverside_bot"}, "getWebhookInfo": {"url": "", "pending_update_count": 0}}

    async def ask(method: str, token: str, _api_base: str) -> dict:
        if isinstance(told[method], Exception):
            raise told[method]
        return told[method]

    monkeypatch.setattr(telegram_api, "_ask", ask)
    monkeypatch.chdir(place.folder)

    def examine(*args: str) -> tuple[int, dict[str, dict]]:
        done = CliRunner().invoke(app, ["doctor", "--json", *args])
        found = json.loads(done.output)
        assert found["format"] == 1
        assert all(one["remedy"] for one in found["checks"] if one["state"] in ("warn", "fail"))
        return done.exit_code, {one["check"]: one for one in found["checks"]}

    examine.told = told
    return examine


@pytest.fixture
async def at_work(place):
    """A clinic at work, with somebody on staff."""
    place.lay_out()
    clinic = Clinic(f"sqlite:///{place.database}", Settings(staff=StaffSettings(secret="s" * 40)), REACTIONS)
    await clinic.run("ops", staff.add, "dana@example.org", "Dana", "hash")
    for door in ("scheduler", "sender", "intake"):
        await clinic.run("ops", system.beat, door)
    await clinic.close()


@pytest.fixture
def signed(monkeypatch):
    """Everything has been read, compared and dialled by a person."""
    monkeypatch.setattr(red_flags, "not_reviewed", list)
    monkeypatch.setattr(zone_rules, "not_reviewed", list)
    monkeypatch.setattr(crisis, "not_dialled", lambda country: [])
    monkeypatch.setattr(instruments, "not_compared", list)
    monkeypatch.setattr(LessonText, "reviewed", True)


@pytest.fixture
def mailing(monkeypatch):
    monkeypatch.setenv("CAREWARD_ALERTS__SMTP_HOST", "mail.example")
    monkeypatch.setenv("CAREWARD_ALERTS__EMAIL_FROM", "careward@clinic.example")


@pytest.fixture
def anchoring(monkeypatch):
    monkeypatch.setenv("CAREWARD_AUDIT__ANCHOR_FILE", "/mnt/elsewhere/anchor")


@pytest.fixture
def backed_up(place, monkeypatch):
    """A key, and a backup of just now; and a key that seals."""
    monkeypatch.setenv("CAREWARD_AT_REST__KEY", new_key())
    monkeypatch.setenv("CAREWARD_BACKUP__RECIPIENTS", new_identity()[0])
    folder = place.folder / "backups"
    folder.mkdir()
    (folder / f"2026-11-23T090000Z{SUFFIX}").touch()
    yield
    RING.use(())


def test_a_clinic_whose_newest_backup_is_old_is_warned(place, backed_up, at_work, examined):
    code, found = examined()
    assert found["backups"]["said"] == "The newest backup is 0 hours old."
    (file,) = (place.folder / "backups").iterdir()
    os.utime(file, (file.stat().st_atime, file.stat().st_mtime - 5 * 86400))
    code, found = examined()
    assert (code, found["backups"]["said"]) == (2, "The newest backup is 5 days old.")
    file.unlink()
    assert "There is no backup" in examined()[1]["backups"]["said"]


def test_a_clinic_where_all_is_well_gets_zero(at_work, signed, mailing, anchoring, backed_up, examined):
    code, found = examined()
    assert {name: one["said"] for name, one in found.items() if one["state"] not in ("pass", "skip")} == {}
    assert code == 0


def test_who_lost_the_key_is_not_told_to_make_another(at_work, examined, monkeypatch):
    monkeypatch.setattr(resealing, "lost_keys", lambda turn: {"e134ff5f"})
    code, found = examined("--offline")
    assert (code, found["at_rest_key"]["state"], "at_rest" in found) == (2, "fail", False)
    assert found["at_rest_key"]["said"] == "The database is sealed with the key e134ff5f, which is not here."


def test_a_new_clinic_is_told_what_it_still_lacks(place, examined):
    place.lay_out()
    code, found = examined("--offline")
    assert code == 1
    assert found["staff"]["remedy"] == "Run `careward staff setup-link`."
    assert found["scheduler"]["said"] == "The scheduler has never been at work."
    assert found["token"]["state"] == "skip"


def test_a_clinic_that_only_its_console_can_call_is_told_so(at_work, examined):
    found = examined("--offline")[1]
    assert "Only the console calls people" in found["alerts"]["said"]
    assert (found["audit"]["state"], "if its end is cut off, nobody sees" in found["audit"]["said"]) == ("warn", True)


@pytest.fixture
async def in_trouble(at_work, place):
    """Nobody is on call for all but a minute, and a letter did not arrive."""
    clinic = Clinic(f"sqlite:///{place.database}", Settings(), REACTIONS)

    def trouble(turn):
        rota.add_shift(turn, 1, "on_call", time(3), time(3, 1), weekday=0)
        raised = escalations.open_(turn, None, Severity.ROUTINE, "x", "Trouble", None, 5)
        turn.insert(tables.alerts, {
            "escalation_id": raised, "channel": "email", "address": "x@y.example", "rung": "everyone", "severity": "urgent",
            "subject": "s", "text": "t", "created_at": turn.now, "not_before": turn.now, "outcome": "failed",
            "why": "550 no such user", "settled_at": turn.now})
        told = hooks.add(turn, "https://203.0.114.7/hooks", ["*"], False).webhook
        hooks.disable(turn, told.id, "it answered 410: it is gone")

    await clinic.run("ops", trouble)
    await clinic.close()


def test_gaps_in_the_rota_and_letters_that_cannot_leave_are_told(in_trouble, mailing, examined):
    code, found = examined("--offline")
    assert code == 2
    assert found["alerts"]["said"] == "1 alerts could not leave by email: 550 no such user."
    assert found["rota"]["said"].startswith("Nobody is on call ")
    assert found["webhooks"]["said"] == "Webhook 1 is switched off: it answered 410: it is gone."


def test_looking_lays_out_no_database(place, examined):
    code, found = examined("--offline")
    assert code == 1
    assert found["database"]["state"] == "warn"
    assert not place.database.exists()


@pytest.mark.parametrize(("change", "check", "said"), [
    (lambda place, told: place.file.write_text("[clinic]\nnmae = 'x'\n"), "settings", "did you mean clinic.name?"),
    (lambda place, told: place.file.write_text("[clinic]\nname = 'x'\n"), "settings", "clinic.country is ''"),
    (lambda place, told: place.secrets.chmod(0o644), "settings", "can be read by others (mode 0644)"),
    (lambda place, told: place.database.write_bytes(b"not a database at all" * 100), "database", "is damaged"),
    (lambda place, told: told.update(getMe=telegram_api.Unknown()), "token", "Telegram does not know telegram.token."),
])
def test_what_is_broken_gets_two_and_a_remedy(place, examined, at_work, change, check, said):
    change(place, examined.told)
    code, found = examined()
    assert code == 2
    assert found[check]["state"] == "fail"
    assert said in found[check]["said"]


def test_what_no_person_has_read_compared_or_dialled_is_said(at_work, examined):
    code, found = examined()
    assert code == 1
    assert "No clinician has signed" in found["danger_rules"]["said"]
    assert "Samaritans" in found["crisis_lines"]["said"]
    assert "phq9.en" in found["questionnaires"]["said"]
    assert "phq9.de" not in found["questionnaires"]["said"], "nobody here reads German"


def rewrite(place, old: str, new: str) -> None:
    place.file.write_text(place.file.read_text().replace(old, new))


@pytest.mark.parametrize(("change", "check", "said"), [
    (lambda place, told: place.file.chmod(0o666), "settings_files", "Others can change"),
    (lambda place, told: told["getWebhookInfo"].update(url="https://elsewhere.example/x"), "intake", "a webhook is set"),
    (lambda place, told: told["getWebhookInfo"].update(pending_update_count=500), "intake", "500 updates wait at Telegram."),
    (lambda place, told: told.update(getMe=telegram_api.Unreachable()), "token", "cannot be reached"),
    (lambda place, told: rewrite(place, "GB", "TV"), "crisis_texts", "no emergency number of TV"),
    (lambda place, told: rewrite(place, "true", "false"), "crisis_lines", "Nobody has confirmed"),
    (lambda place, told: rewrite(place, "true", "true\noffer_phq8 = true"), "phq8", "not asked about thoughts of self-harm"),
    (lambda place, told: rewrite(place, "true", "true\nonly_compared_texts = true"), "questionnaires", "They are not given"),
])
def test_what_needs_a_look_gets_one_and_a_remedy(place, examined, at_work, change, check, said):
    change(place, examined.told)
    code, found = examined()
    assert found[check]["state"] == "warn", found
    assert said in found[check]["said"]
    assert code == 1


def test_a_language_without_the_words_of_danger_fails(at_work, examined, monkeypatch):
    from ops import messages

    lacking = [messages.Missing("Call {number} now.", ("care/crisis.py",))]
    monkeypatch.setattr(messages, "missing", lambda language: lacking)
    code, found = examined()
    assert code == 2
    assert "someone in danger" in found["languages"]["said"]


def test_no_secret_is_ever_said(place, examined, at_work):
    place.lay_out()
    for args in ((), ("--offline",)):
        assert "AAE_this-is" not in json.dumps(examined(*args)[1])


def test_a_person_reads_one_line_a_check_and_what_to_do(place, monkeypatch):
    monkeypatch.chdir(place.folder)
    done = CliRunner().invoke(app, ["doctor", "--offline"])
    assert done.exit_code == 1
    assert "WARN  database        The database is empty." in done.output
    assert "-> `careward run` or `careward db upgrade` lays it out." in done.output
