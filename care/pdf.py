"""PDF documents without what their makers never meant to tell, and without anything that runs when they are opened."""

from io import BytesIO
from typing import Any

# Of any object: who made it, with what, when; what a program kept for itself; what happens when it is opened or clicked.
TELLING = ("/Metadata", "/PieceInfo", "/LastModified", "/OpenAction", "/AA", "/Collection", "/EF")
NAMES = ("/JavaScript", "/EmbeddedFiles")  # scripts, and files inside the file
RUNNING = ("/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/GoToR", "/RichMediaExecute")
KEPT = (0xE0, 0xE2, 0xEE)  # of a photo's segments: its density, its colours, how they are to be read


class Unreadable(ValueError):
    """It cannot be taken apart, so nobody can say what it tells. The message says why."""


def clean(content: bytes) -> bytes:
    """The same pages, written anew: no author, program, dates or earlier versions, no scripts, no files inside; photos in it
    without where and by what they were taken. Raises Unreadable."""
    from pypdf import PdfReader, PdfWriter  # only where a PDF comes: it takes longer to load than all else here
    from pypdf.generic import DictionaryObject, StreamObject

    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("the PDF is locked with a password: save it without one, or print it into a new PDF")
        writer = PdfWriter(clone_from=reader)
        if not writer.pages:
            raise Unreadable("the PDF has no pages")
        writer.metadata = None
        for found in list(writer._objects):
            if isinstance(found, DictionaryObject):
                _tells_nothing(found)
            if isinstance(found, StreamObject) and found.get("/Filter") in ("/DCTDecode", ["/DCTDecode"]):
                found._data = _photo(found._data)
        first, written = BytesIO(), BytesIO()
        writer.write(first)
        PdfWriter(clone_from=PdfReader(first)).write(written)  # only what something still leads to
    except Unreadable:
        raise
    except Exception as error:  # whatever it trips over in what strangers send
        raise Unreadable("the PDF is damaged: print it into a new one") from error
    return written.getvalue()


def _tells_nothing(found: Any) -> None:
    for name in TELLING:
        found.pop(name, None)
    for name in NAMES:
        if name in found and "/S" not in found:
            found.pop(name)
    if found.get("/S") in RUNNING:
        found.clear()


def _photo(jpeg: bytes) -> bytes:
    """A JPEG as it is, but for the segments in which cameras and programs write. What is no JPEG stays as it is."""
    if not jpeg.startswith(b"\xff\xd8"):
        return jpeg
    kept, at = [b"\xff\xd8"], 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF and jpeg[at + 1] != 0xDA:  # up to where the picture itself begins
        kind, ends = jpeg[at + 1], at + 2 + int.from_bytes(jpeg[at + 2:at + 4], "big")
        if not (0xE0 <= kind <= 0xEF or kind == 0xFE) or kind in KEPT:
            kept.append(jpeg[at:ends])
        at = ends
    return b"".join((*kept, jpeg[at:]))
