"""Which events need a human. Which answers do is in zones.py."""

from care import crisis, escalations, events, messages, patients, red_flags, safety
from care.escalations import Severity
from care.heart import inbox
from care.heart.text import storable
from care.heart.turn import Addressee, Lane, Turn
from care.patients import Patient

SEVERITIES = {severity.word: severity for severity in Severity}


def screen(turn: Turn, who: Addressee, country: str, words: str, asked_for: str = "") -> bool:
    """Judge words for signs of danger, wherever they were written; True if a safety card was shown. Words about death that
    may not be meant so are answered too, and gently. `asked_for`: a category that is left to the zones, since the words are
    the very number that a question asked for."""
    assert who.chat_id is not None
    found = [flag for flag in red_flags.screen(words) if flag.category != asked_for]
    for flag in found:
        turn.happened(events.RedFlagRaised(
            who.id, who.chat_id, flag.rule, flag.version, flag.category, flag.severity, storable(flag.words)))
    dangers = ["gentle_check" if flag.category == "self_harm" and flag.certainty == "hedged" else flag.category
               for flag in found if SEVERITIES[flag.severity] is not Severity.ROUTINE]
    first_of_each_card: dict[str, str] = {}
    for category in dangers:
        first_of_each_card.setdefault(crisis.card_for(category), category)
    for category in first_of_each_card.values():
        safety.show_card(turn, who, country, category)
    return bool(dangers)


def judge_red_flag(turn: Turn, event: events.RedFlagRaised) -> None:
    if event.severity == Severity.ROUTINE.word:  # denied, past, an idiom: on record, and the message itself is read anyway
        return
    opened = escalations.open_(turn, event.patient_id, SEVERITIES[event.severity], _red_flag(event.category),
                               _may_mean(event.category, event.rule), event.words, event.chat_id)
    if event.category == red_flags.DOUBT and event.patient_id is not None:  # the card asks; here are the buttons
        turn.happened(events.UrgencyUnclear(event.patient_id, event.chat_id, opened))


def said_whom(turn: Turn, patient: Patient, words: str) -> None:
    """A chat that holds several patients wrote of danger, and has said now whom it is about: it is that patient's emergency,
    and no longer a nameless one."""
    assert patient.chat_id is not None
    for flag in red_flags.screen(words):
        kind, severity = _red_flag(flag.category), SEVERITIES[flag.severity]
        moved = escalations.now_about(turn, patient.chat_id, kind, patient.id, kind, _may_mean(flag.category, flag.rule))
        if not moved and severity is not Severity.ROUTINE:
            escalations.open_(
                turn, patient.id, severity, kind, _may_mean(flag.category, flag.rule), storable(flag.words), patient.chat_id)


def _red_flag(category: str) -> str:
    return f"red_flag:{category}"


def _may_mean(category: str, rule: str) -> str:
    if category == red_flags.DOUBT:
        likely = red_flags.likely(rule).replace("_", " ")
        like = f" ({likely}?)" if likely else ""
        return f"Wrote words that no rule knows but that resemble danger{like}: is it urgent?"
    return f"Wrote words that may mean: {category.replace('_', ' ')}"


def judge_message(turn: Turn, event: events.MessageHeard) -> None:
    """Whoever writes to people waits for a person. Words of danger have opened an escalation of their own."""
    if event.patient_id is not None and not event.flagged:
        words = messages.words_of(turn, event.patient_message)
        about = [flag.category.replace("_", " ") for flag in red_flags.screen(words or "") if flag.certainty == "stated"]
        reason = escalations.WROTE + (f" that may be about: {', '.join(about)}" if about else "")
        opened = escalations.open_(turn, event.patient_id, Severity.ROUTINE, "message", reason, words, event.chat_id,
                                   topic="costs" if about == ["cannot pay"] else None)
        if about or messages.is_unread(turn, event.patient_message):  # we cannot tell: the patient can
            turn.happened(events.UrgencyUnclear(event.patient_id, event.chat_id, opened))


def judge_person_wanted(turn: Turn, event: events.PersonWanted) -> None:
    words = None if event.patient_message is None else messages.words_of(turn, event.patient_message)
    escalations.open_(turn, event.patient_id, Severity.ROUTINE, "person", "Wants to talk to a person", words, event.chat_id)


def judge_off_the_meter(turn: Turn, event: events.OffTheMeter) -> None:
    """The device shows HI or LO: worse than any number it could show."""
    escalations.open_(turn, event.patient_id, Severity.URGENT, f"off_the_meter:{event.key}",
                      f"The meter shows only that it is too {event.where} to measure: {event.key}", event.where, event.chat_id)


def judge_unheard(turn: Turn, event: events.UpdateQuarantined) -> None:
    """We could not handle what someone sent; a person must look. If it may mean danger, they hear at once what to do."""
    raw, chat_id = inbox.quarantined(turn, event.update), event.chat_id
    whose = patients.in_chat(turn, chat_id) if chat_id is not None else []
    patient_id = whose[0].id if len(whose) == 1 else None
    escalations.open_(turn, patient_id, Severity.URGENT, f"unheard:{event.update}" if chat_id is None else "unheard",
                      "Sent something that the bot could not handle",
                      f"update {event.update} in quarantine", chat_id)
    if chat_id is not None:
        who: Addressee = whose[0] if len(whose) == 1 else patients.stranger(turn, chat_id)
        country = whose[0].country if whose else turn.settings.clinic.country
        for words in red_flags.texts_in(raw):
            screen(turn, who, country, words)


def judge_lost_touch(turn: Turn, event: events.ChatUnreachable) -> None:
    for patient in patients.reached_in(turn, event.chat_id):
        escalations.open_(turn, patient.id, Severity.URGENT, "unreachable",
                          "Has blocked the bot, or closed the account: call instead", None, event.chat_id)


def judge_held_back(turn: Turn, event: events.MessageHeldBack) -> None:
    """A safety card, or what a person wrote, did not get through: a person must reach the patient another way."""
    if event.lane == Lane.SAFETY:
        escalations.open_(turn, event.patient_id, Severity.EMERGENCY, "undelivered_safety",
                          "A safety message did not get through: call", event.why, event.chat_id)
    elif event.lane == Lane.REPLY and event.patient_id is not None and (
            event.outcome != "suppressed" or messages.by_a_person(turn, event.message)):
        escalations.open_(turn, event.patient_id, Severity.URGENT, "undelivered", "A message did not get through", event.why)


def judge_locked_invitation(turn: Turn, event: events.InvitationLocked) -> None:
    escalations.open_(turn, event.patient_id, Severity.URGENT, "invitation_locked",
                      "Three wrong dates of birth on an invitation: who has the link?", None, event.chat_id)


def judge_leaving(turn: Turn, event: events.PatientLeft) -> None:
    """Whoever leaves does so at once; that it was meant, and what becomes of their care, is for a person to see to."""
    escalations.open_(turn, event.patient_id, Severity.ROUTINE, "left", "Has left the chat: was it meant, and what now?")


def judge_new_chat(turn: Turn, event: events.ChatLinked) -> None:
    """A first chat is expected; another one is something a person should know of."""
    if not event.first:
        escalations.open_(turn, event.patient_id, Severity.ROUTINE, "new_chat",
                          f"A new chat now writes for this patient ({event.role}): expected?", None, event.chat_id)

