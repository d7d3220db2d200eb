"""Pages are light: on a slow line, too, somebody can say no."""

import hashlib
import re

import pytest

from privacy_center.center import Center
from privacy_center.places import STATIC
from tests.trust.doors import visitor
from tests.web.weights import PAGES, weight

MOST, MOST_OF_FONTS = 60_000, 120_000
"""Bytes: of a page with all that it loads, and of all fonts together."""

A_YEAR = "public, max-age=31536000, immutable"
FONTS = sorted((STATIC / "fonts").glob("*.woff2"))


@pytest.mark.parametrize("language", ["en", "es", "ar"])
async def test_every_public_page_is_light(center: Center, language: str) -> None:
    heavy = {path: bytes_ for path in PAGES if (bytes_ := await weight(visitor(center), path, language)) >= MOST}
    assert not heavy
    assert len(PAGES) > 10


async def test_the_style_is_compressed_and_no_page_is(center: Center) -> None:
    page = await visitor(center).get("/choices")
    assert "Content-Encoding" not in page.headers, "it would tell what is in it by its size"
    style = re.findall(r'href="(/static/style[^"]+)"', page.text)[0]
    answer = await visitor(center).get(style)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.num_bytes_downloaded < len(answer.content) / 2


def test_the_fonts_are_light_and_named_by_their_content() -> None:
    assert len(FONTS) == 4
    assert sum(path.stat().st_size for path in FONTS) < MOST_OF_FONTS
    assert all(path.stem.endswith("-" + hashlib.sha256(path.read_bytes()).hexdigest()[:8]) for path in FONTS)
    style = (STATIC / "style.css").read_text(encoding="utf-8")
    assert set(re.findall(r"fonts/([^)]+\.woff2)", style)) == {path.name for path in FONTS}


async def test_all_of_it_is_kept_for_a_year(center: Center) -> None:
    for path in ("style.css", "favicon.svg", f"fonts/{FONTS[0].name}"):
        assert (await visitor(center).get(f"/static/{path}")).headers["Cache-Control"] == A_YEAR
