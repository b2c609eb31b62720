"""Files to upload, of every kind and of none."""

import io
import struct
import zlib
from typing import Any

from PIL import Image

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 40 20">{}</svg>'
RED = '<rect width="40" height="20" fill="#c00"/>'
PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"


def picture(kind: str = "PNG", size: tuple[int, int] = (80, 40), mode: str = "RGB", **more: Any) -> bytes:
    written = io.BytesIO()
    ground = (0, 128, 128, 90) if mode == "RGBA" else "teal" if mode == "RGB" else 1
    Image.new(mode, size, ground).save(written, kind, **more)
    return written.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def huge_png() -> bytes:
    """A hundred bytes that claim ten thousand million points."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")
