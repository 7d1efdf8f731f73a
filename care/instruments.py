"""Validated questionnaires, word for word: one locked file in content/instruments for each instrument and locale.

The wording, the order and the options are the authors'. A file that differs from LOCK.toml is not used, and a language without
a text of its own is refused: another language's text, or a translation of ours, would measure something else.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from unicodedata import decimal

from care.plain_words import words_of
from content import FOLDER

FILES: Final = FOLDER / "instruments"
LOCK: Final = "LOCK.toml"
NOT_COMPARED: Final = "not yet compared with the official form by a person"
# The country is part of what a text is: the Spanish of Spain is another form than that of the United States.
LOCALES: Final = {"en": "en", "es": "es-US", "fr": "fr-FR", "de": "de", "pt-BR": "pt-BR", "ru": "ru"}
RECALL_DAYS: Final = {"last 2 weeks": 14, "item 1: past year; others: now": 365}
SHORTENED: Final = "phq8"  # the PHQ-9 without item 9; where it has no file of its own it is made from that of the PHQ-9
_WHOLE: Final = "phq9"
_UNREADABLE: Final = (KeyError, ValueError, TypeError, AttributeError)
_CODE: Final = re.compile(r"(LA|LL)?\d+-\d")


class NoSuchText(LookupError):
    """There is no text of this instrument in this language."""


class Tampered(RuntimeError):
    """A file is not the text that was locked."""


@dataclass(frozen=True)
class Option:
    """A way to answer: `value` is what is stored, `score` what it counts; `code` is its LOINC answer code."""

    value: int
    label: str
    code: str | None
    score: int


@dataclass(frozen=True)
class Item:
    """One question of an instrument. Its key is the same in every language."""

    key: str
    text: str
    code: str | None
    options: tuple[Option, ...]
    safety: bool = False  # about death or self-harm: see instrument_scores.safety

    def option(self, value: int) -> Option:
        """The option that is stored as `value`. Raises ValueError if there is none."""
        for option in self.options:
            if option.value == value:
                return option
        raise ValueError(f"{value!r} is not an answer to {self.key}")

    def read(self, words: str) -> int | None:
        """The answer in typed words: a label, or the number that the form prints beside it; None if it is neither.

        A number is never the place of a button: "1" typed for the first of 0-3 must not become a nought.
        """
        said = _plain(words)
        return next((option.value for option in self.options if said in _ways_to_say(option)), None)


@dataclass(frozen=True)
class Band:
    """A range of totals, and what it is called. The name is for staff; patients read it from instrument_results."""

    least: int
    most: int
    name: str


@dataclass(frozen=True)
class Compared:
    """A person held our text against the official form, character by character."""

    by: str
    on: date
    official_form: str


@dataclass(frozen=True)
class Instrument:
    """A questionnaire in one locale. `fingerprint` says which text it is, for whoever looks at an old score."""

    name: str
    locale: str
    title: str
    stem: str
    items: tuple[Item, ...]
    functional: Item | None  # not scored; asked only if any item is above 0
    recall_days: int
    highest: int
    bands: tuple[Band, ...]
    cut_off: int | None
    panel_code: str | None
    total_code: str | None
    copyright: str
    fingerprint: str
    compared: Compared | None

    @property
    def status(self) -> str:
        return f"compared with the official form by {self.compared.by} on {self.compared.on}" if self.compared else NOT_COMPARED

    @property
    def safety_item(self) -> Item | None:
        return next((item for item in self.items if item.safety), None)

    @property
    def leaves_out_safety(self) -> bool:
        """Whether this is a form from which the item about self-harm was taken; patients and staff are to be told."""
        return self.name == SHORTENED

    def item(self, key: str) -> Item | None:
        every = (*self.items, self.functional) if self.functional else self.items
        return next((item for item in every if item.key == key), None)

    def asks_functional(self, answers: Mapping[str, int | None]) -> bool:
        """Whether the functional item is to be asked: there is one, and some item is above 0."""
        return self.functional is not None and any(answers.get(item.key) for item in self.items)

    @cached_property
    def points(self) -> Mapping[str, Mapping[int, int]]:
        """What each answer to each scored item counts."""
        return {item.key: {option.value: option.score for option in item.options} for item in self.items}


def instrument(name: str, language: str) -> Instrument:
    """The instrument in a patient's language ("es"), or in a locale by its own name ("es-US"). Raises NoSuchText, Tampered."""
    return _instrument(FILES, name, LOCALES.get(language, language))


