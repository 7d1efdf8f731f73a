"""Photos and documents both ways: fetched outside the turn, judged by their content, cleaned, shown to staff."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from fpdf import FPDF
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from bot.fetcher import Fetcher
from care import erasure, files, media, messages, pdf, staff, threads
from care.heart.clinic import Clinic
from care.medicines import looks, regimens
from care.reactions import REACTIONS
from tests.bot.test_doses import known
from tests.care.medicines.pharmacy import DANA, daily, prescribed
from tests.ward import SETTINGS, Phone, Ward

SECRET = b"Canon of Amina, 51.5N 0.1W"


def photo(side: int = 40, form: str = "JPEG") -> bytes:
    """A picture that tells more than it shows."""
    drawn, told = BytesIO(), Image.Exif()
    told[0x010E], told[0x0112] = SECRET.decode(), 6  # a description, and that it lies on its side
    Image.new("RGB", (side * 2, side), "salmon").save(drawn, form, exif=told)
    return drawn.getvalue()


def document(password: str = "") -> bytes:
    """A page with a photo on it, which tells more than it shows."""
    page, written = FPDF(), BytesIO()
    page.set_compression(False)
    page.set_author(SECRET.decode())
    page.set_xmp_metadata(f"<x:xmpmeta>{SECRET.decode()}</x:xmpmeta>")
    page.add_page()
    page.set_font("helvetica")
    page.cell(text="Discharge letter")
    page.image(BytesIO(photo()))
    page.output(written)
    old = PdfReader(written)
    writer = PdfWriter(clone_from=old)
    says = TextStringObject(f"app.alert({SECRET.decode()!r})")
    script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): says}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(script)
    writer.add_attachment("more.txt", SECRET)
    if password:
        writer.encrypt(password)
    writer.write(written := BytesIO())
    return written.getvalue()


PDF = document()


@pytest.fixture
async def ward(sqlite_url, open_clinic, telegram, clock, tmp_path: Path) -> Ward:
    settings = replace(SETTINGS, media=replace(SETTINGS.media, folder=str(tmp_path / "media")))
    clinic = Clinic(sqlite_url, settings, REACTIONS, clock)
    yield await Ward(clinic, telegram, clock).open()
    await clinic.close()


async def fetched(ward: Ward) -> None:
    await Fetcher(ward.clinic, ward.app.bot).fetch_waiting()
    await ward.settle()


async def in_thread(ward: Ward, phone: Phone) -> list[threads.Sent]:
    return [entry.file for entry in await ward.clinic.read(threads.thread, phone.patient_id) if entry.file]


async def test_a_photo_reaches_staff_without_what_it_was_not_meant_to_tell(ward: Ward, tmp_path: Path):
    phone = await ward.enrolled()
    assert SECRET in photo()
    await phone.does("sends_photo", photo(), "my foot")
    assert [one.state for one in await in_thread(ward, phone)] == ["wanted"]
    assert "A person will look at it." in phone.transcript
    await fetched(ward)
    (seen,) = await in_thread(ward, phone)
    assert (seen.state, seen.media_type) == ("kept", "image/jpeg")
    kept = await ward.clinic.read(files.get, seen.id)
    content = media.get(str(tmp_path / "media"), kept.stored)
    assert len(content) == kept.size
    assert SECRET not in content
    with Image.open(BytesIO(content)) as opened:
        assert not opened.getexif()
        assert opened.size == (40, 80), "it stands upright, as it was held"


async def test_a_kill_while_fetching_loses_nothing_and_keeps_one(ward: Ward, tmp_path: Path):
    phone = await ward.enrolled()
    await phone.does("sends_document", PDF, "letter.pdf")
    await ward.run(files.claim)  # and then the process died
    await fetched(ward)
    assert [one.state for one in await in_thread(ward, phone)] == ["wanted"]
    ward.clock.passes(minutes=1)
    await fetched(ward)
    await fetched(ward)
    assert [(one.state, one.media_type) for one in await in_thread(ward, phone)] == [("kept", "application/pdf")]
    assert len([path for path in (tmp_path / "media").rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize("content", [b"<script>alert(1)</script>", b"MZ" + bytes(200), photo()[:60], b""])
async def test_what_is_none_of_these_is_refused_whatever_its_name_says(ward: Ward, content: bytes):
    phone = await ward.enrolled()
    await phone.does("sends_document", content or b"\0", "photo.jpg")
    await fetched(ward)
    assert [one.state for one in await in_thread(ward, phone)] == ["refused"]
    assert phone.transcript.count("I could not open the file that you sent.") == 1


async def test_a_nurse_sends_a_photo_and_a_document_with_her_words(ward: Ward):
    phone = await ward.enrolled()
    ana = (await ward.run(staff.add, "ana@example.org", "Ana", "-")).id
    other = await ward.enrolled("Bea Cruz")
    for content in (photo(form="PNG"), PDF):
        clean = media.clean(content)
        stored = media.put(ward.clinic.settings.media.folder, clean.content)
        sent = await ward.run(files.add, phone.patient_id, *clean[:1], len(clean.content), stored, f"staff:{ana}")
        with pytest.raises(ValueError, match="not brought for this patient"):
            await ward.run(messages.reply, other.patient_id, "Here it is", ana, "Ana", attachment=sent)
        await ward.run(messages.reply, phone.patient_id, "Here it is", ana, "Ana", attachment=sent)
    await ward.time_passes(seconds=11)
    assert "bot: <photo> Ana: Here it is" in phone.transcript
    assert phone.transcript.count("Ana: Here it is") == 2
    assert phone.person.last.content["document"]["file_name"] == f"file-{sent}.pdf"


async def test_the_photo_of_a_medicine_is_one_tap_away_until_staff_take_it_away(ward: Ward):
    clinic, folder = ward.clinic, ward.clinic.settings.media.folder
    phone, thief = await known(ward), await known(ward, "Boris Lind")
    ordered = await prescribed(clinic, phone.patient_id, daily("08:00"))
    medicine, data = (await clinic.read(regimens.get, ordered.regimen_id)).medicine, f"meds:photo:{ordered.regimen_id}"
    brought = []
    for content in (photo(), PDF):
        kept = media.clean(content)
        brought.append(await clinic.run(DANA, files.add, phone.patient_id, kept.media_type, len(kept.content),
                                        media.put(folder, kept.content), DANA))
    await phone.does("sends_photo", photo())
    await fetched(ward)
    (theirs,) = await in_thread(ward, phone)
    for wrong in (brought[1], theirs.id, 999):
        with pytest.raises(ValueError, match="brought for this patient"):
            await clinic.run(DANA, looks.describe, medicine.id, "white", wrong)
    await clinic.run(DANA, looks.describe, medicine.id, "white, round", brought[0])
    await phone.says("/meds")
    await phone.taps("Amlodipine 5 mg")
    assert "How it looks: white, round" in phone.transcript
    await phone.taps("Show the photo")
    assert phone.lines[-1] == "bot: <photo> Amlodipine 5 mg"
    await thief.says("/meds")
    await thief.does("tap_data", data)
    assert "<photo>" not in thief.transcript, "a forged button shows nobody else's"
    await clinic.run(DANA, looks.describe, medicine.id, "white, round", None)
    await phone.does("tap_data", data)
    assert phone.transcript.count("bot: <photo>") == 1
    assert phone.lines[-1] == "toast: This button does not work any more."
    await clinic.run(DANA, looks.describe, medicine.id, None, brought[0])
    await clinic.run(DANA, erasure.erase, phone.patient_id, DANA, "asked for it")


def test_a_small_file_that_unfolds_into_a_huge_picture_is_refused():
    drawn = BytesIO()
    Image.new("1", (10_000, 5_000)).save(drawn, "PNG")
    with pytest.raises(media.NotAllowed, match="too many pixels"):
        media.clean(drawn.getvalue())
    with pytest.raises(media.NotAllowed, match="larger than 10 MB"):
        media.clean(b"%PDF-" + bytes(media.LARGEST))
    large = media.clean(photo(2000))
    assert max(Image.open(BytesIO(large.content)).size) == media.LONGEST_SIDE


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "a" * 31, "/" * 32])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str):
    with pytest.raises(FileNotFoundError):
        media.get(str(tmp_path), name)


async def test_what_belongs_to_nobody_any_more_is_removed_from_the_folder(ward: Ward):
    phone = await ward.enrolled()
    await phone.does("sends_photo", photo(), "my foot")
    fetcher, folder = Fetcher(ward.clinic, ward.app.bot), ward.clinic.settings.media.folder
    await fetcher.fetch_waiting()
    (mine,) = media.names(folder)
    lost = media.put(folder, b"whoever put this here died before its row was written")
    await fetcher.sweep()
    assert sorted(media.names(folder)) == sorted([mine, lost]), "its row may still come"
    await fetcher.sweep()
    assert media.names(folder) == [mine]
    await ward.run(erasure.erase, phone.patient_id, "test", "asked for")
    for _ in range(2):
        await fetcher.sweep()
    assert media.names(folder) == []


def test_a_document_keeps_its_pages_and_tells_nothing_else():
    assert PDF.count(SECRET) >= 3, "its author, a script, a file inside"
    cleaned = media.clean(PDF)
    assert cleaned.media_type == "application/pdf"
    assert SECRET not in cleaned.content
    read = PdfReader(BytesIO(cleaned.content))
    assert (read.metadata, read.xmp_metadata, dict(read.attachments)) == (None, None, {})
    assert "Discharge letter" in read.pages[0].extract_text()
    (picture,) = read.pages[0].images
    assert picture.image.size[0] > 0
    gone = (b"/JavaScript", b"/OpenAction", b"/EmbeddedFiles", b"/Author", b"/CreationDate")
    assert not any(word in cleaned.content for word in gone)
    assert media.clean(cleaned.content).content == cleaned.content, "nothing more to take out"


def test_a_photo_in_a_document_does_not_say_where_it_was_taken():
    jpeg = photo()
    assert SECRET in jpeg
    assert SECRET not in pdf._photo(jpeg)
    with Image.open(BytesIO(pdf._photo(jpeg))) as kept, Image.open(BytesIO(jpeg)) as before:
        assert kept.tobytes() == before.tobytes(), "not a pixel is another"
    assert pdf._photo(b"no picture") == b"no picture"


@pytest.mark.parametrize(("content", "why"), [
    (b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF", "the PDF"), (b"%PDF-", "the PDF"), (PDF[:400], "the PDF"),
    (document("hunter2"), "the PDF is locked with a password")])
def test_a_document_that_cannot_be_read_is_not_taken(content: bytes, why: str):
    with pytest.raises(media.NotAllowed, match=why):
        media.clean(content)
