"""How tests play a check-in, and what of it has reached the team."""

from bot import talk
from care import patients, worklist
from tests.ward import Phone, Ward


async def begin(phone: Phone, flow: str) -> None:
    """As its hour, or a button, begins it."""
    await phone.ward.run(lambda turn: talk.begin(turn, patients.in_chat(turn, phone.chat_id)[0], flow))
    await phone.ward.settle()
    phone.news()


async def answers(phone: Phone, *said: str) -> None:
    """Answer by tapping what a button says, else by typing."""
    for words in said:
        offered = {button["text"] for message in phone.person.chat.newest_first() for row in message.buttons for button in row}
        await (phone.taps(words) if words in offered else phone.says(words))


async def worries(ward: Ward) -> list[tuple[str, str, str | None]]:
    """What waits for a person: how urgent, why, and the answer."""
    return [(item.severity, item.reason, item.value) for item in await ward.clinic.read(worklist.waiting)]
