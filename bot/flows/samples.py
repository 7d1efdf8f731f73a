"""Answers to try on a kind of question, as a patient may type them: for whoever plays a flow through."""

from bot.flows.kinds import Date, FreeText, Kind, Number, Photo, Scale, Several, TimeOfDay
from care.heart.language import in_language

MEASURED = {
    "blood_pressure": ("118/76", "165 over 104", "185/122", "92/58"), "weight": ("72.5 kg", "131 kg"),
    "glucose": ("6.1 mmol/L", "2.9 mmol/L", "18 mmol/L"), "temperature": ("36.8", "38.3", "39.6"),
    "oxygen": ("97", "91", "86"), "pulse": ("72", "130"), "peak_flow": ("420", "180"),
}

SAID = {"en": "it began last night", "es": "empezó anoche", "fr": "depuis hier soir", "de": "seit gestern Abend",
        "pt-BR": "começou ontem à noite", "ru": "со вчерашнего вечера"}


def samples(kind: Kind, language: str = "en") -> list[str]:
    """The mildest first, where there is an order; none for what cannot be typed."""
    match kind:
        case Several():
            every = [str(number) for number in range(1, len(kind.choices) + 1)]
            return [in_language(kind.none, language) if kind.none else every[0], " ".join(every), every[-1]]
        case Scale():
            return [str(number) for number in range(kind.low, kind.high + 1)]
        case Number():
            return [f"{kind.low:g}", f"{(kind.low + kind.high) // 2:g}", f"{kind.high:g}"]
        case Date():
            return ["today", "yesterday"] if kind.back else ["today"]
        case TimeOfDay():
            return [*kind.offers, "07:30", "22:15"]
        case FreeText():
            return [SAID.get(language, SAID["en"])]
        case Photo():
            return []
        case Kind() if kind.reading:
            return list(MEASURED[kind.reading])
    return [in_language(label, language) for label in kind.options().values()]
