"""Every partial in each of its states."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.utils import translation

from regin.apps.common.models.text import Shown, TextState
from regin.web.styleguide import BADGES, SampleForm, wrong_answers


def part(template: str, **context: Any) -> str:
    return render_to_string(f"partials/{template}.html", context)


@pytest.mark.parametrize("kind", BADGES)
def test_every_badge_says_its_kind_in_words(kind: str) -> None:
    html = part("badge", kind=kind, language="sv")
    assert f"label-{kind}" in html
    assert len(html.split(">")[1].split("<")[0]) > 3


def test_an_unknown_badge_says_nothing() -> None:
    assert part("badge", kind="nonsense").strip() == ""


def test_a_fallback_badge_names_the_language_it_stands_in_for() -> None:
    assert "In Swedish" in part("badge", kind="fallback", language="sv")
    assert "another language" in part("badge", kind="fallback")


def test_a_text_in_the_page_s_language_has_no_badge() -> None:
    html = part("shown", shown=Shown("Hello", "en", TextState.ORIGINAL, is_fallback=False))
    assert 'lang="en"' in html
    assert "label" not in html


@pytest.mark.parametrize(
    ("state", "fallback", "labels"),
    [
        (TextState.MACHINE, False, ["machine"]),
        (TextState.OUTDATED, False, ["outdated"]),
        (TextState.ORIGINAL, True, ["fallback"]),
        (TextState.MACHINE, True, ["fallback", "machine"]),
        (TextState.APPROVED, False, []),
    ],
)
def test_a_text_says_how_sure_it_is(state: TextState, fallback: bool, labels: list[str]) -> None:
    html = part("shown", shown=Shown("Hej", "sv", state, is_fallback=fallback))
    assert [name for name in BADGES if f"label-{name}" in html] == sorted(labels, key=BADGES.index)


def test_a_text_that_nobody_wrote_is_said_to_be_unknown() -> None:
    assert "not known here" in part("shown", shown=None)


def test_texts_of_people_are_escaped() -> None:
    text = Shown("<script>x</script>", "en", TextState.ORIGINAL, is_fallback=False)
    for html in (
        part("shown", shown=text),
        part("shown", shown=text, paragraphs=True),
        part("facts", facts=[("<script>x</script>", "<script>x</script>", "<script>x</script>")]),
        part("page_header", title="<script>x</script>", lead="<script>x</script>"),
        part("card", title="<script>x</script>", text="<script>x</script>"),
        part("empty", title="<script>x</script>", text="<script>x</script>"),
    ):
        assert "<script>" not in html
        assert "&lt;script&gt;" in html


def test_a_fact_without_a_value_is_unknown_and_zero_is_a_value() -> None:
    unknown, zero = part("facts", facts=[("A", None)]), part("facts", facts=[("A", 0)])
    assert "not known here" in unknown
    assert "not known here" not in zero
    assert "0" in zero


def test_a_fact_can_carry_a_note_and_a_link() -> None:
    html = part("facts", facts=[("A", "B", "a note", "/x/")])
    assert '<a href="/x/">B</a>' in html
    assert "<small>a note</small>" in html


def test_facts_do_not_take_the_heading_of_the_page() -> None:
    assert "Style guide" not in part("facts", facts=[("A", 1)], heading="Style guide")


def test_a_page_header_needs_only_a_title() -> None:
    html = part("page_header", title="Housing", regin_version="9")
    assert "<h1>Housing</h1>" in html
    assert html.count("<p") == 0


def test_a_page_header_shows_all_it_is_given() -> None:
    html = part(
        "page_header", title="T", kind_label="K", lead="L", state="S", version="V", inner=True
    )
    assert "<h3>T</h3>" in html
    assert all(f">{letter}<" in html for letter in "KLSV")


def test_an_empty_state_shows_its_button_only_with_an_address() -> None:
    assert "btn" not in part("empty", title="T", text="X")
    assert 'href="/do/">Do it<' in part("empty", title="T", action_url="/do/", action_label="Do it")


def test_a_source_needs_only_a_name() -> None:
    html = " ".join(part("source", name="Office").split())
    assert "Office." in html
    assert "<a" not in html
    assert "Licence" not in html


def test_a_source_shows_link_date_and_licence() -> None:
    html = part("source", name="Office", url="/o/", when="2024", licence="CC BY 4.0")
    for expected in ("Source:", '<a href="/o/">Office</a>', "2024", "Licence: CC BY 4.0."):
        assert expected in html


def test_the_words_a_licence_asks_for_stand_instead_of_ours() -> None:
    html = part("source", name="Office", url="/o/", attribution="© Office 2024")
    assert '<a href="/o/">© Office 2024</a>' in html
    assert "Source:" not in html


def test_next_steps_are_links_and_nothing_without_any() -> None:
    assert part("next", steps=[]).strip() == ""
    html = part("next", steps=[("Look", "/l/", "why"), ("Go", "/g/", "")])
    assert '<a href="/l/">Look</a><span>why</span>' in html
    assert '<a href="/g/">Go</a></li>' in html


def test_pages_are_left_out_when_there_is_only_one() -> None:
    assert part("pages", page=Paginator(range(5), 10).page(1)).strip() == ""


def test_pages_keep_the_rest_of_the_question() -> None:
    html = part("pages", page=Paginator(range(30), 10).page(2), query="q=a&")
    assert 'href="?q=a&amp;page=1"' in html
    assert 'href="?q=a&amp;page=3"' in html
    assert "Page 2 of 3" in html


def test_a_fresh_form_has_labels_helps_and_no_errors() -> None:
    html = part("form", form=SampleForm(), submit_label="Save", cancel_url="/back/")
    assert "note-error" not in html
    assert 'aria-describedby="id_name_helptext"' in html
    assert 'id="id_name_helptext"' in html
    assert html.count("<label") >= 5
    assert "(optional)" in html
    assert 'href="/back/"' in html


def test_a_refused_form_says_what_is_wrong_on_top_and_in_place() -> None:
    form = SampleForm(wrong_answers(), prefix="wrong")
    html = part("form", form=form, submit_label="Save")
    assert html.index("note-error") < html.index("field-wrong")
    for name in form.errors:
        field = form[name]
        assert f'href="#{field.id_for_label or field.auto_id}"' in html
        assert f'id="{field.auto_id}_error"' in html
    assert 'aria-invalid="true"' in html


def test_every_field_of_a_refused_form_can_be_reached_from_its_error() -> None:
    form = SampleForm(wrong_answers(), prefix="wrong")
    html = part("form", form=form, submit_label="Save")
    targets = {piece.split('"')[0] for piece in html.split('href="#')[1:]}
    assert targets
    assert all(f'id="{target}"' in html for target in targets)


def test_errors_of_a_whole_form_and_of_hidden_fields_are_on_top() -> None:
    class Odd(forms.Form):
        key = forms.IntegerField(widget=forms.HiddenInput)

        def clean(self) -> None:
            raise forms.ValidationError("The two do not fit together.")

    html = part("form", form=Odd({"key": "x"}), submit_label="Save")
    assert "The two do not fit together." in html
    assert "Enter a whole number." in html
    assert 'type="hidden"' in html


def test_a_form_with_a_file_says_so_to_the_browser() -> None:
    class WithFile(forms.Form):
        file = forms.FileField()

    assert 'enctype="multipart/form-data"' in part("form", form=WithFile(), submit_label="Send")


def test_a_form_that_only_reads_carries_no_token() -> None:
    html = render_to_string(
        "partials/form.html",
        {"form": forms.Form(), "submit_label": "Find", "method": "get", "csrf_token": "t" * 8},
    )
    assert "csrfmiddlewaretoken" not in html


@pytest.mark.parametrize("level", ["info", "success", "warning", "error"])
def test_messages_are_announced_and_errors_interrupt(level: str) -> None:
    class Message:
        level_tag = level

        def __str__(self) -> str:
            return "Saved."

    html = part("messages", messages=[Message()])
    assert f"note-{level}" in html
    assert f'role="{"alert" if level == "error" else "status"}"' in html


def test_the_last_crumb_is_the_page_and_no_link() -> None:
    html = part("crumbs", crumbs=[("Regions", "/r/"), ("Skåne", "/s/")])
    assert '<a href="/r/">Regions</a>' in html
    assert '<span aria-current="page">Skåne</span>' in html
    assert part("crumbs", crumbs=None).strip() == ""


def test_the_search_is_absent_until_regions_can_be_found() -> None:
    assert part("search", find_url=None).strip() == ""
    assert 'action="/find/"' in part("search", find_url="/find/")


def test_parts_speak_the_language_of_the_page() -> None:
    with translation.override("sv"):
        html = part("badge", kind="fallback", language="en")
    assert 'title="' in html
    assert "label-fallback" in html
