"""What patients are told: numbers for emergencies, the languages, the hours."""

from collections.abc import Iterator
from datetime import date, time

from care import crisis
from care.heart.language import in_language, name_of
from care.heart.settings import Settings
from ops import messages, offered
from ops.doctor.finding import Finding, failure, warning, well


def crisis_texts(settings: Settings, today: date) -> Iterator[Finding]:
    country = settings.clinic.country
    numbers, wrong = crisis.in_country(country), crisis.check(today)
    theirs = [f"/{code}.toml" for code in crisis.known_countries() if code != country]
    mine = [problem for problem in wrong if not any(file in problem for file in theirs)]
    if mine:
        yield failure("crisis_texts", " ".join(mine), f"Correct content/crisis/{country}.toml.")
    elif not numbers.code:
        yield warning("crisis_texts", f"We know no emergency number of {country}: patients are told to call "
                      f"{in_language(numbers.emergency, 'en')}.", f"Add content/crisis/{country}.toml, with its source.")
    else:
        yield well("crisis_texts", f"In danger, patients are told to call {numbers.number}.")


def languages(settings: Settings) -> Iterator[Finding]:
    for code in settings.clinic.languages:
        if unsafe := offered.lacks(code):
            yield failure("languages", " ".join(unsafe), f"Until then, leave {code} out of clinic.languages.")
        elif lacking := messages.missing(code):
            yield warning("languages", f"{name_of(code)} lacks {len(lacking)} texts; patients see those in English.",
                          f"Translate them in {messages.catalogue_file(code)}.")
        else:
            yield well("languages", f"{name_of(code)} is complete.")


def office_hours(settings: Settings) -> Finding:
    clinic = settings.clinic
    hours = sum(hour(closes) - hour(opens) for spans in clinic.hours.spans for opens, closes in spans)
    if clinic.reply_within_minutes > 24 * 60:
        return warning("office_hours", f"A patient may wait {clinic.reply_within_minutes / 60:.0f} office hours for a reader.",
                       "Is clinic.reply_within_minutes what you mean?")
    return well("office_hours", f"Somebody reads {hours:g} hours a week, within {clinic.reply_within_minutes} minutes.")


def hour(at: time) -> float:
    return at.hour + at.minute / 60
