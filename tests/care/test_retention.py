"""What is older than the clinic keeps it goes, category by category; a patient's record stays."""

from dataclasses import replace

import pytest

from care import escalations, retention, staff, worklist
from care.heart.settings import RetentionSettings
from tests.ward import SETTINGS, Ward


async def lived(ward: Ward) -> None:
    amina = await ward.enrolled()
    await amina.says("my back hurts")
    stranger = ward.phone("Omar")
    await stranger.does("sends_photo", b"a photo", "my chest hurts")
    await ward.invited("Lena Vogt")
    await ward.run(staff.failed, "dana@example.org", "192.0.2.1")
    await ward.run(staff.new_setup_link)


@pytest.fixture
def settings():
    return replace(SETTINGS, retention=RetentionSettings(strangers_days=100))


async def test_each_category_goes_when_its_days_are_over_and_the_record_stays(quick_ward: Ward):
    await lived(quick_ward)
    record = await quick_ward.clinic.read(lambda turn: len(turn.db.exec_driver_sql("SELECT 1 FROM outbox").all()))
    assert set((await quick_ward.clinic.read(retention.counted)).values()) == {0}
    quick_ward.clock.passes(days=31, hours=1)
    old = await quick_ward.clinic.read(retention.counted)
    assert {name for name, count in old.items() if count} == {"raw_updates", "sign_ins", "setup_links"}
    quick_ward.clock.passes(days=70)
    assert (await quick_ward.clinic.read(retention.counted))["strangers"] == 0  # somebody has still to see to it
    dana = await quick_ward.run(staff.add, "dana@example.org", "Dana Whitlock", "not a hash")
    for item in await quick_ward.clinic.read(worklist.waiting):
        await quick_ward.run(escalations.resolve, item.escalation_id, dana.id, "reached")
    old = await quick_ward.clinic.read(retention.counted)
    assert (old["strangers"], old["strangers_obligations"]) == (1, 0), "closed just now"
    quick_ward.clock.passes(days=300)
    for category in retention.CATEGORIES:
        while await quick_ward.run(retention.prune, category, most=2):
            pass
    assert set((await quick_ward.clinic.read(retention.counted)).values()) == {0}
    left = await quick_ward.clinic.read(lambda turn: {
        name: turn.db.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar()
        for name in ("patients", "patient_messages", "files", "escalations", "inbox",
                     "invitations", "sign_in_failures", "chats")})
    assert left == {"patients": 2, "patient_messages": 1, "files": 0, "escalations": 1, "inbox": 0, "invitations": 0,
                    "sign_in_failures": 0, "chats": 1}
    assert record <= await quick_ward.clinic.read(lambda turn: len(turn.db.exec_driver_sql("SELECT 1 FROM outbox").all()))


async def test_every_category_can_be_counted_and_pruned_on_either_database(clinic):
    assert set((await clinic.read(retention.counted)).values()) == {0}
    for category in retention.CATEGORIES:
        assert await clinic.run("test", retention.prune, category) == 0
