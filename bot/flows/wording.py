"""Words that several check-ins share, so that patients hear the same thing in the same way."""

from care.heart.language import Lines, _

NONE_OF_THESE = _("None of these")
REST_FIRST = _("Please sit and rest for five minutes. Then measure again.")
GOODBYE = Lines((
    _("Thank you. Your care team can see your answers."),
    _("If anything changes or worries you, you can write here at any time."),
))
