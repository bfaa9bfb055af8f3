"""The QR code of a link as an image that a page can show: the portal's own, else ours."""

from __future__ import annotations

import base64
import binascii

import segno

from payments.commands.links.public import Link

_PNG = b"\x89PNG\r\n\x1a\n"
_WORTH_SHOWING = 200


def qr_image(link: Link) -> str:
    """A `data:` address of the code."""
    if _is_picture(link.qr):
        return f"data:image/png;base64,{link.qr}"
    return str(segno.make(link.shown, error="m").svg_data_uri(scale=4))


def _is_picture(text: str) -> bool:
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error:
        return False
    return raw.startswith(_PNG) and len(raw) > _WORTH_SHOWING
