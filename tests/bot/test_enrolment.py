"""From an invitation's link to a patient who has agreed."""

from tests.ward import Ward


async def test_a_patient_enrols_by_link_and_agrees(ward: Ward):
    _, token = await ward.invited()
    phone = ward.phone()
    await phone.opens(token)
    await phone.taps("English")
    await phone.says("23 May 1968")
    await phone.taps("Yes")
    await phone.taps("I agree")
    print(phone.transcript)
    assert phone.transcript == ""
