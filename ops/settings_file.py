"""Where settings come from: the environment, then the file of secrets, then the settings file, then the defaults.

    careward.toml              what a clinic decides; may be shown to anyone
    careward.secrets.toml      what nobody else may read: mode 0600, and refused otherwise
    CAREWARD_CLINIC__NAME      the environment wins over both; CAREWARD_TELEGRAM__TOKEN_FILE names a file that holds the value
"""

import json
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple, get_type_hints

from care.heart.settings import Settings, WrongSetting, sections
from care.heart.settings_problems import problems

FILE = Path("careward.toml")
PREFIX, FROM_FILE = "CAREWARD_", "_FILE"
DEFAULT = "default"
WORDS_FOR = {
    str: "words in quotes", int: "a whole number", bool: "true or false", tuple[str, ...]: 'a list such as ["en", "es"]'}
PASSWORD = re.compile(r"(\w[\w+]*://[^:@/]*:)[^/]*@")
YES_NO = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


class Known(NamedTuple):
    """One setting, as the code declares it."""

    name: str  # clinic.name
    kind: Any
    default: Any
    help: str
    secret: bool

    @property
    def variable(self) -> str:
        return PREFIX + self.name.replace(".", "__").upper()


@dataclass(frozen=True)
class Loaded:
    """Settings, and for each by its name where its value came from."""

    settings: Settings
    origins: dict[str, str]
    file: Path


def known() -> dict[str, Known]:
    """Every setting there is, by name, in the order in which they are declared."""
    found = {}
    for section, values in sections(Settings()).items():
        kinds = get_type_hints(type(values))
        for one in fields(values):
            name = f"{section}.{one.name}"
            found[name] = Known(name, kinds[one.name], one.default, one.metadata["help"], one.metadata["secret"])
    return found


def load(file: Path | None = None, environment: Mapping[str, str] | None = None) -> Loaded:
    """Read everything that is set. Raises WrongSetting for what cannot be read; see `checked` for what is read and wrong."""
    environment = os.environ if environment is None else environment
    chosen = file or Path(environment.get("CAREWARD_CONFIG") or FILE)
    if file and not file.is_file():
        raise WrongSetting(f"There is no settings file {file}: `careward init` writes one.")
    values: dict[str, tuple[Any, str]] = {}
    if chosen.is_file():
        values |= read(chosen, secrets_welcome=False)
    if (secrets := secrets_beside(chosen)).is_file():
        refuse_if_others_canread(secrets)
        values |= read(secrets, secrets_welcome=True)
    values |= _from_environment(environment)
    settings = _settings({name: value for name, (value, _) in values.items()})
    origins = {name: values[name][1] if name in values else DEFAULT for name in known()}
    return Loaded(beside_the_file(settings, chosen), origins, chosen)


def checked(loaded: Loaded) -> Settings:
    """The settings, if nothing is missing or wrong. Raises WrongSetting naming each that is."""
    if wrong := problems(loaded.settings):
        secrets = secrets_beside(loaded.file)
        if loaded.file.is_file() and not secrets.is_file() and any(one.startswith("staff.secret") for one in wrong):
            wrong.insert(0, f"There is no {secrets}: if there was one, put it back from where you keep it.")
        raise WrongSetting("\n".join(wrong))
    return loaded.settings


def secrets_beside(file: Path) -> Path:
    """The file of secrets that belongs to a settings file."""
    return file.with_name(f"{file.stem}.secrets.toml")


def refuse_if_others_canread(file: Path) -> None:
    mode = file.stat().st_mode & 0o777
    if mode & 0o077:
        raise WrongSetting(f"{file} can be read by others (mode {mode:04o}): run `chmod 600 {file}`.")


def beside_the_file(settings: Settings, file: Path) -> Settings:
    """A relative path, of a SQLite file or of the folder of files, counts from the settings file, wherever one stands."""
    settings = replace(settings, media=replace(settings.media, folder=str(file.parent.absolute() / settings.media.folder)))
    prefix, url = "sqlite:///", settings.database.url
    path = url.removeprefix(prefix)
    if not url.startswith(prefix) or not path or path == ":memory:" or Path(path).is_absolute():
        return settings
    return replace(settings, database=replace(settings.database, url=f"{prefix}{file.parent.absolute() / path}"))


