"""Every conversation the bot can hold. To add one: write its file, and name it here."""

from bot.flows.asthma import ASTHMA
from bot.flows.before_visit import BEFORE_VISIT
from bot.flows.copd import COPD
from bot.flows.diabetes import DIABETES
from bot.flows.engine import Flow
from bot.flows.heart_failure import HEART_FAILURE
from bot.flows.hour import HOUR
from bot.flows.hypertension import HYPERTENSION
from bot.flows.kidney import KIDNEY
from bot.flows.mood import MOOD
from bot.flows.pain import PAIN_CHECK
from bot.flows.post_discharge import POST_DISCHARGE
from bot.flows.post_surgery import POST_SURGERY
from bot.flows.pregnancy import PREGNANCY
from bot.flows.questionnaires import QUESTIONNAIRES
from bot.flows.symptom_check import SYMPTOM_CHECK

CHECK_INS = (
    SYMPTOM_CHECK, HYPERTENSION, HEART_FAILURE, DIABETES, COPD, ASTHMA, MOOD, POST_DISCHARGE, POST_SURGERY, PREGNANCY, KIDNEY,
    PAIN_CHECK)
FLOWS: dict[str, Flow] = {flow.name: flow for flow in (*CHECK_INS, *QUESTIONNAIRES, HOUR, BEFORE_VISIT)}
