"""Drawings (SVG) written anew with what is known to be harmless: an element, an attribute or a rule of style that is
not in the lists below is left out. No script, no link to anywhere else, nothing of another language inside.

What is left may still take for ever to draw, or bring down whoever draws it: that is a process of its own."""

import math
import re
import subprocess
import sys
from collections.abc import Iterator
from xml.etree import ElementTree

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from registration.files.rules import PNG, SVG, DrawingTooHeavy, Rendition, Shape, UnreadableFile

SPACE = "http://www.w3.org/2000/svg"
LINK = "{http://www.w3.org/1999/xlink}href"
SHAPES = {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "use"}
GROUPS = {"svg", "g", "defs", "symbol", "clipPath", "mask", "linearGradient", "radialGradient", "stop", "title"}
ELEMENTS = SHAPES | GROUPS | {"style"}
# How something is painted: as an attribute, or as a rule of style.
PAINT = set(
    "fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-miterlimit "
    "opacity color stop-color stop-opacity clip-rule display visibility font-family font-size "
    "font-weight font-style letter-spacing text-anchor isolation mix-blend-mode paint-order shape-rendering".split()
)
PLACES = set(
    "id class d x y x1 y1 x2 y2 cx cy r rx ry fx fy fr width height points offset transform viewBox dx dy "
    "preserveAspectRatio gradientUnits gradientTransform spreadMethod clipPathUnits maskUnits maskContentUnits "
    "mask-type version".split()
)
# What a value may be: no quotation that could end it, no address but one of this very drawing, no escape.
VALUE = re.compile(r"[\w\s.,#%()+\-:/'\"]*")
OWN = re.compile(r"url\(\s*['\"]?#[\w.-]+['\"]?\s*\)")
STYLE = re.compile(r"[\w\s.,#%()+\-:;{}>*'\"]*")
ELSEWHERE = re.compile(r"url|import|expression|javascript|data:|//", re.IGNORECASE)
# What cuts a shape out of another costs a whole picture each time: as attributes only, so many, and none in another.
CUTS, MOST_CUTS = ("clip-path", "mask"), 200
CUTS_OF_STYLE = re.compile(r"\b(?:clip-path|mask)\s*:[^;}]*;?")
MOST_ELEMENTS, DEEPEST = 5_000, 60
# A mail program shows it 36 points high; four times that is sharp on any screen.
HIGH, WIDEST = 144, 1200
# Draws what comes in as so many points across and down. A drawing of some kilobytes can ask for hours, for all of the
# memory, or for more depth than the program has: it is given seconds of a processor, gigabytes, and no more.
SECONDS, BYTES, PATIENCE = 4, 2 * 1024**3, 30.0
PAINTER = """
import resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[3]), int(sys.argv[3])))
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[4]), int(sys.argv[4])))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
import resvg_py
text, across, down = sys.stdin.buffer.read().decode(), int(sys.argv[1]), int(sys.argv[2])
made = resvg_py.svg_to_bytes(svg_string=text, width=across, height=down, skip_system_fonts=True)
sys.stdout.buffer.write(bytes(made))
"""


def drawing(content: bytes) -> tuple[Rendition, ...]:
    """The drawing written anew, and a picture of it for mail programs, which show none. Raises UnreadableFile,
    DrawingTooHeavy."""
    try:
        root = fromstring(content, forbid_dtd=False, forbid_entities=True, forbid_external=True)
        clean = _clean(root)
        width, height = _sizes(clean)
        text = ElementTree.tostring(clean, encoding="unicode")
        scale = min(HIGH / height, WIDEST / width)
        across, down = max(1, round(width * scale)), max(1, round(height * scale))
    except (DefusedXmlException, ElementTree.ParseError, ValueError, LookupError) as error:
        raise UnreadableFile() from error
    picture = _painted(text, across, down)
    whole = Rendition(Shape.WHOLE, text.encode(), SVG, max(1, round(width)), max(1, round(height)))
    return whole, Rendition(Shape.PICTURE, picture, PNG, across, down)


def _painted(text: str, across: int, down: int) -> bytes:
    """A picture of the drawing (PNG). Raises DrawingTooHeavy when there is none, in time, without a crash."""
    command = [sys.executable, "-I", "-c", PAINTER, str(across), str(down), str(SECONDS), str(BYTES)]
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=PATIENCE)  # noqa: S603 (ours)
    except subprocess.TimeoutExpired as error:
        raise DrawingTooHeavy() from error
    if done.returncode != 0 or not done.stdout:
        raise DrawingTooHeavy()
    return done.stdout


