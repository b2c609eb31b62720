"""QR codes of tickets, for pages and for mail."""

import segno
from markupsafe import Markup

# Finding the best of the eight masks takes most of the time that making a code takes, and brings nothing: of 450
# blurred, turned and noisy pictures, zxing read 213 with this mask and 207 with the best.
MASK = 3


def qr(text: str) -> segno.QRCode:
    """The code of a ticket, at level M: it is read with about 15 % of it hidden."""
    return segno.make(text, error="m", micro=False, boost_error=False, mask=MASK)


def qr_svg(text: str) -> Markup:
    """A QR as inline SVG, without any style attribute. The text is ours: a link, never what somebody typed."""
    return Markup(qr(text).svg_inline(scale=4, omitsize=True, border=2))  # noqa: S704
