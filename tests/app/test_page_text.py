from html.parser import HTMLParser

from hypothesis import example, given
from hypothesis import strategies as st

from groundwire.app.page_text import Html, element, escape
from groundwire.core.text import presentable

texts = st.text(st.characters(exclude_categories=[]))


class Reader(HTMLParser):
    """What a browser would make of a piece of HTML: its elements and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@given(texts)
@example("<script>alert(1)</script>")
@example("<img src=x onerror=alert(1)>")
@example("![](http://attacker.example/x.png) :red[x] $x$ :material/home:")
@example("&lt;b&gt; &amp; &#60;b&#62;")
@example("line one\r\n    line two\n\n\n\tline three\r")
@example("a\0b\ud800c")
@example("]]><!--")
def test_whatever_the_text_it_is_shown_as_it_is_and_no_tag_survives(text: str) -> None:
    page = Reader(element("div", "gw-title", text))
    assert page.text == presentable(text)
    assert page.elements == [("div", {"class": "gw-title", "dir": "auto"})]


@given(texts)
def test_what_is_shown_fits_on_one_line_of_html(text: str) -> None:
    # Streamlit takes common indentation away from HTML of several lines.
    assert len(escape(text).splitlines()) <= 1


@given(texts)
def test_only_what_no_page_can_show_is_replaced(text: str) -> None:
    shown = presentable(text)
    shown.encode("utf-8")
    assert "\0" not in shown
    if text.isprintable():
        assert shown == text


def test_elements_nest_without_being_escaped_twice() -> None:
    inner = element("b", "", "a < b")
    assert isinstance(inner, Html)
    assert element("p", "x", inner, " & more") == (
        '<p class="x" dir="auto"><b class="" dir="auto">a &lt; b</b> &amp; more</p>'
    )
