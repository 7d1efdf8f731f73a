"""A result in plain words for the patient: the number, what it means, its trend, and what the team does. Never a diagnosis."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from care import crisis
from care.heart.language import Lines, Msg, Text, _
from care.instrument_scores import Change, Score, attention
from care.instruments import Instrument

_IN_BAND: Final = {
    "none-minimal": _("Your answers add up to {total} of {most}. That is in the range called “none or minimal”."),
    "minimal": _("Your answers add up to {total} of {most}. That is in the range called “minimal”."),
    "normal": _("Your answers add up to {total} of {most}. That is in the range called “normal”."),
    "mild": _("Your answers add up to {total} of {most}. That is in the range called “mild”."),
    "moderate": _("Your answers add up to {total} of {most}. That is in the range called “moderate”."),
    "moderately severe": _("Your answers add up to {total} of {most}. That is in the range called “moderately severe”."),
    "severe": _("Your answers add up to {total} of {most}. That is in the range called “severe”."),
    "below the cut-off": _("Your answers add up to {total} of {most}. That is below {cut_off}, where we would ask more."),
    "at or above the cut-off": _("Your answers add up to {total} of {most}. From {cut_off} on, we ask more."),
    "at risk": _("Your answers add up to {total} of {most}. From {cut_off} on, a fall is more likely."),
}
_FEW_SIGNS: Final = _("Your answers add up to {total} of {most}. That is below {cut_off}, where a fall becomes more likely.")
_ONE_SIGN: Final = _("Your answers add up to {total} of {most}. One of them alone can mean that a fall is more likely.")
FALLS: Final = "steadi-stay-independent"


def result_words(instrument: Instrument, result: Score, compared: Change | None = None) -> Lines:
    """What the patient reads at the end. The first line gives nothing away on a locked screen. Where it says that the team has
    been told, `instrument_scores.attention` is not None, and whoever shows it opens that obligation in the same turn."""
    said = (instrument, result, compared)
    return Lines((_("About your answers:"), *_result(*said), *_next(*said)))


def left_out(instrument: Instrument, country: str) -> Msg | None:
    """What is said before a form from which the item about self-harm was taken; None for every other form."""
    if not instrument.leaves_out_safety:
        return None
    return _("This form does not ask about thoughts of death or self-harm. If you have any, call {number} or tell us here.",
             number=crisis.emergency_number(country))


def _result(instrument: Instrument, result: Score, compared: Change | None) -> Iterator[Text]:
    if not result.complete:
        yield _("Not every question has an answer, so there is no total.")
        return
    yield _filled(_meaning(instrument, result), total=result.total, most=instrument.highest, cut_off=instrument.cut_off)
    if instrument.name != FALLS:
        yield _("A higher number means that these problems trouble you more often.")
    yield _("This is not a diagnosis. It helps your care team to see how you are.")
    if compared and result.safety:  # whoever thinks of death is not to be told that things are better
        compared = replace(compared, meaningful=None, response=False, remission=False)
    said = Lines(tuple(trend(compared)), " ") if compared else Lines()
    if said.parts:
        yield said


def _meaning(instrument: Instrument, result: Score) -> Msg:
    assert result.band
    if instrument.name == FALLS and result.band != "at risk":
        return _ONE_SIGN if result.positive else _FEW_SIGNS
    return _IN_BAND[result.band]


def _filled(words: Msg, **gaps: object) -> Msg:
    return replace(words, gaps=tuple((name, value) for name, value in gaps.items() if f"{{{name}}}" in words.text))


def trend(compared: Change) -> Iterator[Msg]:
    """How a total compares with the last and the first one."""
    last, since = compared.last, compared.since_last
    if since is not None:
        if since == 0:
            yield _("Last time it was {last} too.", last=last)
        elif compared.meaningful == "better":
            yield _("Last time it was {last}. It has gone down by {points}. That is a real change for the better.",
                    last=last, points=-since)
        elif compared.meaningful == "worse":
            yield _("Last time it was {last}. It has gone up by {points}. That is a real change.", last=last, points=since)
        else:
            yield _("Last time it was {last}.", last=last)
    if compared.remission:
        yield _("When you began, it was {first}. Now it is in the lowest range.", first=compared.first)
    elif compared.response:
        yield _("When you began, it was {first}. Now it is half of that, or less.", first=compared.first)
    elif compared.since_first is not None and compared.first != last:
        yield _("When you began, it was {first}.", first=compared.first)


def _next(instrument: Instrument, result: Score, compared: Change | None) -> Iterator[Text]:
    if attention(instrument, result, compared) is None:
        yield _("Your care team can see your answers. If you feel worse, write to us here.")
    else:
        yield _("I have told your care team. They will look at your answers.")
    if result.safety:
        yield _("If you do not feel safe, do not wait for us. Use the numbers that I sent you.")
