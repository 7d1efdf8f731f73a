"""How a lesson looks: a card, a question, what follows it. All of it is one message, edited in place."""

from typing import Any

from care.heart.language import Lines, Mark, Msg, Styled, Text, _, utf16
from care.heart.screen import Button, Screen
from care.lessons.deliveries import Delivery
from care.lessons.lesson import LessonText, styled
from care.patients import Patient

Rows = tuple[tuple[Button, ...], ...]
LABEL = 24  # characters of an answer that a narrow phone shows whole on a button; longer ones are listed, with a number each
BESIDE = {"picture": _("Show the picture"), "video": _("Show the video")}
BECAUSE = {"long": _("Too long"), "hard": _("Hard to understand"), "not_me": _("Not about me"), "known": _("I knew it already")}


def beside(text: LessonText) -> list[tuple[Msg, str]]:
    """The buttons for its picture and its video, with what each shows in words."""
    both = (("picture", text.picture, text.picture_says), ("video", text.video, text.video_says))
    return [(BESIDE[what], words) for what, file, words in both if file]


def offer(delivery: Delivery, words: Text) -> Screen:
    """What a locked screen may show: words that name no illness."""
    return Screen(words, (
        (Button(_("Read"), f"lesson:open:{delivery.id}"),),
        (Button(_("Not now"), f"lesson:later:{delivery.id}"), Button(_("Not interested"), f"lesson:no:{delivery.id}"))))


def card(delivery: Delivery, number: int, see: tuple[tuple[str, str], ...], edits: int | None) -> Screen:
    """One card, with ways to the others. `see` are the lessons that it points to, as (name, title)."""
    cards = delivery.cards
    number = max(0, min(number, len(cards) - 1))
    heading = Lines((_bold(delivery.title), _("{number} of {total}", number=number + 1, total=len(cards))), "\n")
    rows = [(Button(title, f"learn:one:{name}:{delivery.patient_id}"),) for name, title in see]
    if number == 0:
        rows += [(Button(label, f"lesson:{what}:{delivery.id}"),) for what, label in BESIDE.items() if delivery.shown.get(what)]
    steps = [Button(_("Back"), f"lesson:card:{delivery.id}:{number - 1}")] if number else []
    if number + 1 < len(cards):
        steps.append(Button(_("Next"), f"lesson:card:{delivery.id}:{number + 1}"))
    else:
        steps.append(Button(_("Go on"), f"lesson:ask:{delivery.id}"))
    return Screen(Lines((heading, styled(cards[number]))), (*rows, tuple(steps)), edits=edits)


def _bold(words: str) -> Styled:
    return Styled(words, (Mark("bold", 0, utf16(words)),))


def question(delivery: Delivery, edits: int | None, above: tuple[Text, ...] = ()) -> Screen:
    """The question that is asked now, or asked again below what explains it."""
    ask, answers, *_rest = delivery.questions[delivery.question]
    words: Text = ask
    rows: list[tuple[Button, ...]]
    if any(len(answer) > LABEL for answer in answers):
        words = Lines((ask, Lines(tuple(f"{at}. {answer}" for at, answer in enumerate(answers, 1)), "\n")))
        rows = [tuple(_answer(delivery, at, str(at + 1)) for at in range(len(answers)))]
    else:
        rows = [(_answer(delivery, at, answer),) for at, answer in enumerate(answers)]
    back = Button(_("Back"), f"lesson:card:{delivery.id}:{len(delivery.cards) - 1}")
    first: tuple[Text, ...] = above or (_("One question, to see whether I explained it well."),)
    return Screen(Lines((*first, words)), (*rows, (back,)), edits=edits)


def _answer(delivery: Delivery, at: int, label: str) -> Button:
    return Button(label, f"lesson:say:{delivery.id}:{delivery.question}:{at}")


def right(delivery: Delivery, asked: list[Any], edits: int | None) -> Screen:
    return Screen(Lines((_ticked(asked), asked[3])), _on(delivery), edits=edits)


def twice_not_right(delivery: Delivery, asked: list[Any], edits: int | None) -> Screen:
    """The answer, and that a person explains it: it is our words that did not do."""
    return Screen(Lines((
        _ticked(asked), asked[3],
        _("I did not explain this well enough. I have told your care team, so they can go through it with you."))),
        _on(delivery), edits=edits)


def _ticked(asked: list[Any]) -> Text:
    return Lines((asked[0], Lines(("✓", asked[1][asked[2]]), " ")), "\n")


def _on(delivery: Delivery) -> Rows:
    return ((Button(_("Go on"), f"lesson:ask:{delivery.id}"),),)


def rating(delivery: Delivery, edits: int | None) -> Screen:
    return Screen(Lines((_bold(delivery.title), _("That was all. Was it helpful?"))), (
        (Button(_("Yes"), f"lesson:rate:{delivery.id}:yes"), Button(_("No"), f"lesson:rate:{delivery.id}:no")),), edits=edits)


def why_not(delivery: Delivery, edits: int | None) -> Screen:
    rows = tuple((Button(words, f"lesson:rate:{delivery.id}:{reason}"),) for reason, words in BECAUSE.items())
    return Screen(_("Thank you for saying so. What was it? You need not answer."), (
        *rows, (Button(_("Done"), f"lesson:rate:{delivery.id}:done"),)), edits=edits)


def closed(delivery: Delivery, patient: Patient, edits: int | None) -> Screen:
    """Read to the end; it can be read again, and there is more."""
    return Screen(Lines((_bold(delivery.title), _("Thank you. You find it again with /learn."))), (
        (Button(_("Read again"), f"lesson:card:{delivery.id}:0"),),
        (Button(_("More lessons"), f"learn:topics:{patient.id}"),)), edits=edits)
