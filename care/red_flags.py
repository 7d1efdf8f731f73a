"""The red-flag screen: what a person wrote, read for danger to life by reviewed rules, the same way every time.

`screen(text)` runs the rules of every language on every text. It is pure and takes time in proportion to the text. What it
finds is explained: the rule, its version, and the words. It never says that something is *not* an emergency; an empty answer
only means that no rule knew these words.

The rules are data, in `content/red_flags`: `categories.toml` and one file a language. A new language or category is a new file
or table there.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final, Literal, TypeAlias

from care import second_listener
from care.phrases import Found, NotAPhrase, Phrases
from care.plain_words import NO_PAUSE, STOP, Word, words_of
from content import FOLDER

Severity: TypeAlias = Literal["emergency", "urgent", "routine"]
Certainty: TypeAlias = Literal["stated", "hedged"]

RULES: Final = FOLDER / "red_flags"
RANK: Final[Mapping[Severity, int]] = {"emergency": 0, "urgent": 1, "routine": 2}
CONTEXTS: Final = (
    "before", "after", "not_denied", "only", "told", "past", "not_past", "well", "clause", "joking", "idioms",
    "harmless")
DOUBT: Final = "unclear"  # the category of what no rule knows; it has no rules of its own
_LISTENER: Final = "second_listener"
_DOUBTED_AS: Final = f"{_LISTENER}."
_UNBROKEN: Final = ("before", "after")
_REACHES: Final = {"past": 7, "told": 12}  # words between what happened and when it was, or where it was read or taught
_WORDS_SHOWN: Final = 200


@dataclass(frozen=True)
class Category:
    """A kind of danger: what a doubtful phrase of it still is, and which fixed text answers it."""

    name: str
    lowered_to: Severity
    jokes_lower: bool
    card: str


@dataclass(frozen=True)
class Rule:
    """One reviewed rule. `reviewed_by` is empty until a clinician has signed it."""

    id: str
    language: str
    category: str
    severity: Severity
    version: int
    source: str
    review_date: date
    reviewed_by: str


@dataclass(frozen=True)
class Flag:
    """What was found: by which rule, how urgent, and the very words. Hedged: denied, past, asked about, an idiom or a joke."""

    rule: str
    category: str
    severity: Severity
    span: tuple[int, int]
    words: str
    version: int
    certainty: Certainty


@dataclass(frozen=True)
class _Context:
    """A phrase that says how another is meant: `kind` is one of CONTEXTS."""

    kind: str
    language: str


@dataclass(frozen=True)
class Rules:
    """All rules of all languages, ready to be looked for in one pass.

    `not_denying`: by language, what denies in other languages but not in this one ("dor no peito": a pain *in the* chest).
    """

    categories: Mapping[str, Category]
    not_denying: Mapping[str, frozenset[str]]
    rules: tuple[Rule, ...]
    phrases: Phrases[Rule | _Context]
    problems: tuple[str, ...]


def screen(text: str) -> tuple[Flag, ...]:
    """The red flags in a text, the most urgent first: for each category the rule and the words that weigh most.

    Where the rules find nothing urgent in it, the second listener may add a doubt: what they lowered is listened to again.
    """
    return with_doubts(text, screen_by_rules(text))


def screen_by_rules(text: str) -> tuple[Flag, ...]:
    """What the rules alone hear."""
    words = words_of(text)
    return flags_of(text, words, rules().phrases.find(words))


def with_doubts(text: str, flags: tuple[Flag, ...]) -> tuple[Flag, ...]:
    """What the rules heard in a text, and the doubt of the second listener if none of it is urgent."""
    if any(flag.severity != "routine" for flag in flags):
        return flags
    return (*_doubts(text, words_of(text), lowered(flags)), *flags)


def lowered(flags: Iterable[Flag]) -> list[str]:
    """What the rules heard that is not urgent, as the second listener takes it into account."""
    return sorted(f"{flag.category}:{flag.certainty}" for flag in flags if flag.severity == "routine")


def likely(rule: str) -> str:
    """The category that a doubt is most like, from the rule that it is told as; nothing if none is named."""
    named = rule.removeprefix(_DOUBTED_AS)
    return named if named != rule else ""


def _doubts(text: str, words: list[Word], hints: list[str]) -> tuple[Flag, ...]:
    heard = second_listener.doubt(words, hints)
    if heard is None:
        return ()
    span = words[heard.first].start, words[heard.last].end
    shown = text[span[0] : span[1]][:_WORDS_SHOWN]
    rule = f"{_DOUBTED_AS}{heard.likely}" if heard.likely else _LISTENER
    return (Flag(rule, DOUBT, "urgent", span, shown, heard.version, "hedged"),)


def flags_of(text: str, words: list[Word], found: list[Found[Any]]) -> tuple[Flag, ...]:
    """What the phrases found in a text come to, taken together."""
    ruled = rules()
    said = _Said(words, found)
    strongest: dict[str, Flag] = {}
    for each in found:
        if isinstance(each.tag, Rule):
            flag = _flag(text, words, each, each.tag, said, ruled)
            there = strongest.get(flag.category)
            if there is None or _order(flag) < _order(there):
                strongest[flag.category] = flag
    return tuple(sorted(strongest.values(), key=_order))


def _order(flag: Flag) -> tuple[int, bool, tuple[int, int], str]:
    return RANK[flag.severity], flag.certainty == "hedged", flag.span, flag.rule


def _flag(text: str, words: list[Word], found: Found[Any], rule: Rule, said: "_Said", ruled: Rules) -> Flag:
    span = words[found.first].start, words[found.last].end
    shown = text[span[0] : span[1]][:_WORDS_SHOWN]
    category = ruled.categories[rule.category]
    severity: Severity = rule.severity
    certainty: Certainty = "stated"
    harmless = said.overlaps("harmless", found)
    lowered = said.is_lowered(found, rule.language, ruled.not_denying[rule.language])
    if harmless or lowered or (category.jokes_lower and said.joking):
        certainty = "hedged"
        severity = max(severity, "routine" if harmless else category.lowered_to, key=RANK.__getitem__)
    return Flag(rule.id, rule.category, severity, span, shown, rule.version, certainty)


class _Said:
    """How the things in one text are meant: laid out by word once, so that asking about a found phrase is cheap.

    What lowers a flag does so in every language, for people mix them; what speaks against lowering counts in its own only.
    """

    def __init__(self, words: list[Word], found: Iterable[Found[Any]]) -> None:
        self.sentence: list[int] = []
        for word in words:
            self.sentence.append((self.sentence[-1] if self.sentence else 0) + (word.pause == STOP))
        self.marks: dict[str, list[Found[_Context]]] = {kind: [] for kind in CONTEXTS}
        for each in found:
            if isinstance(each.tag, _Context):
                self.marks[each.tag.kind].append(each)
        self.joking = bool(self.marks["joking"])
        runs_on = {at for at, word in enumerate(words) if word.pause == NO_PAUSE}  # "no, chest pain" denies nothing
        self.denied_from: dict[int, set[str]] = {}  # the word after a denial: the single words that deny it, "" for longer ones
        for mark in self.marks["before"]:
            if mark.last + 1 in runs_on:
                alone = words[mark.first].text if mark.first == mark.last else ""
                self.denied_from.setdefault(mark.last + 1, set()).add(alone)
        self.denied_up_to = {mark.first - 1 for mark in self.marks["after"] if mark.first in runs_on}
        only = [mark for mark in self.marks["only"] if mark.first in runs_on]  # "no pain, only tired" denies the pain
        undoing = sorted((*self.marks["not_denied"], *only), key=lambda mark: mark.last)
        self.latest_not_denied = {(mark.tag.language, self.sentence[mark.last]): mark.last for mark in undoing}
        self.covered = {
            kind: {at for mark in self.marks[kind] for at in range(mark.first, mark.last + 1)}
            for kind in ("idioms", "harmless")
        }
        self.elsewhere = self._reached(words)

    def is_lowered(self, found: Found[Any], language: str, not_denying: frozenset[str]) -> bool:
        return (self.is_denied(found, language, not_denying)
                or found.last in self.elsewhere or self.overlaps("idioms", found))

    def is_denied(self, found: Found[Any], language: str, not_denying: frozenset[str]) -> bool:
        """Denied just before, inside or just after; but "never had such a pain before" denies nothing."""
        before = not self.denied_from.get(found.first, not_denying) <= not_denying
        denied = found.denied or before or found.last in self.denied_up_to
        return denied and self.latest_not_denied.get((language, self.sentence[found.last]), -1) < found.last

    def overlaps(self, kind: str, found: Found[Any]) -> bool:
        return not self.covered[kind].isdisjoint(range(found.first, found.last + 1))

    def _apart(self, at: int, other: int) -> bool:
        return self.sentence[at] != self.sentence[other]

    def _reached(self, words: list[Word]) -> set[int]:
        """The words that a time long gone reaches, or a leaflet, a course or a film: some to either side in its clause, unless
        it is also said to be now."""
        edges = {(mark.tag.language, mark.first) for mark in self.marks["clause"]}
        well = {at for mark in self.marks["well"] for at in range(mark.first, mark.last + 1)}
        present = {(mark.tag.language, self.sentence[mark.first]) for mark in self.marks["not_past"] if mark.first not in well}
        alike: dict[tuple[str, int, int], set[int]] = {}  # a bare year is one in every language: as far as all of them agree
        for mark in (*self.marks["past"], *self.marks["told"]):
            language, reaches = mark.tag.language, _REACHES[mark.tag.kind]
            reached: set[int] = set()
            if mark.tag.kind != "past" or (language, self.sentence[mark.first]) not in present:
                reached.update(range(mark.first, mark.last + 1))
                for start, step in ((mark.first - 1, -1), (mark.last + 1, 1)):
                    for at in range(start, start + step * reaches, step):
                        if not 0 <= at < len(words) or (language, at) in edges or self._apart(at, mark.first):
                            break
                        reached.add(at)
            where = mark.tag.kind, mark.first, mark.last
            alike[where] = alike.get(where, reached) & reached
        return {at for reached in alike.values() for at in reached}


@cache
def rules() -> Rules:
    """All rules, read once. What is malformed is left out and told by `check`."""
    categories = {name: Category(name, **table) for name, table in _read("categories").items()}
    files = {language: _read(language) for language in languages()}
    not_denying = {language: frozenset(data.get("not_denying", ())) for language, data in files.items()}
    phrases: Phrases[Rule | _Context] = Phrases()
    every: list[Rule] = []
    problems: list[str] = []
    for word in (word for data in files.values() for word in data["never_typos"]):
        phrases.vocabulary.is_no_typo(word)
    for language, data in files.items():
        names = {name: "|".join(words) for name, words in data["words"].items()}
        denying = {word for other in files.values() for word in other["denying"]} - not_denying[language]
        denies = frozenset(phrases.vocabulary.add(word) for word in sorted(denying))
        listed: list[tuple[Rule | _Context, list[str]]] = [
            (_Context(kind, language), data["context"].get(kind, [])) for kind in CONTEXTS]
        for table in data["rule"]:
            said = table.pop("phrases")
            every.append(Rule(language=language, **{**data["defaults"], **table}))
            listed.append((every[-1], said))
        for tag, phrase in ((tag, phrase) for tag, several in listed for phrase in several):
            try:
                phrases.add(phrase, tag, names, isinstance(tag, _Context) and tag.kind in _UNBROKEN, denies)
            except NotAPhrase as wrong:
                problems.append(f"content/red_flags/{language}.toml: {wrong}")
    return Rules(categories, not_denying, tuple(every), phrases, tuple(problems))


def languages() -> list[str]:
    """The languages that have rules."""
    return sorted(file.stem for file in RULES.glob("*.toml") if file.stem != "categories")


def categories_in(language: str) -> set[str]:
    """The kinds of danger that the rules of a language know."""
    return {table["category"] for table in _read(language)["rule"]} if language in languages() else set()


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((RULES / f"{name}.toml").read_text(encoding="utf-8"))


def check(today: date | None = None) -> list[str]:
    """What is wrong with the rules, one sentence each: malformed, unknown, doubled, or, given today, due for review."""
    ruled = rules()
    found = list(ruled.problems)
    seen: set[str] = set()
    for rule in ruled.rules:
        if rule.id in seen:
            found.append(f"Red-flag rule {rule.id} is written twice; give one of them another id.")
        seen.add(rule.id)
        if rule.category not in ruled.categories:
            found.append(f"Red-flag rule {rule.id} names a category that categories.toml does not list: {rule.category}.")
        if rule.severity not in RANK:
            found.append(f"Red-flag rule {rule.id} has the severity {rule.severity!r}; it must be one of {', '.join(RANK)}.")
        if today and rule.review_date < today:
            found.append(f"Red-flag rule {rule.id} was to be reviewed by {rule.review_date.isoformat()}.")
    return found


def not_reviewed() -> list[str]:
    """The ids of the rules that no clinician has signed."""
    return [rule.id for rule in rules().rules if not rule.reviewed_by]


# Telegram's keys whose values are made by machines, or describe an account rather than say something.
_NOT_SAID: Final = frozenset({
    "from", "sender_chat", "sender_user", "sender_business_bot", "chat", "user", "users", "voter_chat", "via_bot", "bot",
    "inviter", "new_chat_member", "left_chat_member", "new_chat_members", "forward_from", "forward_from_chat",
    "forward_signature",
    "author_signature", "type", "language_code", "username", "phone_number", "id", "poll_id", "user_id", "chat_id",
    "file_id", "file_unique_id", "file_path", "mime_type", "thumbnail", "thumb", "url", "invite_link", "data", "hash", "secret",
    "credentials", "chat_instance", "inline_message_id", "media_group_id", "custom_emoji_id", "set_name", "game_short_name",
    "business_connection_id", "currency", "invoice_payload", "telegram_payment_charge_id", "provider_payment_charge_id",
    "google_place_id", "google_place_type", "foursquare_id", "foursquare_type",
})
_DEEPEST, _MOST = 40, 20_000


def texts_in(raw_update: object) -> list[str]:
    """Everything a person may have said in a raw update, whatever its shape: texts, captions, quotes, contact notes, polls.

    Made for updates that could not be understood too: any JSON value will do, a text that is not JSON at all is taken as said.
    A message of a bot inside the update (what was replied to, or bears the tapped button) is not something a person said.
    """
    said: list[str] = []
    waiting: list[tuple[object, int]] = [(raw_update, 0)]
    looked_at = 0
    while waiting and looked_at < _MOST:
        value, depth = waiting.pop()
        looked_at += 1
        match value:
            case str():
                said += [value] if value.strip() else []
            case bytes():
                said.append(value.decode(errors="replace"))
            case Mapping() if depth < _DEEPEST and not _by_a_bot(value):
                waiting += [(inside, depth + 1) for key, inside in reversed(list(value.items())) if key not in _NOT_SAID]
            case list() | tuple() if depth < _DEEPEST:
                waiting += [(inside, depth + 1) for inside in reversed(value)]
    return list(dict.fromkeys(said))


def _by_a_bot(value: Mapping[Any, Any]) -> bool:
    sender = value.get("from")
    return isinstance(sender, Mapping) and sender.get("is_bot") is True
