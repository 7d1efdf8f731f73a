"""Files through the door: brought, checked, sent, and served so that a browser does nothing with them but show or save."""

from io import BytesIO

from tests.bot.test_files import PDF, SECRET, photo


async def test_a_photo_is_checked_served_and_sent(signed_in, add_patient, clinic, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    patient = await add_patient()
    raw = {"Content-Type": "application/octet-stream"}
    added = await signed_in.call("POST", f"/patients/{patient.id}/files", headers=raw, data=photo())
    assert (added.status, added.json["media_type"]) == (201, "image/jpeg")
    async with signed_in.client.get(f"/api/v1/files/{added.json['id']}", headers=signed_in.headers) as shown:
        content = await shown.read()
        assert (shown.status, shown.content_type, len(content)) == (200, "image/jpeg", added.json["size"])
        assert SECRET not in content
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert shown.headers["Content-Disposition"] == f'inline; filename="file-{added.json["id"]}.jpg"'
    sent = await signed_in.post(f"/patients/{patient.id}/messages", {"text": "Like this", "attachment": added.json["id"]})
    assert sent.status == 201
    (entry,) = (await signed_in.get(f"/patients/{patient.id}/thread")).json["items"]
    assert entry["file"]["id"] == added.json["id"]
    other = await add_patient()
    stolen = await signed_in.post(f"/patients/{other.id}/messages", {"text": "Look", "attachment": added.json["id"]})
    assert stolen.code == "conflict"
    pdf = await signed_in.call("POST", f"/patients/{patient.id}/files", headers=raw, data=PDF)
    async with signed_in.client.get(f"/api/v1/files/{pdf.json['id']}", headers=signed_in.headers) as shown:
        assert shown.headers["Content-Disposition"].startswith("attachment;")
    for content, code in ((b"<html>", "not_allowed"), (BytesIO(bytes(11 * 1024 * 1024)), "body_too_large")):
        assert (await signed_in.call("POST", f"/patients/{patient.id}/files", headers=raw, data=content)).code == code
    assert (await signed_in.get("/files/999")).code == "not_found"
