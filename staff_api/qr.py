"""A link as a QR code that any phone's camera reads."""

import io

import segno


def svg(link: str) -> str:
    """A complete SVG picture: black on white also in dark mode, for cameras want it so."""
    picture = io.BytesIO()
    segno.make(link, error="m", micro=False).save(
        picture, kind="svg", scale=6, border=4, dark="#000", light="#fff", xmldecl=False, title="Invitation", omitsize=False
    )
    return picture.getvalue().decode()
