"""What the tests know of a language, beyond the catalogue: who speaks it in the transcripts, what they type, how dates look.
One file for each in tests/languages; a language that is shipped and has none cannot be tested."""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

LANGUAGES = Path(__file__).parent / "languages"


@dataclass(frozen=True)
class Spoken:
    """`said` has what people type in the transcripts, by its English words; nothing where those are the words."""

    names: tuple[str, str]
    country: str
    time_zone: str
    moment: str  # of test_language: a day, a time, two temperatures and a number
    cities: list[str]  # London, Buenos Aires, Cairo
    plain: str = ""  # sentences that any child reads, and a learned one
    learned: str = ""
    syllables: dict[str, int] = field(default_factory=dict)  # of words that are not easy to count
    said: dict[str, str] = field(default_factory=dict)

    def in_their_words(self, english: str) -> str:
        return self.said[english] if self.said else english

    @property
    def home(self) -> dict[str, str]:
        return {"country": self.country, "time_zone": self.time_zone}


@cache
def spoken(language: str) -> Spoken:
    file = LANGUAGES / f"{language}.toml"
    assert file.is_file(), f"tests/languages has no {file.name}: copy another language's and say it all in this one"
    return Spoken(**tomllib.loads(file.read_text(encoding="utf-8")))
