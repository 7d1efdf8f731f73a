"""The terminal player: what it shows, and what it leaves to paste."""

import pytest

from ops.play import play
from ops.stop import Stop


async def test_a_flow_can_be_played_at_the_prompt_and_leaves_a_test(capsys: pytest.CaptureFixture[str]):
    await play("symptom_check", "58, es", ["9", "la rodilla", "/2", "/1", "", "not read any more"])
    shown = capsys.readouterr().out
    assert "¿Tiene fiebre?" in shown
    assert "/1 Sí  /2 No" in shown
    assert "Answers: {'pain': 9, 'pain_where': 'la rodilla', 'fever': 'no', 'breathing': 'yes'}" in shown
    assert shown.rstrip().endswith("""\
    await ward.run(lambda turn: talk.begin(turn, patients.in_chat(turn, phone.chat_id)[0], "symptom_check"))
    await phone.taps('9')
    await phone.says('la rodilla')
    await phone.taps('No')
    await phone.taps('Sí')""")


@pytest.mark.parametrize(("flow", "role", "says"), [
    ("nothing", "58, en", "symptom_check"), ("symptom_check", "58, xx", "en, de, es, fr"), ("symptom_check", "old", "58, en")])
async def test_what_cannot_be_played_is_said_in_a_sentence(flow: str, role: str, says: str):
    with pytest.raises(Stop, match=says):
        await play(flow, role, [])