def names() -> tuple[str, ...]:
    """Every instrument that we have a text of."""
    own = {file.split(".")[0] for file in _lock(FILES)}
    return tuple(sorted(own | ({SHORTENED} if _WHOLE in own else set())))


def languages(name: str) -> tuple[str, ...]:
    """The languages, by patients' codes, in which there is a text of this instrument."""
    known = {locale: language for language, locale in LOCALES.items()}
    made = (name, _WHOLE) if name == SHORTENED else (name,)
    locales = (file.removesuffix(".json").split(".", 1) for file in _lock(FILES))
    return tuple(sorted({known.get(locale, locale) for whose, locale in locales if whose in made}))


def fingerprint(text: Mapping[str, Any]) -> str:
    """The sha256 of a file's canonical text: its JSON without regard to spacing, order of keys or ends of lines."""
    return sha256(json.dumps(text, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def not_compared() -> list[str]:
    """The files that no person has yet held against the official form."""
    return [file for file, locked in _lock(FILES).items() if _compared(FILES, file, locked) is None]


def check(today: date | None = None) -> list[str]:
    """What is wrong with the files, one sentence each; given today, also comparisons dated in the future."""
    try:
        lock = _read_lock(FILES)
    except (OSError, tomllib.TOMLDecodeError) as wrong:
        return [f"content/instruments/{LOCK} cannot be read: {wrong!r}. No questionnaire can be sent."]
    found: list[str] = []
    for file, locked in lock.items():
        try:
            _built(FILES, file, locked)
        except Tampered as wrong:
            found.append(f"{wrong}.")
        except (KeyError, ValueError, TypeError) as wrong:
            found.append(f"content/instruments/{file} cannot be used: {wrong!r}.")
        found += _problems_of_tick(file, locked, today)
    found += [f"content/instruments/{file.name} is not in {LOCK}, so it is not used."
              for file in sorted(FILES.glob("*.json")) if file.name not in lock]
    ticked = {_tick_of(file) for file in lock}
    return found + [f"content/instruments/{file.name} belongs to no locked file."
                    for file in sorted(FILES.glob("*.compared.toml")) if file.name not in ticked]


@cache
def _instrument(folder: Path, name: str, locale: str) -> Instrument:
    lock = _lock(folder)
    if locked := lock.get(file := f"{name}.{locale}.json"):
        return _built(folder, file, locked)
    if name == SHORTENED and (locked := lock.get(file := f"{_WHOLE}.{locale}.json")):
        return _shortened(_built(folder, file, locked))
    raise NoSuchText(f"there is no text of {name} in {locale}")


@cache
def _lock(folder: Path) -> Mapping[str, str]:
    return _read_lock(folder)


def _read_lock(folder: Path) -> Mapping[str, str]:
    return tomllib.loads((folder / LOCK).read_text(encoding="utf-8"))


def _built(folder: Path, file: str, locked: str) -> Instrument:
    text = _text(folder, file, locked)
    name, locale = file.removesuffix(".json").split(".", 1)
    if text["id"] != name or text["lang"] not in (locale, locale.split("-")[0]):
        raise ValueError(f"it says that it is {text['id']} in {text['lang']}")
    scoring, codes, functional = text["scoring"], text["loinc"], text["functional_item"]
    highest = int(scoring["range"][1])
    cut_off = _cut_off(scoring)
    return Instrument(
        name, locale, text["title"], text["stem"], tuple(_item(item, text["options"]) for item in text["items"]),
        _functional(functional) if functional else None, RECALL_DAYS[text["recall_period"]], highest,
        _bands(folder, name, scoring, highest, cut_off), cut_off, _code(codes.get("panel")), _code(codes.get("total")),
        text["copyright"], locked, _compared(folder, file, locked))


def _text(folder: Path, file: str, locked: str) -> dict[str, Any]:
    try:
        text: dict[str, Any] = json.loads((folder / file).read_text(encoding="utf-8"))
    except (OSError, ValueError) as wrong:
        raise Tampered(f"content/instruments/{file} cannot be read: {wrong!r}") from wrong
    if fingerprint(text) != locked:
        raise Tampered(f"content/instruments/{file} is not the text that {LOCK} locks")
    return text


def _item(item: Mapping[str, Any], options: list[Mapping[str, Any]]) -> Item:
    """An item with its options; where a Yes counts differently from item to item, with what it counts here."""
    yes = item.get("yes_score")
    given = tuple(
        Option(option["score"], option["label"], _code(option.get("loinc")), option["score"]) if yes is None else
        Option(int(option["score"] != 0), option["label"], None, 0 if option["score"] == 0 else yes) for option in options)
    return Item(f"q{item['n']}", item["text"], _code(item.get("loinc")), given, bool(item.get("safety")))


def _functional(item: Mapping[str, Any]) -> Item:
    options = tuple(Option(one["score"], one["label"], _code(one["loinc"]), one["score"]) for one in item["options"])
    return Item("difficulty", item["text"], _code(item["loinc"]), options)


def _bands(folder: Path, name: str, scoring: Mapping[str, Any], highest: int, cut_off: int | None) -> tuple[Band, ...]:
    bands = scoring.get("bands")
    if isinstance(bands, str):  # "as PHQ-9 cut points": the English PHQ-9 lists them
        return _no_higher(_instrument(folder, _WHOLE, "en").bands, highest)
    if bands:
        return tuple(Band(band["min"], band["max"], band["label"]) for band in bands)
    if cut_off is None:
        raise ValueError("it has neither bands nor a cut-off")
    above = "at risk" if name.startswith("steadi") else "at or above the cut-off"
    return Band(0, cut_off - 1, "below the cut-off"), Band(cut_off, highest, above)


def _no_higher(bands: tuple[Band, ...], highest: int) -> tuple[Band, ...]:
    return (*bands[:-1], Band(bands[-1].least, highest, bands[-1].name))


def _cut_off(scoring: Mapping[str, Any]) -> int | None:
    """The total from which a screen is positive. Some files say it in words, beginning with ">="."""
    if "cutoff_screen_positive" in scoring:
        return int(scoring["cutoff_screen_positive"])
    found = re.match(r">=(\d+)", scoring.get("cutoff", ""))
    return int(found[1]) if found else None


def _code(said: str | None) -> str | None:
    """A LOINC code; None for one that its file doubts ("from memory, check"), which is not to leave the house."""
    return said if said and _CODE.fullmatch(said) else None


def _shortened(whole: Instrument) -> Instrument:
    """The PHQ-8: the PHQ-9 without the item about self-harm. No code of its own has been verified."""
    items = tuple(item for item in whole.items if not item.safety)
    highest = sum(max(option.score for option in item.options) for item in items)
    return Instrument(
        SHORTENED, whole.locale, f"PHQ-8: {whole.title}, without item 9", whole.stem, items, None, whole.recall_days, highest,
        _no_higher(whole.bands, highest), whole.cut_off, None, None, whole.copyright, whole.fingerprint, whole.compared)


def _compared(folder: Path, file: str, locked: str) -> Compared | None:
    """Who compared this very text; None if nobody has, if the text has changed since, or if the tick cannot be read."""
    try:
        tick = _tick(folder, file)
    except _UNREADABLE:
        return None
    return tick[0] if tick and tick[1] == locked else None


def _problems_of_tick(file: str, locked: str, today: date | None) -> list[str]:
    name = _tick_of(file)
    try:
        tick = _tick(FILES, file)
    except _UNREADABLE as wrong:
        return [f"content/instruments/{name} does not count: {wrong!r}."]
    if tick is None:
        return []
    compared, text = tick
    if text != locked:
        return [f"content/instruments/{name} is for another text: compare {file} again."]
    if today and compared.on > today:
        return [f"content/instruments/{name} is dated {compared.on}, which is yet to come."]
    return []


def _tick(folder: Path, file: str) -> tuple[Compared, str] | None:
    """What a person has written beside a file, and the fingerprint of the text that they compared."""
    if not (written := folder / _tick_of(file)).is_file():
        return None
    said = tomllib.loads(written.read_text(encoding="utf-8"))
    by, form = said["compared_by"].strip(), said["official_form"].strip()
    if not by or not form:
        raise ValueError("it must say who compared, and with which form")
    return Compared(by, date.fromisoformat(str(said["compared_on"])), form), said["sha256"]


def _tick_of(file: str) -> str:
    return file.replace(".json", ".compared.toml")


@cache
def _ways_to_say(option: Option) -> frozenset[str]:
    """A label with and without its endings in brackets, "difficile(s)", and the number on the form."""
    return frozenset({_plain(option.label), _plain(re.sub(r"\(\w+\)", "", option.label)), str(option.score)})


def _plain(words: str) -> str:
    said = " ".join(word.text for word in words_of(words))
    return "".join(str(decimal(char)) if char.isdecimal() else char for char in said)
