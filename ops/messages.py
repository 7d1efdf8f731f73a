"""`python -m ops.messages`: bring the translation files in content/locale up to date with the words in the code.

What is translated stays; what is new is added, empty; what is gone is marked obsolete. Prints what is missing.
"""

import os
import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from care.heart.language import CATALOGUES, DOMAIN, SOURCE
from care.programmes import programmes

ROOT = Path(__file__).parents[1]
FOLDERS = ("bot", "care")
GAP = re.compile(r"\{(\w+)\}")
KEYWORDS = {"_": None, "n_": (1, 2)}
# Where the words are that someone in danger reads, that ask for signs of danger, or that say who reads and by when.
SAFETY = (
    "care/crisis.py", "care/zones.py", "care/office.py", "care/messages.py", "care/consent.py", "care/instrument_results.py",
    "care/medicines/", "care/readings/measure.py", "bot/flows/", "bot/handlers/about.py", "bot/menu.py")


@dataclass(frozen=True)
class Missing:
    """Words of the code that a language does not have."""

    words: str
    where: tuple[str, ...]

    @property
    def safety(self) -> bool:
        return any(file.startswith(SAFETY) for file in self.where)


@cache
def in_the_code() -> Catalog:
    """Every message that the code marks for translation, and every title of a programme."""
    found = Catalog(domain=DOMAIN, project="careward", charset="utf-8")
    for folder in FOLDERS:
        for file, line, words, comments, context in extract_from_dir(
                ROOT / folder, [("**.py", "python")], keywords=KEYWORDS, comment_tags=("Translators:",)):
            found.add(words, None, [(f"{folder}/{Path(file).as_posix()}", line)], auto_comments=comments, context=context)
    for programme in programmes().values():
        found.add(programme.title, None, [(f"content/programmes/{programme.name}.toml", 1)])
    return found


def catalogue_file(language: str) -> Path:
    return CATALOGUES / language.replace("-", "_") / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(language: str) -> Catalog:
    file = catalogue_file(language)
    if not file.is_file():
        return Catalog(locale=language.replace("-", "_"), domain=DOMAIN, project="careward", charset="utf-8", fuzzy=False)
    with file.open("rb") as opened:
        return read_po(opened, locale=language.replace("-", "_"), domain=DOMAIN)


def missing(language: str) -> list[Missing]:
    """What this language lacks: not translated at all, only guessed, or with other gaps than the words in the code."""
    if language == SOURCE:
        return []
    have = read(language)
    return [
        Missing(words_of(wanted), tuple(file for file, _ in wanted.locations)) for wanted in in_the_code()
        if wanted.id and not translated(have.get(wanted.id, wanted.context))]


def translated(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    said = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(one and set(GAP.findall(one)) == set(GAP.findall(words_of(message))) for one in said)


def words_of(message: Message) -> str:
    """The words in the code; of two forms the plural, which has every gap."""
    return str(message.id[-1] if isinstance(message.id, tuple) else message.id)


def update(language: str) -> None:
    """Write the language's file anew, keeping every translation. Untouched if nothing but the date would change."""
    catalogue, file = read(language), catalogue_file(language)
    catalogue.update(in_the_code(), no_fuzzy_matching=True)
    catalogue.header_comment = f"# Careward in {language}."
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    with new.open("wb") as opened:
        write_po(opened, catalogue, width=120, sort_by_file=True, include_lineno=False)
    if file.is_file() and without_date(file) == without_date(new):
        new.unlink()
    else:
        os.replace(new, file)


def without_date(file: Path) -> list[str]:
    return [line for line in file.read_text(encoding="utf-8").splitlines() if "-Date:" not in line]


def main() -> int:
    """Update every language there is, or those named. Returns 1 if words are missing."""
    there = sorted(folder.name.replace("_", "-") for folder in CATALOGUES.iterdir() if (folder / "LC_MESSAGES").is_dir())
    lacking = 0
    for language in sys.argv[1:] or there or ["es"]:
        update(language)
        lacks = missing(language)
        lacking += len(lacks)
        print(f"{language}: {len(list(in_the_code())) - 1 - len(lacks)} translated, {len(lacks)} missing")
        for one in lacks:
            print(f"  {', '.join(dict.fromkeys(one.where))}: {one.words!r}")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
