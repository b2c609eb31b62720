"""What a phone's camera sees at the door: a video made from the picture of a QR, for Chromium's fake camera."""

import io
from pathlib import Path

from PIL import Image

# Chromium plays the file in a loop: a second of it is enough.
WIDTH, HEIGHT, FRAMES = 640, 480, 10
GREY = 128


def video_of(png: bytes, path: Path) -> Path:
    """A .y4m of a hand holding the picture before the camera: tilted a little, moving a little, not quite in focus."""
    picture = Image.open(io.BytesIO(png)).convert("L").resize((300, 300), Image.Resampling.BILINEAR)
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{FRAMES}:1 Ip A1:1 C420mpeg2\n".encode())
        for n in range(FRAMES):
            file.write(b"FRAME\n" + _frame(picture, n))
    return path


def _frame(picture: Image.Image, n: int) -> bytes:
    """One picture in planes: its light, then colour at half size, which is grey everywhere."""
    scene = Image.new("L", (WIDTH, HEIGHT), GREY)
    phone = Image.new("L", (360, 400), 235)
    phone.paste(picture, (30, 50))
    held = phone.rotate(4, Image.Resampling.BICUBIC, expand=True, fillcolor=GREY)
    scene.paste(held, (110 + n % 5, 30 + n % 3))
    return scene.tobytes() + bytes([GREY]) * (WIDTH * HEIGHT // 2)
