"""Every word a patient can read: marked, translated, whole, plain and kind, in every language that we ship."""

import ast
import re
from collections.abc import Iterator
from datetime import date, time
from functools import cache
from pathlib import Path

import pytest

from bot import control_words
from bot.flows import FLOWS
from bot.handlers import words as words_handler
from care import dates, readability
from care.enrolment import A_BIRTHDAY, ZONES
from care.heart.language import DayMonth, Lines, Msg, catalogue_of, city_of, in_language, n_, name_of, shipped
from ops import messages
from tests.spoken import spoken

ROOT = Path(__file__).parents[1]
TRANSLATIONS = [language for language in shipped() if language != "en"]
GAP = re.compile(r"\{(\w*)[^}]*\}")
LONGEST_LABEL = 24  # characters: what a narrow phone shows of a button in large print
A_FEW_WORDS = 8  # a shorter text is too little for a formula
SAMPLES = {
    "number": "999", "count": 2, "time": time(13, 5), "day": date(2026, 11, 23), "low": 0.0, "high": 10.5, "example": 37.5}


@cache
def written() -> dict[str | tuple[str, ...], tuple[str, ...]]:
    """Every message in the code, and the files it is in."""
    return {message.id: tuple(file for file, _ in message.locations) for message in messages.in_the_code() if message.id}


def forms(language: str) -> Iterator[tuple[str, str]]:
    """Every text as a reader of the language gets it, its gaps still open, with the words in the code. What is not translated
    yet is English, and not to be judged as anything else."""
    catalogue, english = catalogue_of(language), {one.words for one in messages.missing(language)}
    for wanted in written():
        if (wanted[1] if isinstance(wanted, tuple) else wanted) in english:
            continue
        if isinstance(wanted, tuple):
            for count in range(25):
                yield wanted[1], catalogue.ungettext(*wanted, count)
        else:
            yield wanted, catalogue.ugettext(wanted)


def filled(text: str) -> str:
    """The text with a short word in each gap: what a clinic or a patient puts there is not ours to judge."""
    return GAP.sub("8", text)


# Whole


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_no_translation_is_guessed_or_left_over(language: str):
    catalogue = messages.read(language)
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []
    assert {message.id for message in catalogue if message.id} - set(written()) == set(), "run `make messages`"
    assert list(catalogue.obsolete) == []


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_gaps_and_edges_are_the_same_in_the_translation(language: str):
    for source, said in forms(language):
        assert sorted(set(GAP.findall(said))) == sorted(set(GAP.findall(source))), source
        assert (said[:1].isspace(), said[-1:].isspace()) == (source[:1].isspace(), source[-1:].isspace()), source
        assert (source[-1] in ".:?!") == (said[-1] in ".:?!"), f"{source!r} and {said!r} end differently"
        assert re.findall(r"(?<!\w)/\w+", said) == re.findall(r"(?<!\w)/\w+", source), "commands are not translated"


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_plural_forms_are_as_many_as_the_language_has(language: str):
    catalogue = messages.read(language)
    for message in catalogue:
        if isinstance(message.id, tuple) and any(message.string):
            assert isinstance(message.string, tuple)
            assert len(message.string) == catalogue.num_plurals
            assert all(message.string)


@pytest.mark.parametrize("language", shipped())
def test_every_message_can_be_said(language: str):
    for wanted in written():
        source = wanted[1] if isinstance(wanted, tuple) else wanted
        gaps = tuple((name, SAMPLES.get(name, f"<{name}>")) for name in dict.fromkeys(GAP.findall(source)))
        one, many, count = (*wanted, 2) if isinstance(wanted, tuple) else (wanted, None, 0)
        said = in_language(Msg(one, many, count, gaps), language)
        assert said
        assert not GAP.search(said)
        assert "  " not in said


