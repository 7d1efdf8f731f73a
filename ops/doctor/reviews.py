"""What a person must have read or tried before patients meet it: rules of danger, zones, crisis lines, questionnaires."""

from collections.abc import Iterator
from datetime import date

from care import crisis, instruments, red_flags, zone_rules
from care.heart.settings import Settings
from care.lessons import library
from care.lessons.series import all_series
from care.lessons.sheet import BROKEN
from ops.doctor.finding import Finding, failure, warning, well


def danger_rules(today: date) -> Iterator[Finding]:
    if wrong := red_flags.check(today):
        yield failure("danger_rules", " ".join(wrong), "Correct it in content/red_flags.")
    elif unsigned := red_flags.not_reviewed():
        yield warning("danger_rules", f"No clinician has signed {len(unsigned)} of the rules that hear danger.",
                      "Have a clinician read content/red_flags, and put their name into reviewed_by.")
    else:
        yield well("danger_rules", "A clinician has signed every rule that hears danger.")


def check_in_zones(today: date) -> Iterator[Finding]:
    if late := zone_rules.overdue(today):
        yield warning("check_in_zones", f"The review of these check-ins' zones is overdue: {', '.join(late)}.",
                      "Have a clinician read content/check_ins, and set the next review_date.")
    elif unsigned := zone_rules.not_reviewed():
        yield warning("check_in_zones", f"No clinician has signed the zones of {len(unsigned)} check-ins.",
                      "Have a clinician read content/check_ins, and put their name into reviewed_by.")
    else:
        yield well("check_in_zones", "A clinician has signed the zones of every check-in.")


def crisis_lines(settings: Settings) -> Finding:
    clinic = settings.clinic
    if not clinic.crisis_lines_confirmed:
        return warning("crisis_lines", "Nobody has confirmed the crisis lines, so patients see none.",
                       "Dial each of them, then set clinic.crisis_lines_confirmed = true.")
    if undated := crisis.not_dialled(clinic.country):
        return warning("crisis_lines", f"Confirmed, but who dialled them is not on record: {', '.join(undated)}.",
                       f"Write verified_by and verified_on into content/crisis/{clinic.country}.toml.")
    return well("crisis_lines", "Somebody has dialled the crisis lines.")


def questionnaires(settings: Settings, today: date) -> Iterator[Finding]:
    clinic = settings.clinic
    if wrong := instruments.check(today):
        yield failure("questionnaires", " ".join(wrong), "Correct it in content/instruments.")
    elif texts := _not_compared(clinic.languages):
        given = "They are not given (clinic.only_compared_texts)." if clinic.only_compared_texts else "They are given."
        yield warning("questionnaires", f"No person has compared with the official form: {', '.join(texts)}. {given}",
                      "Compare them as content/instruments/README.md says.")
    else:
        yield well("questionnaires", "A person has compared every questionnaire with the official form.")
    if clinic.offer_phq8:
        yield warning("phq8", "The PHQ-8 is offered: whoever fills it in is not asked about thoughts of self-harm.",
                      "Set clinic.offer_phq8 = false, unless the clinic means it so.")


def lessons(settings: Settings, today: date) -> Iterator[Finding]:
    """What is broken is shown to nobody, and a series that nobody knows begins for nobody: both would go unnoticed."""
    shelf, unknown = library.kept(settings.lessons), sorted(set(settings.lessons.series) - set(all_series()))
    late = [lesson.name for lesson in shelf.lessons.values() if lesson.review_by and lesson.review_by < today]
    unread = sum(not text.reviewed for lesson in shelf.lessons.values() for text in lesson.texts.values())
    if broken := [str(problem) for problem in shelf.problems if problem.level == BROKEN]:
        yield failure("lessons", f"These are shown to nobody: {'; '.join(broken[:3])}",
                      "`careward lessons check` says all that is wrong, and what would be right.")
    elif unknown:
        yield failure("lessons", f"lessons.series has {', '.join(unknown)}, which is no series.",
                      f"The series are {', '.join(all_series())}.")
    elif late:
        yield warning("lessons", f"The review of these lessons is overdue: {', '.join(late)}.",
                      "Have a clinician read them, and set the next review_by.")
    elif unread:
        yield warning("lessons", f"No clinician has reviewed {unread} texts of lessons; staff are told so when they send one.",
                      "Have a clinician read them, and put their name into reviewed_by.")
    else:
        yield well("lessons", "A clinician has reviewed every lesson.")


def _not_compared(languages: tuple[str, ...]) -> list[str]:
    """The texts that this clinic's patients could be given, by their files' names."""
    locales = {instruments.LOCALES.get(language, language) for language in languages}
    return [name for file in instruments.not_compared() if (name := file.removesuffix(".json")).split(".")[1] in locales]
