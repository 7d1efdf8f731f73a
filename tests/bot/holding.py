"""A flow that asks one question of every kind, and how tests begin one."""

from collections.abc import Sequence
from typing import Any

import pytest

from bot import talk
from bot.flows import FLOWS
from bot.flows.engine import Ask, Flow, Item, Say, repeat
from bot.flows.kinds import YES_NO, Choice, Date, FreeText, Number, Photo, Scale, Several, TimeOfDay, Whole
from bot.flows.vitals import BloodPressure, Glucose, Oxygen, PeakFlow, Pulse, Temperature, Weight
from care import conversations, patients
from care.conditions import AtLeast, Has, Part
from care.heart.language import Msg
from tests.ward import Phone

SYMPTOMS = {"fever": Msg("Fever"), "cough": Msg("Cough"), "pain": Msg("Pain")}


def gained(answers: Any) -> bool:
    """More than 73 kg."""
    return answers["weight"] > 73


EVERYTHING: tuple[Item, ...] = (
    Ask("mood", Msg("How are you?"), Choice({"good": Msg("Good"), "stop": Msg("Stop"), "bad": Msg("Bad")})),
    Ask("symptoms", Msg("What do you have?"), Several(SYMPTOMS, none=Msg("None of these"))),
    Ask("since", Msg("Since when?"), Date(), when={"symptoms": Has("fever")}),
    Ask("chills", Msg("Chills?"), YES_NO, when={"symptoms": Has("fever")}),
    Ask("shaking", Msg("Did you shake?"), YES_NO, when={"chills": "yes"}),
    Ask("pain", Msg("How much pain?"), Scale(0, 10)),
    Ask("steps", Msg("How many steps?"), Whole(0, 50000), optional=True),
    Ask("dose", Msg("How much insulin?"), Number(0, 99.5)),
    Say(Msg("Sit for five minutes first.")),
    *repeat(Ask("bp", Msg("Your blood pressure?"), BloodPressure()), times=2, again=Part("systolic", AtLeast(140)),
            text=Msg("Measure again, please.")),
    Ask("weight", Msg("Your weight?"), Weight()),
    Say(Msg("That is a lot."), when=gained),
    Ask("ankles", Msg("Are your ankles swollen?"), YES_NO, when=gained),
    Ask("sugar", Msg("Your sugar?"), Glucose()),
    Ask("heat", Msg("Your temperature?"), Temperature()),
    Ask("oxygen", Msg("Your oxygen?"), Oxygen()),
    Ask("pulse", Msg("Your pulse?"), Pulse()),
    Ask("flow", Msg("Your peak flow?"), PeakFlow(), optional=True),
    Ask("woke", Msg("When did you wake?"), TimeOfDay(("06:00", "07:00", "08:00"))),
    Ask("wound", Msg("Show me the wound."), Photo(), optional=True),
    Ask("words", Msg("Anything else?"), FreeText(), optional=True),
)


def flow_of(items: Sequence[Item], name: str = "everything") -> Flow:
    return Flow(name, 1, "", Msg("A check"), Msg("A few questions."), tuple(items), Msg("Thank you."))


class Held:
    """A patient's phone with a conversation of our own on it."""

    def __init__(self, phone: Phone, flow: Flow):
        self.phone, self.ward, self.flow = phone, phone.ward, flow
        self.says, self.taps = phone.says, phone.taps

    async def begin(self) -> None:
        def begin(turn: Any) -> None:
            talk.begin(turn, patients.in_chat(turn, self.phone.chat_id)[0], self.flow.name)

        await self.ward.run(begin)
        await self.ward.settle()

    async def conversation(self) -> conversations.Conversation | None:
        return await self.ward.clinic.read(conversations.current, self.phone.patient_id)

    async def answers(self, conversation_id: int = 1) -> dict[str, Any]:
        return await self.ward.clinic.read(conversations.answers_in, conversation_id)

    async def asked(self) -> str | None:
        conversation = await self.conversation()
        return conversation.asked if conversation else None

    @property
    def last(self) -> str:
        """The last message of the bot, with its buttons."""
        return self.phone.transcript.split("bot: ")[-1].split("\npatient: ")[0]


async def holding(
        phone: Phone, monkeypatch: pytest.MonkeyPatch, *items: Item, begun: bool = True, name: str = "everything") -> Held:
    """Begin a flow with these questions, else with one of every kind. The zones that judge it go by its name."""
    flow = flow_of(items or EVERYTHING, name)
    monkeypatch.setitem(FLOWS, flow.name, flow)
    held = Held(phone, flow)
    if begun:
        await held.begin()
    return held
