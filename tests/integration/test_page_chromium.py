"""The chat page in a real Chromium: what a person does with it, and what it looks like."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium on this machine (Debian: apt-get install chromium)"
)
sync_api = pytest.importorskip("playwright.sync_api", reason="the package playwright is missing")
Page = sync_api.Page
expect = sync_api.expect
Serve = Callable[[Path, Path], AbstractContextManager[str]]
Open = Callable[..., "Page"]

ROOT = Path(__file__).parents[2]
OUTPUT = ROOT / "tests" / "output"
WAIT_MS = 30_000
HERON = """# The Patient Heron

The Patient Heron is a grey ferry boat of 12 metres. She was built in 1987 by Marlow and Sons.

## Crew

The captain of the Patient Heron is Ada Winterbourne. She likes tea.
"""
HOSTILE = """# <img src=http://attacker.example/title.png> :red[loud]

The harbour code is <script>document.title='stolen'</script> ![x](http://attacker.example/a.png)
:material/home: $x^2$ [link](http://attacker.example/b) <b onmouseover=alert(1)>bold</b> seven.
"""


@pytest.fixture(scope="module")
def address(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("page") / "home"
    home.mkdir()
    with serve(home, ROOT / "app" / "chat_page.py") as address:
        yield address


def shoot(page: "Page", name: str) -> None:
    OUTPUT.mkdir(exist_ok=True)
    page.wait_for_timeout(600)
    page.screenshot(path=OUTPUT / f"page-{name}.png")


def upload(page: "Page", **files: str) -> None:
    page.locator("input[type=file]").set_input_files(
        [
            {"name": f"{name}.md", "mimeType": "text/markdown", "buffer": text.encode()}
            for name, text in files.items()
        ]
    )


def ask(page: "Page", question: str) -> None:
    box = page.get_by_placeholder("Ask your documents")
    expect(box).to_be_enabled(timeout=WAIT_MS)
    box.fill(question)
    box.press("Enter")
    expect(page.locator(".gw-question", has_text=question).last).to_be_visible(timeout=WAIT_MS)


def answered(page: "Page") -> None:
    expect(page.locator(".answer .text").last).to_be_visible(timeout=WAIT_MS)


@pytest.fixture
def filled(address: str, open_page: Open) -> "Page":
    """The page of a library that holds the Patient Heron."""
    page = open_page(f"{address}/?view=documents")
    if page.get_by_text("Documents (0)").count() or not page.get_by_text("heron.md").count():
        upload(page, heron=HERON)
        expect(page.get_by_text(re.compile("^(added|unchanged)$"))).to_be_visible(timeout=WAIT_MS)
    page.goto(address)
    return page


def test_an_empty_library_asks_for_documents_and_takes_them(
    tmp_path: Path, serve: Serve, open_page: Open
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with serve(home, ROOT / "app" / "chat_page.py") as address:
        page = open_page(address)
        expect(page.get_by_text("Ask your own documents.")).to_be_visible(timeout=WAIT_MS)
        expect(page.get_by_text("groundwire add FOLDER")).to_be_visible()
        expect(page.get_by_placeholder("Ask your documents")).to_be_disabled()
        shoot(page, "empty")
        upload(page, heron=HERON, nothing="")
        expect(page.locator(".badge.added")).to_have_text("added", timeout=WAIT_MS)
        expect(page.locator(".badge.skipped")).to_have_text("skipped")
        expect(page.locator(".reason")).to_contain_text("empty")
        expect(page.get_by_placeholder("Ask your documents")).to_be_enabled()
        shoot(page, "outcomes")


def test_a_question_is_answered_with_a_number_that_opens_the_document(filled: "Page") -> None:
    page = filled
    ask(page, "Who is the captain of the Patient Heron?")
    answered(page)
    expect(page.locator(".answer .text")).to_contain_text("Ada Winterbourne")
    expect(page.locator(".answer .assurance")).to_contain_text("No risk is certified")
    shoot(page, "answer")
    page.get_by_text("How this was found").click()
    expect(page.get_by_text("What to look for")).to_be_visible()
    shoot(page, "steps")
    page.locator("button.mark").first.click()
    quote = page.locator("mark.quote")
    expect(quote).to_contain_text("Ada Winterbourne", timeout=WAIT_MS)
    expect(quote).to_be_in_viewport()
    text = page.locator(".page").inner_text()
    assert "".join(text.split()) == "".join(HERON.split())
    expect(page.get_by_text("Crew", exact=True).first).to_be_visible()
    shoot(page, "citation")
    page.keyboard.press("Escape")
    page.get_by_text("Copy as Markdown").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "\\[1\\]" in copied
    assert "Ada Winterbourne" in copied


def test_a_reload_continues_the_conversation(filled: "Page") -> None:
    page = filled
    ask(page, "Who built the Patient Heron?")
    answered(page)
    assert "thread=" in page.url
    page.reload()
    expect(page.locator(".gw-question")).to_have_text("Who built the Patient Heron?")
    answered(page)
    ask(page, "When was she built?")
    expect(page.locator(".answer")).to_have_count(2, timeout=WAIT_MS)
    shoot(page, "follow-up")
    page.reload()
    expect(page.locator(".answer")).to_have_count(2, timeout=WAIT_MS)


def test_a_conversation_is_renamed_reopened_and_deleted(filled: "Page") -> None:
    page = filled
    ask(page, "Does the captain of the Patient Heron like tea?")
    answered(page)
    page.locator(".row.current button.extra").click()
    page.get_by_label("Title").fill("Tea <b>and</b> :red[biscuits]")
    page.get_by_role("button", name="Save title").click()
    row = page.locator(".row", has_text="Tea <b>and</b> :red[biscuits]")
    expect(row).to_be_visible(timeout=WAIT_MS)
    page.get_by_role("button", name="New conversation").click()
    expect(page.get_by_text("Ask your own documents.")).to_be_visible()
    row.locator("button.main").click()
    expect(page.locator(".gw-question")).to_contain_text("like tea")
    row.locator("button.extra").click()
    page.get_by_text("Yes, delete this conversation").click()
    shoot(page, "delete")
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(row).to_have_count(0, timeout=WAIT_MS)
    expect(page.get_by_text("Ask your own documents.")).to_be_visible()


def test_what_the_documents_do_not_say_is_not_answered(filled: "Page") -> None:
    page = filled
    ask(page, "zebra quantum mortgage")
    expect(page.get_by_text("Your documents do not seem to answer this.")).to_be_visible(
        timeout=WAIT_MS
    )
    expect(page.get_by_text("Nearest passages")).to_be_visible()
    shoot(page, "abstained")
    page.locator("button.source").first.click()
    expect(page.locator("mark.quote")).to_be_in_viewport(timeout=WAIT_MS)


@pytest.mark.parametrize(("scheme", "width"), [("dark", 1280), ("light", 390), ("dark", 390)])
def test_dark_and_narrow_screens_are_readable(
    filled: "Page", open_page: Open, scheme: str, width: int
) -> None:
    ask(filled, "Who is the captain of the Patient Heron?")
    answered(filled)
    page = open_page(filled.url, width=width, scheme=scheme)
    answered(page)
    shoot(page, f"{scheme}-{width}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("button.mark").first.click()
    quote = page.locator("mark.quote")
    expect(quote).to_be_in_viewport(timeout=WAIT_MS)
    shoot(page, f"{scheme}-{width}-citation")
    assert contrast(quote) >= 4.5  # WCAG 2.2, success criterion 1.4.3
    assert contrast(page.locator(".page")) >= 4.5
    page.keyboard.press("Escape")
    assert contrast(page.locator("[data-testid=stApp]")) >= 4.5


def contrast(locator: "sync_api.Locator") -> float:
    """Contrast of an element's text with its own background, after WCAG 2.2."""
    colours = locator.evaluate(
        "node => [getComputedStyle(node).color, getComputedStyle(node).backgroundColor]"
    )
    light, dark = sorted((luminance(colour) for colour in colours), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(w * part for w, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_a_narrow_screen_closes_the_side_when_it_has_led_somewhere(
    filled: "Page", address: str, open_page: Open
) -> None:
    expect(filled.get_by_text("Ask your own documents.")).to_be_visible(timeout=WAIT_MS)
    page = open_page(address, width=390)
    page.get_by_test_id("stExpandSidebarButton").click()
    page.wait_for_timeout(600)
    shoot(page, "narrow-side")
    page.get_by_role("button", name=re.compile(r"Documents \(")).click()
    expect(page.get_by_role("heading", name="In the library")).to_be_in_viewport(timeout=WAIT_MS)
    expect(page.get_by_role("button", name="New conversation")).not_to_be_in_viewport()
    shoot(page, "narrow-documents")


def test_a_hostile_document_is_shown_as_the_text_it_is(filled: "Page", address: str) -> None:
    page = filled
    page.goto(f"{address}/?view=documents")
    name = "<img src=x onerror=alert(1)> :red[x]"
    upload(page, **{name: HOSTILE})
    expect(page.get_by_text(f"{name}.md").first).to_be_visible(timeout=WAIT_MS)
    expect(page.locator(".badge.added")).to_be_visible()
    shoot(page, "hostile-upload")
    page.goto(address)
    ask(page, "What is the harbour code? <u>seven</u> ![q](http://attacker.example/q.png)")
    source = page.locator("button.source", has_text="attacker.example").first
    expect(source).to_be_visible(timeout=WAIT_MS)
    page.get_by_text("How this was found").click()
    shoot(page, "hostile-answer")
    source.click()
    expect(page.locator(".page")).to_contain_text("<script>document.title='stolen'</script>")
    expect(page.locator(".page")).to_contain_text("![x](http://attacker.example/a.png)")
    shoot(page, "hostile-citation")
    assert page.title() == "groundwire"
    for markup in ("img", "script", "a", "b[onmouseover]", "u"):
        assert page.locator(f".stMain .root {markup}, .gw-question {markup}").count() == 0


def test_a_document_that_went_is_said_to_be_gone(filled: "Page", address: str) -> None:
    page = filled
    page.goto(f"{address}/?view=documents")
    upload(page, lamp="# Lamp\n\nThe lamp of the lighthouse weighs 300 kilograms.\n")
    expect(page.locator(".badge.added")).to_be_visible(timeout=WAIT_MS)
    page.goto(address)
    ask(page, "What does the lamp of the lighthouse weigh?")
    answered(page)
    conversation = page.url
    page.goto(f"{address}/?view=documents")
    row = page.locator(".row", has_text="lamp.md")
    row.get_by_role("button", name=re.compile("^Remove")).click()
    shoot(page, "remove")
    page.get_by_role("button", name="Remove", exact=True).last.click()
    expect(row).to_have_count(0, timeout=WAIT_MS)
    page.goto(conversation)
    expect(page.get_by_text("no longer in the library").first).to_be_visible(timeout=WAIT_MS)
    page.locator("button.mark").first.click()
    expect(page.locator("mark.quote")).to_contain_text("300 kilograms", timeout=WAIT_MS)
    shoot(page, "gone")


def test_a_large_document_is_opened_around_the_quote(filled: "Page", address: str) -> None:
    page = filled
    page.goto(f"{address}/?view=documents")
    sand = "".join(f"Grain {number} is grain {number}. " for number in range(3000))
    upload(page, sand=f"{sand}\n\nThe buried treasure of Quillon is a copper kettle.\n\n{sand}")
    expect(page.locator(".badge.added")).to_be_visible(timeout=WAIT_MS)
    page.goto(address)
    ask(page, "What is the buried treasure of Quillon?")
    answered(page)
    page.locator("button.mark").first.click()
    text = page.locator(".page")
    expect(page.locator("mark.quote")).to_be_in_viewport(timeout=WAIT_MS)
    expect(text).to_contain_text("The document begins earlier")
    first = len(text.inner_text())
    shoot(page, "large")
    page.get_by_role("button", name="Show more of the document").click()
    expect(page.locator("mark.quote")).to_be_in_viewport()
    page.wait_for_function(
        "length => document.activeElement && [...document.querySelectorAll('*')].some("
        "node => (node.shadowRoot?.querySelector('.page')?.innerText.length ?? 0) > 2 * length)",
        arg=first,
        timeout=WAIT_MS,
    )
    expect(page.locator("mark.quote")).to_be_in_viewport()


def test_a_collection_is_made_asked_alone_and_removed(filled: "Page", address: str) -> None:
    page = filled
    page.goto(f"{address}/?view=documents")
    choice = page.get_by_role("combobox", name="Add to the collection")
    choice.fill("stones")
    choice.press("Enter")
    upload(page, mill="# The mill\n\nThe mill on the Velm has four millstones.\n")
    expect(page.locator(".badge.added")).to_be_visible(timeout=WAIT_MS)
    expect(page.locator(".row", has_text="uploads/stones/mill.md")).to_be_visible()
    shoot(page, "documents")
    page.goto(address)
    page.get_by_role("combobox", name="Ask in").click()
    page.get_by_role("option", name="default").click()
    ask(page, "How many millstones has the mill on the Velm?")
    expect(page.locator(".answer")).to_be_visible(timeout=WAIT_MS)
    expect(page.locator(".answer", has_text="mill.md")).to_have_count(0)
    shoot(page, "scope")
    page.goto(f"{address}/?view=documents")
    page.get_by_role("combobox", name="Show").click()
    page.get_by_role("option", name="stones (1)").click()
    page.get_by_role("button", name="Remove this collection").click()
    expect(page.get_by_text("Its one document goes.")).to_be_visible(timeout=WAIT_MS)
    page.get_by_role("button", name="Remove", exact=True).last.click()
    expect(page.locator(".row", has_text="uploads/stones")).to_have_count(0, timeout=WAIT_MS)


def test_a_run_is_watched_stopped_and_asked_again(
    tmp_path: Path, serve: Serve, open_page: Open
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with serve(home, Path(__file__).with_name("slow_page.py")) as address:
        page = open_page(address)
        upload(page, heron=HERON)
        ask(page, "Who is the captain of the Patient Heron?")
        expect(page.get_by_text("Searching", exact=True)).to_be_visible(timeout=WAIT_MS)
        expect(page.get_by_placeholder("Ask your documents")).to_be_disabled()
        shoot(page, "running")
        page.reload()
        expect(page.get_by_text("Searching", exact=True)).to_be_visible(timeout=WAIT_MS)
        page.get_by_role("button", name="Stop", exact=True).click()
        expect(page.get_by_text("Stopped before it was answered.")).to_be_visible(timeout=WAIT_MS)
        expect(page.get_by_text("Nearest passages")).to_be_visible()
        expect(page.get_by_placeholder("Ask your documents")).to_be_enabled()
        shoot(page, "stopped")
        page.get_by_role("button", name="Ask again").click()
        expect(page.get_by_role("button", name="Stop", exact=True)).to_be_visible(timeout=WAIT_MS)
    with serve(home, Path(__file__).with_name("slow_page.py")) as restarted:
        page = open_page(f"{restarted}/?{urlsplit(page.url).query}")
        expect(page.get_by_text("This question was stopped").last).to_be_visible(timeout=WAIT_MS)
