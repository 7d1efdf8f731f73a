"""A new clinic is asked what it must decide, told why, and never left with a half-written or readable secret."""

import stat
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from care.heart.settings_problems import problems
from ops import cli, questions, telegram_api
from ops.settings_file import load
from ops.stop import Stop

TOKEN = "123456:AAE_this-is-a-bot-token-0123456789ab"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "Europe/London")
    monkeypatch.setattr(questions, "offered", lambda: ("en", "es"))
    return tmp_path


def init(*args: str, answers: tuple[str, ...] = ()):
    return CliRunner().invoke(cli.app, ["init", "--offline", *args], input="".join(f"{line}\n" for line in answers))


def test_a_clinic_answers_eight_questions_and_has_its_settings(here):
    done = init(answers=("Riverside", "es", "", "", "", "Europe/Madrid", "", "555 0100", "", TOKEN))
    assert done.exit_code == 0, done.output
    settings = load(environment={}).settings
    assert settings.clinic.name == "Riverside"
    assert settings.clinic.country == "ES"
    assert settings.clinic.languages == ("es", "en")
    assert settings.clinic.time_zone == "Europe/Madrid"
    assert settings.clinic.office_hours == "Mon-Fri 08:00-18:00"
    assert settings.clinic.crisis_lines_confirmed is False
    assert settings.telegram.token == TOKEN
    assert settings.database.url == f"sqlite:///{here}/careward.db"
    assert problems(settings) == []


def test_the_emergency_number_is_shown_for_confirmation_and_the_lines_only_once_dialled():
    asked = init(answers=("Riverside", "GB", "", "y", "", "", "", "", "", "")).output
    assert "Patients in danger are told to call 999 (also 112): United Kingdom.\nIs this right? [Y/n]" in asked
    assert "Samaritans: call 116 123" in asked
    assert "NHS 111" not in asked, "known from memory only, so not to be shown to anyone"
    assert "Has someone dialled them all, and are they right? [y/N]" in asked
    assert load(environment={}).settings.clinic.crisis_lines_confirmed is True


def test_numbers_that_are_wrong_stop_the_set_up(here):
    refused = init(answers=("Riverside", "GB", "n"))
    assert isinstance(refused.exception, Stop)
    assert "content/crisis/GB.toml" in str(refused.exception)
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(("answers", "said"), [
    (("R", "Spain"), "Give two capital letters, such as GB or ES."),
    (("R", "GB", "", "", "en,de"), "de cannot be offered yet: the languages are en, es."),
    (("R", "GB", "", "", "", "London"), "Give an IANA name, such as Europe/Madrid."),
    (("R", "GB", "", "", "", "", "always"), "'always' is not like 'Mon-Fri 08:00-18:00'."),
    (("R", "GB", "", "", "", "", "", "", "mysql://x"), "It must begin with sqlite:/// or postgresql://."),
    (("R", "GB", "", "", "", "", "", "", "", "12:3"), "A token has digits, a colon and some 35 characters"),
])
def test_a_wrong_answer_gets_one_sentence_and_is_asked_again(answers, said, here):
    asked = init(answers=answers)
    assert said in asked.output
    assert isinstance(asked.exception, Stop)
    assert "Nothing was written" in str(asked.exception)
    assert list(here.iterdir()) == []


def test_secrets_are_made_kept_apart_and_never_shown(here):
    done = init("--yes", "--name", "R", "--country", "GB", "--database", "postgresql://me:hunter2@db/clinic")
    assert done.exit_code == 0, done.output
    secrets = here / "careward.secrets.toml"
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    kept = tomllib.loads(secrets.read_text())
    assert len(kept["staff"]["secret"]) >= 32
    assert len(kept["telegram"]["webhook_secret"]) >= 32
    assert kept["database"]["url"] == "postgresql://me:hunter2@db/clinic"
    for shown in (done.output, (here / "careward.toml").read_text()):
        assert "hunter2" not in shown
        assert kept["staff"]["secret"] not in shown


def test_a_token_is_not_shown_while_it_is_typed():
    done = init(answers=("Riverside", "GB", "", "", "", "", "", "", "", TOKEN))
    assert done.exit_code == 0, done.output
    assert TOKEN not in done.output


def test_what_is_there_is_not_overwritten_without_asking(here):
    (here / "careward.toml").write_text("# mine\n")
    assert "left as they are" in str(init("--yes", "--name", "R", "--country", "GB").exception)
    assert "left as they are" in str(init(answers=("n",)).exception)
    assert (here / "careward.toml").read_text() == "# mine\n"
    assert init("--yes", "--force", "--name", "R", "--country", "GB").exit_code == 0
    assert load(environment={}).settings.clinic.name == "R"


def test_a_script_answers_by_file_and_flags_and_is_told_what_is_missing(here):
    (here / "answers.toml").write_text(f'[clinic]\nname = "R"\ncountry = "US"\ncrisis_lines_confirmed = true\n'
                                       f'reply_within_minutes = 30\n[telegram]\ntoken = "{TOKEN}"\n')
    assert init("--yes", "--answers", "answers.toml", "--time-zone", "America/Denver").exit_code == 0
    settings = load(environment={}).settings
    assert settings.clinic.time_zone == "America/Denver"
    assert settings.clinic.crisis_lines_confirmed is True
    assert settings.clinic.reply_within_minutes == 30
    missing = init("--yes", "--force", "--country", "GB").exception
    assert str(missing) == "clinic.name is missing: give --name."
    assert str(init("--yes", "--force", "--name", "R", "--country", "England").exception).startswith("clinic.country: ")


def test_a_country_without_numbers_of_its_own_needs_a_person_to_say_yes():
    assert isinstance(init("--yes", "--name", "R", "--country", "TV").exception, Stop)
    asked = init(answers=("R", "TV", "y", "", "", "", "", "", "", ""))
    assert asked.exit_code == 0, asked.output
    assert "Is this right? [y/N]" in asked.output


def test_telegram_says_whose_token_it_is(monkeypatch):
    async def get_me(token: str, _api_base: str) -> dict:
        if token != TOKEN:
            raise telegram_api.Unknown
        return {"username": "riverside_bot"}

    monkeypatch.setattr(telegram_api, "get_me", get_me)
    answers = ("Riverside", "GB", "", "", "", "", "", "", "", TOKEN[:-1] + "X", TOKEN)
    done = CliRunner().invoke(cli.app, ["init"], input="".join(f"{line}\n" for line in answers))
    assert done.exit_code == 0, done.output
    assert "Telegram does not know this token" in done.output
    assert "This is @riverside_bot." in done.output
