"""Words and answers that several check-ins share, so that patients are asked the same thing in the same way."""

from bot.flows.engine import Ask
from bot.flows.kinds import YES_NO, Choice, Scale
from bot.flows.vitals import Temperature
from care.heart.language import Lines, _

NONE_OF_THESE = _("None of these")
REST_FIRST = _("Please sit and rest for five minutes. Then measure again.")
GOODBYE = Lines((
    _("Thank you. Your care team can see your answers."),
    _("If anything changes or worries you, you can write here at any time."),
))
HAS_ANY = _("Do you have any of these today?")
HAS_ANY_NOW = _("Do you have any of these right now?")

# Symptoms, by the key that rules know them by.
CHEST_PAIN = {"chest_pain": _("Chest pain")}
FAINTED = {"fainted": _("Fainted, or nearly")}
CONFUSED = {"confused": _("Confused or very sleepy")}
BLUE_LIPS = {"blue_lips": _("Blue lips")}
SUDDEN = {
    "headache": _("Sudden bad headache"), "belly_pain": _("Sudden bad belly pain"), "stroke": _("Weak face, arm, speech"),
    "bleeding": _("Heavy bleeding")}
AFTER_HOSPITAL = {"calf": _("Sore or swollen calf"), "no_urine": _("Cannot pass urine"), "vomiting": _("Vomiting")}

BREATHING = Ask("breathing", _("How is your breathing today?"), Choice({
    "usual": _("As usual"), "worse": _("Worse than usual"), "rest": _("Hard even at rest")}))
PAIN = Ask("pain", _("How strong is your pain, from 0 (none) to 10 (the worst)?"), Scale(0, 10))
FEVER = (
    Ask("fever", _("Do you have a fever?"), Choice({
        "no": _("No"), "yes": _("Yes, I measured it"), "unmeasured": _("I feel hot, not measured")})),
    Ask("temperature", _("What is your temperature? Please type it, like {example}.", example=37.5), Temperature(),
        when={"fever": "yes"}),
)
INHALER = Ask("inhaler", _("Do you use your rescue inhaler more than usual?"), YES_NO)
TAKEN = Choice({
    "all": _("Yes, all of it"), "some": _("I missed some"), "stopped": _("I have stopped it"), "none": _("I take none")})
