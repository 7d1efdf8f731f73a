"""Which languages patients may be offered: those in which someone in danger is told what to do, and is understood."""

from care import red_flags
from care.heart.language import SOURCE, name_of, shipped
from ops import messages


def lacks(language: str) -> list[str]:
    """Why a language may not be offered, a sentence each; nothing if it may."""
    if language not in shipped():
        return [f"There are no words in {language}: the languages are {', '.join(shipped())}."]
    found, name = [], name_of(language)
    if count := sum(one.safety for one in messages.missing(language)):
        words = f"{count} texts" if count > 1 else "a text"
        found.append(f"{name} lacks {words} that someone in danger must read: see {messages.catalogue_file(language)}.")
    unknown = sorted(red_flags.categories_in(SOURCE) - red_flags.categories_in(language))
    if unknown:
        found.append(f"In {name} nobody would notice {', '.join(unknown).replace('_', ' ')}: "
                     f"content/red_flags/{language}.toml has no rules for it.")
    return found


def offered() -> tuple[str, ...]:
    """Every language that may be offered, the code's own first."""
    return tuple(language for language in shipped() if not lacks(language))
