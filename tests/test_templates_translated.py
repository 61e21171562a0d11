"""Every template: no text outside translate tags, nothing that a strict CSP would block."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent / "src/regin"
TEMPLATES = sorted(
    path for kind in ("html", "txt") for path in SOURCE.glob(f"**/templates/**/*.{kind}")
)
# Names that are the same in every language, and codes on the style guide.
SAME_EVERYWHERE = {"REGIN", "NUTS", "XA11", "XA12", "utf-8"}
SPOKEN_ATTRIBUTES = ("title", "aria-label", "alt", "placeholder", "aria-description")
BUTTON = re.compile(r"<input\b[^>]*\stype=\"(?:submit|button|reset)\"")

COMMENT = re.compile(r"{#.*?#}|{% comment %}.*?{% endcomment %}|<!--.*?-->", re.DOTALL)
BLOCK = re.compile(r"{%-? *blocktrans(?:late)?\b.*?{% *endblocktrans(?:late)? *%}", re.DOTALL)
TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
ELEMENT = re.compile(r"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>", re.DOTALL)
# What a computer reads is the same in every language.
TYPED = re.compile(r"<(code|pre|kbd)\b[^>]*>.*?</\1>", re.DOTALL)
LETTERS = re.compile(r"[^\W\d_]{2,}")


def words_of(text: str) -> list[str]:
    return [word for word in re.findall(r"[\w-]+", text) if LETTERS.search(word) and not same(word)]


def same(word: str) -> bool:
    return word in SAME_EVERYWHERE


def untranslated(source: str) -> list[str]:
    """Words that a person would read and that no translate tag holds."""
    plain = TAG.sub(" ", BLOCK.sub(" ", COMMENT.sub(" ", source)))
    plain = TYPED.sub(" ", plain.replace("<!doctype html>", ""))
    found = words_of(ELEMENT.sub(" ", plain))
    for element in ELEMENT.findall(plain):
        for name in (*SPOKEN_ATTRIBUTES, *(["value"] if BUTTON.match(element) else [])):
            for value in re.findall(rf'\s{name}="([^"]*)"', element):
                found += words_of(value)
    return found


def blocked(source: str) -> list[str]:
    """Inline styles, handlers and scripts."""
    plain = COMMENT.sub(" ", source)
    inline = re.findall(r"<style\b|\sstyle=|\son[a-z]+=\"|href=\"javascript:", plain)
    return inline + re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", plain)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_every_text_of_a_template_is_translated(path: Path) -> None:
    assert untranslated(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_template_has_inline_style_or_script(path: Path) -> None:
    assert blocked(path.read_text(encoding="utf-8")) == []


def test_templates_are_found() -> None:
    names = {path.name for path in TEMPLATES}
    assert {"base.html", "form.html", "login.html", "404.html"} <= names


@pytest.mark.parametrize(
    "text",
    [
        "<p>Hello</p>",
        "<code>regin</code> types <code>it</code>",
        '<img alt="A map">',
        '<input type="submit" value="Save">',
        '{% translate "Fine" %} but not this',
        '<a title="{{ name }} region">{{ name }}</a>',
        "{% blocktranslate %}Fine{% endblocktranslate %}<b>Åland</b>",
    ],
)
def test_the_check_finds_plain_text(text: str) -> None:
    assert untranslated(text) != []


@pytest.mark.parametrize(
    "text",
    [
        '{# Words #}<p class="data">{% translate "Hello" %} {{ name }} – 12 %</p>',
        "{% blocktranslate trimmed with a=b %}Some {{ a }} text{% endblocktranslate %}",
        "<pre>regin score folder</pre><code>lang</code>",
        '<button name="answer" value="accept">{% translate "Accept" %}</button>',
        '<input name="q" aria-label="{% translate "Find" %}">',
    ],
)
def test_the_check_lets_translated_text_pass(text: str) -> None:
    assert untranslated(text) == []


@pytest.mark.parametrize(
    "text",
    [
        '<p style="color:red">',
        '<a onclick="go()">',
        "<script>1</script>",
        "<style>p{}</style>",
        '<a href="javascript:1">',
    ],
)
def test_the_check_finds_what_the_browser_would_block(text: str) -> None:
    assert blocked(text) != []
