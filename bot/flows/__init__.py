"""Every conversation the bot can hold. To add one: write its file, and name it here."""

from bot.flows.engine import Flow
from bot.flows.hour import HOUR
from bot.flows.hypertension import HYPERTENSION
from bot.flows.questionnaires import QUESTIONNAIRES
from bot.flows.symptom_check import SYMPTOM_CHECK

FLOWS: dict[str, Flow] = {flow.name: flow for flow in (SYMPTOM_CHECK, HYPERTENSION, *QUESTIONNAIRES, HOUR)}
