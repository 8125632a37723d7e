"""Slides in a real browser: nothing is loaded from elsewhere, nothing runs off a slide, nothing gets too small."""

from pathlib import Path
from typing import Any

import pytest
from browsing import load

from zi_analysis.teaching.lessons import Lesson, find_lessons, keep_language
from zi_analysis.teaching.slides import slides_html

playwright = load("playwright.sync_api")
WIDTH, HEIGHT = 1280, 720
LEAST_SIZE = 0.7  # of 27 px: smaller than 19 px is not read from the last row
LESSONS = find_lessons(Path(__file__).parents[1])
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

MEASURE = """() => {
  const slide = Reveal.getCurrentSlide(), inner = slide.querySelector(".fit");
  const shown = [...inner.querySelectorAll("*")].filter((one) => !one.closest("aside, math"));
  const boxes = shown.map((one) => one.getBoundingClientRect()).filter((box) => box.height > 0);
  return {
    words: inner.innerText.trim().slice(0, 40) || (inner.querySelector("img") || {}).alt,
    right: Math.max(...boxes.map((box) => box.right)),
    bottom: Math.max(...boxes.map((box) => box.bottom)),
    size: Number(inner.style.zoom || 1),
  };
}"""


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("lesson", LESSONS, ids=[lesson.name for lesson in LESSONS])
def test_every_slide_fits_the_screen_and_loads_nothing(
    lesson: Lesson, language: str, browser: Any, tmp_path: Path
) -> None:
    place = tmp_path / "slides.html"
    place.write_text(slides_html(keep_language(lesson.read(), language, teacher=False)), encoding="utf-8")
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    asked: list[str] = []
    broken: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto(place.as_uri())
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    slides = list(_each_slide(page))
    silent = page.locator('img:not([alt]), img[alt=""]').count()
    page.close()
    assert broken == []
    assert [url for url in asked if not url.startswith(("data:", place.as_uri()))] == []
    assert silent == 0
    assert len(slides) >= 5
    assert [one for one in slides if one["right"] > WIDTH or one["bottom"] > HEIGHT or one["size"] < LEAST_SIZE] == []
    assert [one for one in slides if not one["words"]] == []


def _each_slide(page: Any) -> Any:
    """Measure each slide with all its parts shown."""
    for _ in range(page.evaluate("Reveal.getTotalSlides()")):
        while page.evaluate("Reveal.availableFragments().next"):
            page.evaluate("Reveal.nextFragment()")
        yield page.evaluate(MEASURE)
        page.evaluate("Reveal.next()")