def is_secret(setting: Known, value: Any) -> bool:
    """Whether nobody else may read it: a secret, or an address with a password in it."""
    return setting.secret or (setting.name == "database.url" and bool(PASSWORD.match(value)))


def masked(setting: Known, value: Any) -> str:
    """A value as it may be shown: a secret only as set or not, a password in an address as dots."""
    if setting.secret:
        return "(set)" if value else "(not set)"
    return written(PASSWORD.sub(r"\1***@", value) if is_secret(setting, value) else value)


def written(value: Any) -> str:
    """A value as TOML has it."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case tuple() | list():
            return f"[{', '.join(written(one) for one in value)}]"
    return json.dumps(str(value), ensure_ascii=False)  # JSON's escapes are TOML's too


def read(file: Path, *, secrets_welcome: bool) -> dict[str, tuple[Any, str]]:
    """What is set in a file: by the setting's name its value, and the file's name."""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise WrongSetting(f"{file} is not TOML: {error}.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise WrongSetting(f"{file} cannot be read: {error}.") from None
    found, settings = {}, known()
    for section, values in content.items():
        if not isinstance(values, dict):
            raise _unknown(section, str(file))
        for key, value in values.items():
            name = f"{section}.{key}"
            if name not in settings:
                raise _unknown(name, str(file))
            found[name] = (_typed(settings[name], value, str(file)), str(file))
            if not secrets_welcome and is_secret(settings[name], value):
                raise WrongSetting(f"{name} is a secret: move it from {file} to {secrets_beside(file)} (mode 0600).")
    return found


def _typed(setting: Known, value: Any, origin: str) -> Any:
    if setting.kind == tuple[str, ...] and isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    if type(value) is setting.kind:
        return value
    raise WrongSetting(f"{setting.name} in {origin} must be {WORDS_FOR[setting.kind]}.")


def _from_environment(environment: Mapping[str, str]) -> dict[str, tuple[Any, str]]:
    found: dict[str, tuple[Any, str]] = {}
    by_variable = {setting.variable: setting for setting in known().values()}
    for variable in sorted(environment):
        if not variable.startswith(PREFIX) or "__" not in variable:
            continue
        setting, value = by_variable.get(variable), environment[variable]
        if setting is None and variable.endswith(FROM_FILE):
            setting = by_variable.get(variable.removesuffix(FROM_FILE))
            if setting and setting.name in found:
                raise WrongSetting(f"{setting.name} is set twice: by {setting.variable} and by {variable}.")
            value = _content(variable, value) if setting else value
        if setting is None:
            raise _unknown(variable.removeprefix(PREFIX).replace("__", ".").lower(), "the environment")
        found[setting.name] = (_understood(setting, value, variable), variable)
    return found


def _content(variable: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongSetting(f"{variable} names a file that cannot be read: {error}.") from None


def _understood(setting: Known, words: str, variable: str) -> Any:
    """A value from the environment, where everything is text."""
    try:
        if setting.kind is bool:
            return YES_NO[words.strip().lower()]
        if setting.kind is int:
            return int(words)
    except (KeyError, ValueError):
        raise WrongSetting(f"{variable} must be {WORDS_FOR[setting.kind]}.") from None
    if setting.kind == tuple[str, ...]:
        return tuple(filter(None, (part.strip() for part in words.split(","))))
    return words


def _unknown(name: str, origin: str) -> WrongSetting:
    near = get_close_matches(name, known(), 1, 0.5) or [one for one in known() if one.endswith(f".{name.split('.')[-1]}")][:1]
    meant = f": did you mean {near[0]}?" if near else "; `careward config show` lists them all."
    return WrongSetting(f"{name} in {origin} is not a setting{meant}")


def _settings(values: Mapping[str, Any]) -> Settings:
    changed = {}
    for section, as_is in sections(Settings()).items():
        mine = {name.partition(".")[2]: value for name, value in values.items() if name.startswith(f"{section}.")}
        changed[section] = replace(as_is, **mine)
    return replace(Settings(), **changed)