def test_every_gap_is_filled_where_a_function_says_the_words():
    """Words in tables (flows, rules) may be filled by whoever shows them."""
    for file, tree in sources():
        for function in nodes_in(tree):
            for call in calls_of(function, "_") if isinstance(function, ast.FunctionDef) else ():
                if call.args and isinstance(call.args[0], ast.Constant):
                    given = {keyword.arg for keyword in call.keywords}
                    assert given == set(GAP.findall(call.args[0].value)), f"{file}: {call.args[0].value}"


# Dates, times and numbers


def moment(language: str) -> str:
    gaps = (("day", date(2026, 11, 3)), ("time", time(13, 5)), ("temperature", 38.5), ("whole", 37.0), ("count", 3))
    return in_language(Msg("{day} | {time} | {temperature} | {whole} | {count}", gaps=gaps), language)


@pytest.mark.parametrize("language", shipped())
def test_dates_times_and_decimals_are_written_as_people_there_write_them(language: str):
    assert moment(language) == spoken(language).moment


@pytest.mark.parametrize("said", [
    "14. Maerz 1950", "14. MÄRZ 1950", "den 14. März 1950", "14 mars 1950", "né le 14 mars 1950", "14.3.1950", "14/03/1950"])
def test_a_birthday_is_read_as_people_write_it(said: str):
    assert date(1950, 3, 14) in dates.readings_of_date(said)


def test_the_first_of_a_month_and_the_austrian_january_are_read():
    assert dates.readings_of_date("1er mars 1950") == {date(1950, 3, 1)}
    assert dates.readings_of_date("2. Jänner 1950") == dates.readings_of_date("2. Jaenner 1950") == {date(1950, 1, 2)}


def test_the_french_count_the_first_of_a_month():
    said = Msg("{day} | {first} | {last}", gaps=(
        ("day", date(2026, 12, 1)), ("first", DayMonth(date(2026, 12, 1), short=True)), ("last", DayMonth(date(2026, 12, 11)))))
    assert in_language(said, "fr") == "mardi 1er décembre 2026 | 1er déc. | 11 décembre"


@pytest.mark.parametrize("language", shipped())
def test_cities_are_called_as_people_there_call_them(language: str):
    zones = ("Europe/London", "America/Argentina/Buenos_Aires", "Africa/Cairo")
    assert [city_of(zone, language) for zone in zones] == spoken(language).cities


def test_each_language_is_called_by_its_own_name():
    own = ["English", "Español", "Français", "Deutsch", "Português (Brasil)", "Русский"]
    assert [name_of(language) for language in ("en", "es", "fr", "de", "pt-BR", "ru")] == own


@pytest.mark.parametrize("language", shipped())
def test_the_date_that_stands_as_an_example_can_be_read(language: str):
    assert dates.readings_of_date(in_language(A_BIRTHDAY, language)) == {date(1950, 3, 14)}


def test_a_language_that_we_do_not_have_falls_back_to_english():
    assert in_language(Msg("Read more"), "ja") == "Read more"
    assert in_language(n_("{count} day", "{count} days", 1), "ja") == "1 day"


def test_words_within_words_are_translated_too():
    said = Lines((Msg("Yes"), "—", Msg("I agree"), ""), " ")
    assert in_language(said, "es") == "Sí — Acepto", "what is empty leaves no gap"


# Buttons


@cache
def sources() -> tuple[tuple[str, ast.Module], ...]:
    files = [file for folder in messages.FOLDERS for file in sorted((ROOT / folder).rglob("*.py"))]
    return tuple((file.relative_to(ROOT).as_posix(), ast.parse(file.read_text(encoding="utf-8"))) for file in files)


@cache
def nodes_in(tree: ast.AST) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree))


