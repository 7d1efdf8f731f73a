"""The clinic is started and stopped from the command line; what stands in the way is said in one line."""

import json
import signal
import sqlite3
import time
import urllib.request

import pytest

from care.heart import schema
from tests.ops.conftest import TOKEN


def refused(done) -> str:
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    return done.stderr.strip()


@pytest.mark.parametrize(("args", "said"), [
    (("run", "kitchen"), "There is no door 'kitchen': give bot, scheduler or staff, or nothing for all."),
    (("run", "bot"), "`run bot` needs PostgreSQL: a SQLite file has room for one process, `careward run`."),
])
def test_a_wrong_start_is_refused_in_one_line(place, args, said):
    done = place.run(*args)
    assert refused(done) == said
    assert done.returncode == 2


def test_missing_settings_stop_the_start_with_their_names(place):
    place.file.write_text("[clinic]\nname = 'R'\n")
    done = place.run("run")
    assert refused(done) == "clinic.country is '': give two capital letters, such as GB or ES."
    assert done.returncode == 2


def test_a_language_that_would_fail_someone_in_danger_is_refused(place):
    place.set("clinic", "languages", "en,ja")
    done = place.run("run")
    assert refused(done).startswith("clinic.languages: There are no words in ja: the languages are en")
    assert done.returncode == 2


def test_a_missing_token_is_named(place):
    place.set("telegram", "token", "")
    done = place.run("run")
    assert refused(done).startswith("telegram.token is missing")
    assert done.returncode == 2


def test_a_database_that_is_behind_is_refused_with_the_command_that_helps(place):
    place.lay_out()
    with sqlite3.connect(place.database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    done = place.run("run")
    assert refused(done) == "The database is at version 9999, which is newer than this program: run a newer careward."
    assert done.returncode == 2


def test_somebody_elses_database_is_left_alone(place):
    with sqlite3.connect(place.database) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    done = place.run("db", "upgrade")
    assert refused(done) == "database.url: this database holds something else: name an empty one."


def test_a_token_that_telegram_does_not_know_is_said_in_one_line(place, telegram_address):
    place.set("telegram", "api_base", telegram_address)
    place.set("telegram", "token", "999999:" + "x" * 35)
    place.set("staff", "port", 0)
    running = place.start("run")
    _, log = running.communicate(timeout=60)
    assert "Traceback" not in log
    assert log.strip().splitlines()[-1] == "telegram.token: Telegram does not know this token; BotFather shows the right one."
    assert running.returncode == 2


def test_an_empty_clinic_starts_alone_invites_its_first_person_and_stops_when_told(place, telegram_address, free_port):
    port = free_port
    place.set("telegram", "api_base", telegram_address)
    place.set("staff", "port", port)
    place.set("staff", "public_url", f"http://127.0.0.1:{port}")
    running = place.start("run")
    try:
        said = [running.stdout.readline() for _ in range(3)]
        assert said[0] == f"Console: http://127.0.0.1:{port}\n"
        assert said[1] == "Nobody is on staff yet. For the first person, once, within 30 minutes:\n"
        assert said[2].startswith(f"http://127.0.0.1:{port}/setup/")
        assert place.database.stat().st_mode & 0o077 == 0
        second = place.run("run")
        assert second.returncode == 1
        assert second.stderr.startswith("Another careward runs on")
        until_ready(f"http://127.0.0.1:{port}/readyz")
    finally:
        running.send_signal(signal.SIGTERM)
    _, log = running.communicate(timeout=30)
    assert running.returncode == 0, log
    assert TOKEN not in log
    assert [json.loads(line)["message"] for line in log.splitlines()][-1] == "stopped"


def until_ready(url: str) -> None:
    for _ in range(900):
        try:
            with urllib.request.urlopen(url) as answer:
                if json.load(answer)["ready"]:
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError("never ready")


def test_people_and_keys_are_made_from_the_command_line(place):
    assert place.run("db", "upgrade").stdout == f"The database is at version {schema.head()}, as this program needs.\n"
    assert place.run("db", "current").returncode == 0
    weak = place.run("staff", "add", "--email", "a@b.example", "--name", "Ana", "--password-stdin", answers="short\n")
    assert weak.returncode == 2
    assert "At least 15 characters" in weak.stderr
    strong = place.run(
        "staff", "add", "--email", "a@b.example", "--name", "Ana", "--password-stdin", answers="seven green lanterns\n")
    assert strong.stdout == "Ana <a@b.example> is on staff.\n"
    made = place.run("key", "new", "reports", "--scope", "worklist:read")
    assert made.stdout.startswith("cwk_")
    wrong = place.run("key", "new", "reports", "--scope", "worklist:write")
    assert wrong.returncode == 2
    assert "the scopes are" in wrong.stderr
    assert "/setup/" in place.run("staff", "setup-link").stdout


def test_what_is_set_is_shown_without_secrets(place):
    shown = place.run("config", "show", "--origin").stdout
    assert 'name = "Riverside"  # careward.toml' in shown
    assert "token = (set)  # careward.secrets.toml" in shown
    assert TOKEN not in shown


def test_on_postgresql_the_doors_run_apart(place, telegram_address, postgres_server, free_port):
    url = postgres_server.create_database("apart")
    place.set("database", "url", url)
    place.set("telegram", "api_base", telegram_address)
    place.set("staff", "port", free_port)
    assert place.run("db", "current").stdout == "The database is empty: `careward db upgrade` lays it out.\n"
    assert place.run("db", "upgrade").returncode == 0
    running = [place.start("run", door) for door in ("bot", "scheduler", "staff")]
    try:
        until_ready(f"http://127.0.0.1:{free_port}/readyz")
        doctor = place.run("doctor", "--json", "--offline")
        found = {one["check"]: one["state"] for one in json.loads(doctor.stdout)["checks"]}
        assert found["database"] == found["schema"] == found["scheduler"] == "pass"
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
    logs = [process.communicate(timeout=30)[1] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], logs
    postgres_server.drop_database("apart")
