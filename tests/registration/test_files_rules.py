"""What may be uploaded and what is kept of it: hostile files first."""

import re
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kit.errors import Refusal
from registration.files.rules import (
    DrawingTooHeavy,
    NoFile,
    PictureTooLarge,
    Purpose,
    Shape,
    UnreadableFile,
    WrongKindOfFile,
)
from registration.files.rules_renditions import renditions
from tests.registration.uploading import PDF, RED, SVG, huge_png, opened, picture


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_cover_of_any_kind_becomes_jpegs_of_four_shapes(kind: str) -> None:
    kept = renditions(picture(kind, (3000, 2000)), Purpose.COVER)
    assert [(one.shape, one.content_type, one.width, one.height) for one in kept] == [
        (Shape.WHOLE, "image/jpeg", 1600, 1067),
        (Shape.SQUARE, "image/jpeg", 320, 320),
        (Shape.SHARED, "image/jpeg", 1200, 630),
        (Shape.STRIP, "image/jpeg", 1200, 450),
    ]
    assert [opened(one.content).size for one in kept] == [(one.width, one.height) for one in kept]


def test_picture_of_a_telephone_is_upright_and_says_nothing_of_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # Turned by a quarter.
    exif[0x010E] = "Chez Zoé"
    exif.get_ifd(0x8825)[2] = (48.0, 25.0, 12.0)
    sent = picture("JPEG", (80, 40), exif=exif.tobytes(), icc_profile=b"a profile", comment=b"secret")
    whole = renditions(sent, Purpose.COVER)[0]
    image = opened(whole.content)
    assert image.size == (40, 80) == (whole.width, whole.height)
    assert dict(image.getexif()) == {} and not {"icc_profile", "exif", "comment"} & image.info.keys()
    assert "Chez Zoé".encode() not in whole.content and b"secret" not in whole.content


def test_logo_that_is_see_through_stays_so() -> None:
    kept = renditions(picture("WEBP", (900, 300), "RGBA"), Purpose.LOGO)[0]
    assert (kept.content_type, kept.width, kept.height) == ("image/png", 512, 171)
    assert opened(kept.content).mode == "RGBA"


@pytest.mark.parametrize("hidden", [b"<script>alert(1)</script>", b"PK\x03\x04 an archive", b"%PDF-1.7 %%EOF"])
def test_file_hidden_behind_a_picture_is_gone(hidden: bytes) -> None:
    for kind in ("PNG", "JPEG", "WEBP"):
        assert all(hidden not in kept.content for kept in renditions(picture(kind) + hidden, Purpose.COVER))