def calls_of(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    for node in nodes_in(tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in names:
                yield node


def marked_in(node: ast.AST) -> Iterator[str]:
    for call in calls_of(node, "_", "n_"):
        for argument in call.args[:2]:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value


@cache
def labels() -> frozenset[str]:
    return frozenset(_labels())


def _labels() -> Iterator[str]:
    """What stands on buttons: marked in the call or in a name given to it, and the options of every flow."""
    for _file, tree in sources():
        named = {
            target.id: node.value for node in nodes_in(tree) if isinstance(node, ast.Assign)
            for target in node.targets if isinstance(target, ast.Name)}
        for button in calls_of(tree, "Button"):
            label = button.args[0]
            yield from marked_in(named.get(label.id, label) if isinstance(label, ast.Name) else label)
    for flow in FLOWS.values():
        for question in flow.questions:
            yield from (label.text for row in question.kind.buttons() for label, _ in row if isinstance(label, Msg))


@pytest.mark.parametrize("language", shipped())
def test_buttons_can_be_read_whole_on_a_narrow_phone(language: str):
    found = labels()
    assert {"Yes", "I agree", "Send to the care team", "Back"} <= found
    said = [in_language(Msg(label), language) for label in found] + [city_of(zone, language) for zone in ZONES]
    assert [label for label in said if len(label) > LONGEST_LABEL] == []


# Marked


def bare_words(node: ast.AST) -> Iterator[str]:
    """Literals with letters that an expression says, outside `_(...)`. What a function of ours makes is its own affair."""
    match node:
        case ast.Constant(value=str(words)) if re.search(r"[^\W\d_]", words):
            yield words
        case ast.Call(func=ast.Name(id="Button"), args=[label, *_]):
            yield from bare_words(label)
        case ast.Call(func=ast.Name(id="Lines" | "tuple" | "str" | "in_language"), args=arguments):
            for argument in arguments:
                yield from bare_words(argument)
        case ast.Call(func=ast.Attribute(value=spoken)) | ast.Subscript(value=spoken):  # "Hello {}".format(name), words[:200]
            yield from bare_words(spoken)
        case ast.Call() | ast.FormattedValue() | ast.Compare():
            return
        case _:
            for child in ast.iter_child_nodes(node):
                yield from bare_words(child)


def said_to_patients(tree: ast.AST) -> Iterator[ast.AST]:
    """The expressions whose value a patient reads."""
    for call in calls_of(tree, "Screen", "Button", "Ask", "Lines", "Unclear"):
        yield from call.args[1:2] if getattr(call.func, "id", "") == "Ask" else call.args[:1]
        yield from (keyword.value for keyword in call.keywords if keyword.arg in ("text", "placeholder", "label", "say"))
    for call in calls_of(tree, "tell"):
        yield from (argument for argument in call.args[1:2] if not isinstance(argument, ast.Call))
    for call in calls_of(tree, "Say"):
        yield from call.args[:1]
    for call in calls_of(tree, "Choice", "Several", "Flow"):
        yield from (keyword.value for keyword in call.keywords if keyword.arg in ("about", "opening", "closing", "none"))
        if call.args and isinstance(call.args[0], ast.Dict):
            yield from call.args[0].values
    for function in nodes_in(tree):
        if isinstance(function, ast.FunctionDef) and function.returns and "Msg" in ast.unparse(function.returns):
            yield from (node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value)


def test_nothing_goes_to_a_patient_that_is_not_marked_for_translation():
    bare = [(file, words) for file, tree in sources() for part in said_to_patients(tree) for words in bare_words(part)]
    assert bare == []


def test_the_search_for_unmarked_words_finds_them():
    tree = ast.parse("""
turn.tell(who, Screen("Hello", ((Button(f"Go {n}", "go:1"),),)))
turn.tell(who, Screen(Lines((_("Hello", name="Ann"), f"{n}:", "Dear {}".format(name)))))
def note() -> Msg | None:
    return "Not now" if late else None
""")
    assert {words for part in said_to_patients(tree) for words in bare_words(part)} == {"Hello", "Go ", "Dear {}", "Not now"}


@pytest.mark.parametrize("language", shipped())
def test_no_button_says_what_stops_or_helps_when_typed(language: str):
    """Buttons' words may be typed; a word that opens /stop or /help cannot also be an answer."""
    control = words_handler.STOP_WORDS | words_handler.HELP_WORDS
    answers = {
        in_language(label, language).casefold() for flow in FLOWS.values() for question in flow.questions
        for row in question.kind.buttons() for label, _ in row}
    assert control.isdisjoint(answers)


def test_no_answer_has_the_very_words_of_a_button_that_steers():
    """They would be one text to translate: the back that hurts, and the way back."""
    steering = {label.text for label in control_words.LABELS.values()}
    options = {label.text for flow in FLOWS.values() for question in flow.questions
               for label in question.kind.options().values() if isinstance(label, Msg)}
    assert steering.isdisjoint(options)


@pytest.mark.parametrize("language", shipped())
def test_no_two_answers_to_a_question_read_the_same(language: str):
    for flow in FLOWS.values():
        for question in flow.questions:
            said = [in_language(label, language) for label in question.kind.options().values()]
            assert len(set(said)) == len(said), f"{flow.name}, {question.key}: {said}"


# Kind and plain


@pytest.mark.parametrize("language", shipped())
def test_no_word_blames_orders_or_presumes(language: str):
    said = {text for _source, text in forms(language)}
    assert [(unkind, text) for text in said if (unkind := readability.unkind_words(text, language))] == []


@pytest.mark.parametrize("language", shipped())
def test_sentences_are_short(language: str):
    assert {text: n for _source, text in forms(language) if (n := readability.words_a_sentence(filled(text))) > 20} == {}


def long_enough(language: str) -> Iterator[str]:
    for _source, text in forms(language):
        if sum(map(len, readability.sentences(filled(text)))) > A_FEW_WORDS:
            yield filled(text)


def test_english_is_read_with_ease_after_six_years_of_school():
    assert {text: round(grade, 1) for text in long_enough("en") if (grade := readability.english_grade(text)) > 6} == {}


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_every_translation_is_fairly_easy_or_easier(language: str):
    assert {
        text: round(ease) for text in long_enough(language)
        if (ease := readability.ease(text, language)) < readability.FORMULAS[language].easy} == {}


@pytest.mark.parametrize(("text", "grade"), [
    ("The cat sat on the mat. It was warm.", (-3, 2)), ("Please drink some water and rest for a while today.", (1, 5)),
    ("Pharmaceutical interventions necessitate comprehensive individualised evaluation.", (20, 50))])
def test_the_english_formula_tells_plain_from_learned(text: str, grade: tuple[float, float]):
    assert grade[0] <= readability.english_grade(text) <= grade[1]


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_each_formula_tells_plain_from_learned(language: str):
    known, easy = spoken(language), readability.FORMULAS[language].easy
    assert readability.ease(known.learned, language) < easy <= readability.ease(known.plain, language)


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_syllables_are_counted_as_they_are_heard(language: str):
    wanted = spoken(language).syllables
    assert {word: readability.FORMULAS[language].syllables(word.casefold()) for word in wanted} == wanted


@pytest.mark.parametrize(("language", "times"), [
    ("es", ("la 1:05", "las 2:05", "las 11:05", "las 13:05", "las 21:05")),
    ("pt-BR", ("da 01:05", "das 02:05", "das 11:05", "das 13:05", "das 21:05"))])
def test_one_oclock_is_singular(language: str, times: tuple[str, ...]):
    said = [in_language(Msg("today before {time}", gaps=(("time", time(hour, 5)),)), language) for hour in (1, 2, 11, 13, 21)]
    assert [when.partition("antes ")[2].removeprefix("de ") for when in said] == list(times)


@pytest.mark.parametrize("language", shipped())
def test_no_answer_is_called_as_a_way_out_is(language: str):
    """Two buttons of the same name under one question: whoever taps the wrong one does not answer."""
    ways = {in_language(Msg(way), language) for way in ("Back", "Skip", "Pause", "Keep my answer", "Done")}
    labels = {(flow.name, question.key, in_language(label, language)) for flow in FLOWS.values()
              for question in flow.questions for label in question.kind.options().values()}
    assert {found for found in labels if found[2] in ways} == set()
