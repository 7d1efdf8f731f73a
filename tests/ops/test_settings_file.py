"""What a clinic decided is read from the right place, and what it got wrong is said in one sentence."""

from pathlib import Path

import pytest

from care.heart.settings import WrongSetting
from ops import settings_page
from ops.settings_file import FILE, checked, known, load, masked, secrets_beside


@pytest.fixture
def file(tmp_path) -> Path:
    file = tmp_path / FILE
    file.write_text('[clinic]\nname = "Riverside"\nlanguages = ["en", "es"]\n[staff]\nport = 8090\n')
    return file


@pytest.fixture
def secrets(file) -> Path:
    secrets = secrets_beside(file)
    secrets.write_text('[telegram]\ntoken = "12:from_the_secrets"\n[clinic]\nphone = "555 0100"\n')
    secrets.chmod(0o600)
    return secrets


def refused(*args) -> str:
    with pytest.raises(WrongSetting) as refusal:
        load(*args)
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


def test_the_environment_wins_over_the_secrets_and_these_over_the_file(file, secrets):
    environment = {"CAREWARD_CLINIC__PHONE": "555 0199", "CAREWARD_STAFF__PORT": "8091", "CAREWARD_CLINIC__LANGUAGES": "es, en"}
    loaded = load(file, environment)
    assert loaded.settings.clinic.name == "Riverside"
    assert loaded.settings.clinic.phone == "555 0199"
    assert loaded.settings.clinic.languages == ("es", "en")
    assert loaded.settings.staff.port == 8091
    assert loaded.settings.telegram.token == "12:from_the_secrets"
    assert loaded.origins["clinic.name"] == str(file)
    assert loaded.origins["telegram.token"] == str(secrets)
    assert loaded.origins["staff.port"] == "CAREWARD_STAFF__PORT"
    assert loaded.origins["staff.host"] == "default"


def test_the_environment_may_name_a_file_that_holds_a_secret(file, tmp_path):
    (tmp_path / "token").write_text("34:from_a_file\n")
    assert load(file, {"CAREWARD_TELEGRAM__TOKEN_FILE": str(tmp_path / "token")}).settings.telegram.token == "34:from_a_file"
    assert "cannot be read" in refused(file, {"CAREWARD_TELEGRAM__TOKEN_FILE": str(tmp_path / "nothing")})
    both = {"CAREWARD_TELEGRAM__TOKEN": "1:a", "CAREWARD_TELEGRAM__TOKEN_FILE": str(tmp_path / "token")}
    assert "telegram.token is set twice" in refused(file, both)


def test_secrets_that_others_can_read_are_refused_with_the_command_that_helps(file, secrets):
    secrets.chmod(0o640)
    assert refused(file, {}) == f"{secrets} can be read by others (mode 0640): run `chmod 600 {secrets}`."


def test_a_lost_file_of_secrets_is_named(file):
    file.write_text('[clinic]\nname = "R"\ncountry = "GB"\n')
    with pytest.raises(WrongSetting, match=f"There is no {secrets_beside(file)}: if there was one, put it back"):
        checked(load(file, {}))


def test_a_secret_in_the_settings_file_is_refused(file):
    file.write_text('[telegram]\ntoken = "12:abc"\n')
    assert refused(file, {}).startswith("telegram.token is a secret: move it from")
    file.write_text('[database]\nurl = "postgresql://me:hunter2@db/clinic"\n')
    assert refused(file, {}).startswith("database.url is a secret: move it from")


@pytest.mark.parametrize(("content", "said"), [
    ('[clinic]\nnmae = "R"\n', "clinic.nmae in {file} is not a setting: did you mean clinic.name?"),
    ('[clinik]\nname = "R"\n', "clinik.name in {file} is not a setting: did you mean clinic.name?"),
    ("demo = true\n", "demo in {file} is not a setting; `careward config show` lists them all."),
    ('[staff]\nport = "8090"\n', "staff.port in {file} must be a whole number."),
    ("[staff]\nport = true\n", "staff.port in {file} must be a whole number."),
    ('[clinic]\nlanguages = "en"\n', 'clinic.languages in {file} must be a list such as ["en", "es"].'),
    ("[clinic]\nname = 5\n", "clinic.name in {file} must be words in quotes."),
    ("[clinic\n", "{file} is not TOML"),
])
def test_a_wrong_settings_file_is_answered_in_one_sentence(file, content, said):
    file.write_text(content)
    assert refused(file, {}).startswith(said.format(file=file))


@pytest.mark.parametrize(("variable", "value", "said"), [
    ("CAREWARD_STAFF__PROT", "1", "staff.prot in the environment is not a setting: did you mean staff.port?"),
    ("CAREWARD_STAFF__PORT", "many", "CAREWARD_STAFF__PORT must be a whole number."),
    ("CAREWARD_CLINIC__CRISIS_LINES_CONFIRMED", "perhaps", "CAREWARD_CLINIC__CRISIS_LINES_CONFIRMED must be true or false."),
])
def test_a_wrong_environment_is_answered_in_one_sentence(file, variable, value, said):
    assert refused(file, {variable: value}) == said


def test_a_settings_file_that_was_asked_for_must_be_there(tmp_path):
    assert refused(tmp_path / "none.toml", {}).endswith("`careward init` writes one.")


def test_everything_missing_is_named_at_once(file):
    file.write_text("")
    with pytest.raises(WrongSetting) as refusal:
        checked(load(file, {}))
    assert {line.split()[0] for line in str(refusal.value).splitlines()} >= {"clinic.name", "clinic.country", "staff.secret"}


def test_a_relative_database_counts_from_the_settings_file(file):
    assert load(file, {}).settings.database.url == f"sqlite:///{file.parent}/careward.db"
    here = {"CAREWARD_DATABASE__URL": "postgresql://me:pw@db/clinic"}
    assert load(file, here).settings.database.url == "postgresql://me:pw@db/clinic"


def test_no_secret_is_ever_shown():
    settings = known()
    assert masked(settings["telegram.token"], "12:abc") == "(set)"
    assert masked(settings["staff.secret"], "") == "(not set)"
    assert masked(settings["database.url"], "postgresql://me:hunter@2@db/clinic") == '"postgresql://me:***@db/clinic"'
    assert masked(settings["database.url"], "postgresql://db/clinic") == '"postgresql://db/clinic"'


def test_every_setting_is_on_its_page_as_the_code_declares_it():
    assert settings_page.PAGE.read_text(encoding="utf-8") == settings_page.page(), "run `python -m ops.settings_page`"