def _clean(root: ElementTree.Element) -> ElementTree.Element:
    if root.tag != f"{{{SPACE}}}svg" or sum(1 for _ in root.iter()) > MOST_ELEMENTS:
        raise UnreadableFile()
    clean = _copy(root, 0)
    clean.set("xmlns", SPACE)
    _without_chains(clean)
    _with_few_cuts(clean)
    return clean


def _copy(element: ElementTree.Element, depth: int) -> ElementTree.Element:
    if depth > DEEPEST:
        raise UnreadableFile()
    name = element.tag.removeprefix(f"{{{SPACE}}}")
    copy = ElementTree.Element(name, dict(_attributes(element)))
    if name == "style":
        copy.text = _style(element.text or "")
    elif name in ("text", "tspan", "title"):
        copy.text = element.text
    for child in element:
        if isinstance(child.tag, str) and child.tag.removeprefix(f"{{{SPACE}}}") in ELEMENTS:
            inner = _copy(child, depth + 1)
            inner.tail = child.tail if name in ("text", "tspan") else None
            copy.append(inner)
    return copy


def _attributes(element: ElementTree.Element) -> Iterator[tuple[str, str]]:
    for name, value in element.items():
        if name in PAINT | PLACES | {*CUTS} and _is_harmless(value):
            yield name, value
        elif name in ("href", LINK) and re.fullmatch(r"#[\w.-]+", value):
            yield "href", value
        elif name == "style":
            rules = (rule.partition(":") for rule in value.split(";"))
            kept = [f"{key.strip()}:{said.strip()}" for key, _, said in rules if _is_paint(key, said)]
            if kept:
                yield "style", ";".join(kept)


def _is_paint(name: str, value: str) -> bool:
    return name.strip() in PAINT and _is_harmless(value)


def _is_harmless(value: str) -> bool:
    """Letters, figures and signs of a value, that leads to nothing outside the drawing."""
    return VALUE.fullmatch(value) is not None and not ELSEWHERE.search(OWN.sub("", value))


def _style(text: str) -> str:
    """A style sheet inside the drawing: whole when it holds only plain rules, else nothing of it."""
    plain = CUTS_OF_STYLE.sub("", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL))
    harmless = STYLE.fullmatch(plain) is not None and not ELSEWHERE.search(OWN.sub("", plain))
    return plain if harmless else ""


def _without_chains(root: ElementTree.Element) -> None:
    """A copy (`use`) of something that holds copies is left out: ten of ten of ten would never end being drawn."""
    holds = {element.get("id"): element for element in root.iter() if element.get("id")}
    drawn = 0
    for parent in list(root.iter()):
        for child in [one for one in parent if one.tag == "use"]:
            target = holds.get(child.get("href", "").removeprefix("#"))
            inside = list(target.iter()) if target is not None else []
            drawn += len(inside)
            if not inside or drawn > MOST_ELEMENTS or any(one.tag == "use" for one in inside):
                parent.remove(child)


def _with_few_cuts(root: ElementTree.Element) -> None:
    """Cuts inside of what cuts are left out: they would multiply, as copies do."""
    inner = {id(one) for cut in root.iter() if cut.tag in ("clipPath", "mask") for one in cut.iter()}
    count = 0
    for element in root.iter():
        for name in CUTS:
            count += name in element.attrib
            if id(element) in inner or count > MOST_CUTS:
                element.attrib.pop(name, None)


def _sizes(root: ElementTree.Element) -> tuple[float, float]:
    """Width and height of what is shown, in points of the drawing; both are written on it, whichever it came with."""
    box = [float(number) for number in re.split(r"[\s,]+", root.get("viewBox", "").strip()) if number]
    if len(box) != 4:
        box = [0.0, 0.0, _length(root.get("width", "")), _length(root.get("height", ""))]
        root.set("viewBox", " ".join(f"{number:g}" for number in box))
    width, height = box[2:]
    if not all(math.isfinite(number) for number in box) or not (0.01 < width < 1e6 and 0.01 < height < 1e6):
        raise UnreadableFile()
    root.set("width", f"{width:g}")
    root.set("height", f"{height:g}")
    return width, height


def _length(text: str) -> float:
    """A length in pixels; anything else is none."""
    found = re.fullmatch(r"\s*([0-9.]+)\s*(?:px)?\s*", text)
    return float(found[1]) if found else 0.0
