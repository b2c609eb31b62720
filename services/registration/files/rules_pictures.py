"""Pictures made anew from their points alone: whatever else a file carried (place, author, colour tables, another file
hidden behind it) stays behind."""

import io

from PIL import Image, ImageOps

from registration.files.rules import JPEG, PNG, PictureTooLarge, Purpose, Rendition, Shape, UnreadableFile

FORMATS = ("PNG", "JPEG", "WEBP")
# More points than this are not opened: a small file can claim any number of them.
MOST_POINTS = 30_000_000
LONGEST = {Purpose.COVER: 1600, Purpose.LOGO: 512, Purpose.DOCUMENT: 2400}
# What a cover is cut to: width and height.
CUTS = {Shape.SQUARE: (320, 320), Shape.SHARED: (1200, 630), Shape.STRIP: (1200, 450)}
QUALITY = 84
WHITE = (255, 255, 255)


def pictures(content: bytes, purpose: Purpose) -> tuple[Rendition, ...]:
    """A picture as it is kept: the whole first, then what it is cut to. Raises PictureTooLarge, UnreadableFile.

    A logo stays a PNG, which may be see-through; a cover is a JPEG on white; a document's picture is what it was.
    """
    side = LONGEST[purpose]
    points, is_png = _opened(content, side)
    points.thumbnail((side, side), Image.Resampling.LANCZOS)
    if purpose is Purpose.COVER:
        opaque = _on_white(points)
        cuts = (_jpeg(ImageOps.fit(opaque, size, Image.Resampling.LANCZOS), shape) for shape, size in CUTS.items())
        return (_jpeg(opaque, Shape.WHOLE), *cuts)
    if purpose is Purpose.LOGO or is_png or points.mode == "RGBA":
        return (_png(points),)
    return (_jpeg(points, Shape.WHOLE),)


def _opened(content: bytes, side: int) -> tuple[Image.Image, bool]:
    """The points, the right way up, as RGB or RGBA; and whether they were a PNG."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            if image.width * image.height > MOST_POINTS:
                raise PictureTooLarge()
            is_png = image.format == "PNG"
            image.draft("RGB", (side, side))
            upright = ImageOps.exif_transpose(image)
            see_through = upright.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in upright.info
            return upright.convert("RGBA" if see_through else "RGB"), is_png
    except PictureTooLarge:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureTooLarge() from error
    except Exception as error:  # Pillow names a damaged file in a dozen ways, from SyntaxError to struct.error.
        raise UnreadableFile() from error


def _on_white(points: Image.Image) -> Image.Image:
    if points.mode == "RGB":
        return points
    ground = Image.new("RGB", points.size, WHITE)
    ground.paste(points, mask=points.getchannel("A"))
    return ground


def _png(points: Image.Image) -> Rendition:
    written = io.BytesIO()
    _bare(points).save(written, "PNG", optimize=True)
    return Rendition(Shape.WHOLE, written.getvalue(), PNG, points.width, points.height)


def _jpeg(points: Image.Image, shape: Shape) -> Rendition:
    written = io.BytesIO()
    _bare(points).save(written, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return Rendition(shape, written.getvalue(), JPEG, points.width, points.height)


def _bare(points: Image.Image) -> Image.Image:
    """The points without anything that was said of them."""
    points.info = {}
    return points