@pytest.mark.parametrize(
    ("content", "purpose", "refusal"),
    [
        (b"", Purpose.LOGO, NoFile),
        (b"GIF89a" + b"\0" * 40, Purpose.LOGO, WrongKindOfFile),
        (b"<html><script>alert(1)</script></html>", Purpose.LOGO, WrongKindOfFile),
        (b"MZ a program", Purpose.DOCUMENT, WrongKindOfFile),
        (PDF, Purpose.LOGO, WrongKindOfFile),
        (SVG.format(RED).encode(), Purpose.COVER, WrongKindOfFile),
        (PDF[:-8], Purpose.DOCUMENT, UnreadableFile),
        (picture()[:-30], Purpose.COVER, UnreadableFile),
        (picture("JPEG", (400, 400))[:300], Purpose.COVER, UnreadableFile),
        (picture("WEBP")[:40], Purpose.COVER, UnreadableFile),
        (huge_png(), Purpose.LOGO, PictureTooLarge),
        (picture("PNG", (6000, 5001), "1"), Purpose.LOGO, PictureTooLarge),
        (SVG.format(RED).encode()[:-4], Purpose.LOGO, UnreadableFile),
        (b'<svg viewBox="0 0 1 1"/>', Purpose.LOGO, UnreadableFile),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', Purpose.LOGO, UnreadableFile),
        (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 nan 1"/>', Purpose.LOGO, UnreadableFile),
        (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 -5 1"/>', Purpose.LOGO, UnreadableFile),
        (SVG.format("<g>" * 100 + "</g>" * 100).encode(), Purpose.LOGO, UnreadableFile),
        (SVG.format(RED * 6000).encode(), Purpose.LOGO, UnreadableFile),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.format("&a;").encode(), Purpose.LOGO, UnreadableFile),
    ],
)
def test_file_that_cannot_be_taken_is_refused_by_its_reason(
    content: bytes, purpose: Purpose, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        renditions(content, purpose)


HOSTILE = [
    "<script>alert(1)</script>",
    '<rect width="9" height="9" onload="alert(1)"/>',
    '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml"><iframe src="https://evil.example"/></p></foreignObject>',
    '<image href="https://evil.example/pixel.png" width="9" height="9"/>',
    '<image xlink:href="data:image/svg+xml;base64,PHN2Zy8+" width="9" height="9"/>',
    '<use href="https://evil.example/a.svg#b"/>',
    '<use xlink:href="file:///etc/passwd#b"/>',
    '<a href="javascript:alert(1)"><rect width="9" height="9"/></a>',
    '<style>@import url("https://evil.example/a.css");</style>',
    "<style>rect{fill:url(https://evil.example/a.svg#b)}</style>",
    "<style>rect{background:\\75rl(https://evil.example)}</style>",
    '<rect width="9" height="9" style="fill:url(//evil.example/a#b)"/>',
    '<rect width="9" height="9" fill="url(https://evil.example/a#b)"/>',
    '<rect width="9" height="9" filter="url(#f)"/><filter id="f"><feImage href="https://evil.example/a"/></filter>',
    '<animate attributeName="href" to="javascript:alert(1)"/><set attributeName="onload" to="alert(1)"/>',
    '<handler xmlns="http://www.w3.org/2001/xml-events" type="text/javascript">alert(1)</handler>',
    "<!-- <script>alert(1)</script> --><?xml-stylesheet href='https://evil.example/a.css'?>",
    "<text><![CDATA[<script>alert(1)</script>]]></text>",
    '<metadata><x:xmpmeta xmlns:x="adobe:ns:meta/">https://evil.example</x:xmpmeta></metadata>',
]


@pytest.mark.parametrize("part", HOSTILE)
def test_drawing_with_something_hostile_is_kept_without_it(part: str) -> None:
    whole, shown = renditions(SVG.format(RED + part).encode(), Purpose.LOGO)
    assert harmless(whole.content)
    assert b"evil" not in whole.content and b'fill="#c00"' in whole.content
    assert (shown.shape, opened(shown.content).size) == (Shape.PICTURE, (288, 144))


def harmless(content: bytes) -> bool:
    """Nothing that runs, loads or links: read by a reader of its own."""
    known = set(
        "svg g defs symbol clipPath mask linearGradient radialGradient stop title path rect circle ellipse".split()
    )
    known |= set("line polyline polygon text tspan use style".split())
    for element in ElementTree.fromstring(content).iter():
        assert element.tag.startswith("{http://www.w3.org/2000/svg}")
        assert element.tag.partition("}")[2] in known
        for name, value in element.items():
            assert not name.startswith("on") and not name.startswith("{")
            assert name != "href" or value.startswith("#")
            assert not re.search(r"script|://|url\((?!['\"]?#)", value, re.IGNORECASE)
        if element.tag.endswith("style"):
            assert not re.search(r"@|\\|url\((?!['\"]?#)|//", element.text or "")
    return True


def test_drawing_of_a_drawing_program_keeps_its_colours() -> None:
    """As Illustrator and Inkscape write them: a document type, rules in a style sheet, gradients, copies."""
    head = '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/x.dtd">'
    body = (
        "<style type='text/css'>.st0{fill:#00ff00;} .st1{fill:url(#g);}</style><defs><linearGradient id='g'>"
        "<stop offset='0' style='stop-color:#0000ff;stop-opacity:1'/></linearGradient><g id='s'>"
        "<rect class='st0' width='20' height='20'/></g></defs><use xlink:href='#s'/>"
        "<rect class='st1' x='20' width='20' height='20'/>"
    )
    whole, shown = renditions((head + SVG.format(body)).encode(), Purpose.LOGO)
    image = opened(shown.content).convert("RGB")
    assert (image.getpixel((40, 70)), image.getpixel((240, 70))) == ((0, 255, 0), (0, 0, 255))
    assert harmless(whole.content)


def test_drawing_of_copies_of_copies_ends() -> None:
    levels = "".join(
        f'<g id="n{n}">' + f'<use href="#n{n - 1}"/>' * 10 + "</g>" if n else f'<g id="n0">{RED}</g>' for n in range(12)
    )
    whole, _ = renditions(SVG.format(levels + '<use href="#n11"/>').encode(), Purpose.LOGO)
    parsed = ElementTree.fromstring(whole.content)
    targets = {element.get("id"): element for element in parsed.iter()}
    copies = [element for element in parsed.iter() if element.tag.endswith("use")]
    of_copies = [one for copy in copies for one in targets[copy.attrib["href"][1:]].iter() if one.tag.endswith("use")]
    assert copies and of_copies == []


@pytest.mark.parametrize(
    "body",
    [
        '<path d="M0 0' + "A1e6 1e6 0 1 1 5 5" * 20_000 + '"/>',
        '<path id="p" d="M0 0' + "L9 9L1 5" * 5_000 + '"/>' + '<use href="#p"/>' * 4_000,
        '<linearGradient id="a"><stop/><stop offset="1"/></linearGradient>'
        + '<path d="M0 0h40v20z" fill="url(#a)"/>' * 4_000,
    ],
    ids=["deeper than its painter", "copied beyond measure", "painted over and over"],
)
def test_drawing_that_would_bring_down_who_draws_it_is_refused(body: str) -> None:
    with pytest.raises(DrawingTooHeavy):
        renditions(SVG.format(body).encode(), Purpose.LOGO)


@pytest.mark.parametrize("way", ["mask='url(#n{})'", "clip-path='url(#n{})'"])
def test_drawing_cut_out_of_what_is_cut_out_ends(way: str) -> None:
    element = "mask" if way.startswith("mask") else "clipPath"
    rect = "<rect width='40' height='20' fill='#fff' {}/>"
    levels = "".join(
        f"<{element} id='n{n}'>" + rect.format(way.format(n - 1)) * 10 + f"</{element}>" for n in range(1, 12)
    )
    whole, _ = renditions(SVG.format(levels + rect.format(way.format(11))).encode(), Purpose.LOGO)
    assert len(re.findall(rb'(?:mask|clip-path)="', whole.content)) == 1


@settings(max_examples=150)
@given(st.binary(max_size=400), st.sampled_from(["PNG", "JPEG", "WEBP", "SVG", "PDF"]), st.integers(0, 300), st.data())
def test_file_damaged_anywhere_is_taken_or_refused_never_a_bug(
    noise: bytes, kind: str, at: int, data: st.DataObject
) -> None:
    whole = {"SVG": SVG.format(RED).encode(), "PDF": PDF}.get(kind) or picture(kind, (30, 20))
    cut = whole[:at] + noise + whole[at + data.draw(st.integers(0, 60)) :]
    for purpose in Purpose:
        try:
            kept = renditions(cut, purpose)
        except Refusal:
            continue
        assert kept[0].shape is Shape.WHOLE
        assert all(one.content_type != "image/svg+xml" or harmless(one.content) for one in kept)


VALUES = st.text(st.sampled_from("#aurl()'\":;/\\@<>&-. 0jsxevil{}\n"), max_size=24)


@settings(max_examples=150)
@given(st.sampled_from(["fill", "style", "href", "onclick", "d", "transform", "xlink:href", "class"]), VALUES, VALUES)
def test_drawing_with_any_value_is_harmless(name: str, value: str, style: str) -> None:
    body = f"<style>{escape(style)}</style><rect width='9' height='9' {name}={quoteattr(value)}/>"
    try:
        whole, _ = renditions(SVG.format(body).encode(), Purpose.LOGO)
    except Refusal:
        return
    assert harmless(whole.content)
