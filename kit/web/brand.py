"""The association's accent colour, made legible.

An association gives one colour, `#rrggbb`, and may have chosen it for a banner. Four roles are computed from it for
light and for dark pages, by moving lightness alone in OKLCH (its hue stays the association's) until WCAG 2 contrast
holds:

* `accent`: the fill of buttons, as close to the given colour as the page allows;
* `accent_ink`: what is written on it (4.5 or more);
* `accent_text`: links and marks, readable (4.5 or more) on every ground of the page and on `accent_soft`;
* `accent_soft`: a tint that carries `accent_text` or ordinary ink.

The grounds below are those of static/app.css; a test holds the two files together.
"""

import math
import re
from dataclasses import dataclass, fields

INKS = ("#ffffff", "#10181a", "#000000")


@dataclass(frozen=True)
class Scheme:
    """What a scheme asks of the accent: the surfaces a text may stand on, and how far it must stand out from them."""

    grounds: tuple[str, ...]  # surface, ground, sunken of static/app.css
    fill_contrast: float
    text_contrast: float
    soft_lightness: float
    soft_chroma: float
    step: float  # which way lightness moves: darker on light pages


LIGHT = Scheme(("#ffffff", "#f7f8f8", "#eef1f1"), 1.6, 4.5, 0.955, 0.022, -0.004)
DARK = Scheme(("#1c2224", "#141819", "#0f1213"), 2.6, 6.0, 0.30, 0.035, 0.004)


@dataclass(frozen=True)
class Shades:
    """The four roles, each a `#rrggbb`, of one scheme."""

    accent: str
    accent_ink: str
    accent_text: str
    accent_soft: str


@dataclass(frozen=True)
class Brand:
    light: Shades
    dark: Shades


def brand(accent: str) -> Brand:
    """Both schemes from one accent. Anything but `#rrggbb` raises ValueError: the staff form refuses it first."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", accent):
        raise ValueError("an accent is written #rrggbb")
    return Brand(light=_shades(accent, LIGHT), dark=_shades(accent, DARK))


@dataclass(frozen=True)
class Tones:
    """The six tones of a drawn cover, by their number, on a light and on a dark page: the accent, the ground that white
    is written on, a middle and a pale one, and two warm ones."""

    light: tuple[str, ...]
    dark: tuple[str, ...]


# White on the ground of a cover stands out this much; an accent too light or too dark for shapes to show is moved.
COVER_CONTRAST, COVER_LIGHTEST, COVER_DARKEST = 7.0, 0.62, 0.34
WARM = ("#f2b84b", "#e9805f")
WARM_DARK = ("#d9a13f", "#cf6f51")


def tones(accent: str) -> Tones:
    """The tones of a cover from the accent, whatever it is. Raises ValueError for anything but `#rrggbb`."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", accent):
        raise ValueError("an accent is written #rrggbb")
    lightness, chroma, hue = _oklch(accent)
    lightness = min(max(lightness, COVER_DARKEST), COVER_LIGHTEST)
    deep = _moved(_hex(lightness - 0.12, chroma * 0.85, hue), ("#ffffff",), COVER_CONTRAST, -0.004)
    base = _hex(max(lightness, _oklch(deep)[0] + 0.07), chroma, hue)
    middle = _hex(lightness + (1 - lightness) * 0.38, chroma * 0.5, hue)
    pale, dimmed = (_hex(light, chroma * 0.16, hue) for light in (0.9, 0.8))
    return Tones((base, deep, middle, pale, *WARM), (base, deep, middle, dimmed, *WARM_DARK))


def brand_css(accent: str) -> str:
    """The stylesheet served at /brand.css: the CSP allows neither a style attribute nor a style element."""
    both, drawn = brand(accent), tones(accent)
    light, dark = (
        f":root{{{_rules(shades)}{_of_cover(numbered)}}}"
        for shades, numbered in ((both.light, drawn.light), (both.dark, drawn.dark))
    )
    return f"{light}\n@media screen and (prefers-color-scheme:dark){{{dark}}}\n"


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast of two colours, 1 to 21."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _rules(shades: Shades) -> str:
    return "".join(f"--{f.name.replace('_', '-')}:{getattr(shades, f.name)};" for f in fields(shades))


def _of_cover(numbered: tuple[str, ...]) -> str:
    return "".join(f"--tone-{number}:{tone};" for number, tone in enumerate(numbered))


def _shades(accent: str, scheme: Scheme) -> Shades:
    _, chroma, hue = _oklch(accent)
    soft = _hex(scheme.soft_lightness, min(chroma, scheme.soft_chroma), hue)
    fill = _moved(accent, scheme.grounds, scheme.fill_contrast, scheme.step)
    text = _moved(accent, (*scheme.grounds, soft), scheme.text_contrast, scheme.step)
    # White first when it passes: that is what people expect on a strong colour. White or black always does.
    ink = next(ink for ink in INKS if contrast(ink, fill) >= 4.5)
    return Shades(accent=fill, accent_ink=ink, accent_text=text, accent_soft=soft)


def _moved(colour: str, grounds: tuple[str, ...], least: float, step: float) -> str:
    """The colour, darker or lighter by steps until it stands out from every ground; black or white at the very end."""
    lightness, chroma, hue = _oklch(colour)
    while 0 <= lightness <= 1 and min(contrast(colour, ground) for ground in grounds) < least:
        lightness += step
        colour = _hex(lightness, chroma, hue)
    return colour


def _linear(channel: int) -> float:
    value = channel / 255
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _channels(colour: str) -> tuple[float, float, float]:
    return _linear(int(colour[1:3], 16)), _linear(int(colour[3:5], 16)), _linear(int(colour[5:7], 16))


def _luminance(colour: str) -> float:
    red, green, blue = _channels(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _oklch(colour: str) -> tuple[float, float, float]:
    """Lightness 0-1, chroma, hue in radians. Matrices: Björn Ottosson, "A perceptual color space" (2020)."""
    r, g, b = _channels(colour)
    long = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    medium = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.atan2(b, a)


def _hex(lightness: float, chroma: float, hue: float) -> str:
    """The nearest colour a screen can show: chroma gives way before lightness or hue do."""
    lightness = min(max(lightness, 0.0), 1.0)
    while True:
        rgb = _rgb(lightness, chroma, hue)
        if chroma <= 0 or all(-0.0005 <= channel <= 1.0005 for channel in rgb):
            return "#" + "".join(f"{_encoded(channel):02x}" for channel in rgb)
        chroma = max(0.0, chroma - 0.004)


def _rgb(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _encoded(channel: float) -> int:
    channel = min(max(channel, 0.0), 1.0)
    value = channel * 12.92 if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055
    return round(value * 255)
