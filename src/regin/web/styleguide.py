"""Every part of the look in every state, on one page, with invented content."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib.messages import constants
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from regin.apps.common.charts import samples
from regin.apps.common.models.text import Shown, TextState

BADGES = (
    "sample",
    "illustrative",
    "machine",
    "fallback",
    "outdated",
    "fictional",
    "draft",
    "demo",
)
GAPS = ((1, "−3"), (2, "−2"), (3, "−1"), (4, "0"), (5, "1"), (6, "2"), (7, "3"))
PERIODS = ("2014", "2015", "2016", "2017", "2018", "2019")
SCALE = ((1, "0"), (2, "20"), (3, "40"), (4, "60"), (5, "80"), (6, "100"))


class SampleForm(forms.Form):
    """One field of each sort."""

    name = forms.CharField(
        label=gettext_lazy("Name of the region"),
        help_text=gettext_lazy("As the region itself writes it."),
        max_length=20,
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Level"),
        choices=[("2", gettext_lazy("level 2")), ("3", gettext_lazy("level 3"))],
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of body"),
        choices=[("a", gettext_lazy("authority")), ("b", gettext_lazy("association"))],
        widget=forms.RadioSelect,
    )
    year = forms.IntegerField(label=gettext_lazy("Year"), required=False, min_value=1990)
    about = forms.CharField(
        label=gettext_lazy("What it does"), required=False, widget=forms.Textarea
    )
    agreed = forms.BooleanField(
        label=gettext_lazy("I have read the rules"),
        help_text=gettext_lazy("You can take this back on your page."),
    )


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """The page for those who build and check pages."""
    context = {
        "badges": BADGES,
        "scale": SCALE,
        "gaps": GAPS,
        "periods": periods(request.GET.get("period", "")),
        "titles": titles(),
        "shown": shown_texts(),
        "facts": facts(),
        "steps": steps(),
        "notes": notes(),
        "empty_form": SampleForm(prefix="empty"),
        "wrong_form": SampleForm(wrong_answers(), prefix="wrong"),
        "middle_page": Paginator(range(30), 10).page(2),
        "charts": charts(),
        "source_date": date(2024, 11, 4),
        "crumbs": [(_("For builders"), None), (_("Style guide"), None)],
    }
    return render(request, "styleguide.html", context)


def periods(chosen: str) -> list[dict[str, Any]]:
    """Years for the slider; the last one unless `chosen` is another."""
    shown = chosen if chosen in PERIODS else PERIODS[-1]
    return [{"value": year, "label": year, "is_chosen": year == shown} for year in PERIODS]


def titles() -> list[dict[str, str]]:
    """Headers with a short, a usual and a long text."""
    usual = _("Labour market: unemployment of people born outside the European Union")
    lead = _("One sentence says what the page is for.")
    return [
        {"title": _("Housing"), "kind": "", "lead": "", "state": ""},
        {"title": usual, "kind": _("Outcome"), "lead": lead, "state": _("published")},
        {
            "title": f"{usual}: {usual}",
            "kind": _("Outcome"),
            "lead": " ".join([lead] * 6),
            "state": _("published"),
        },
    ]


def shown_texts() -> list[Shown | None]:
    """A text in each state, and one that nobody has written."""
    text, swedish = _("A text as its author wrote it."), "En text på svenska."
    return [
        Shown(text, "en", TextState.ORIGINAL, is_fallback=False),
        Shown(text, "en", TextState.MACHINE, is_fallback=False),
        Shown(text, "en", TextState.OUTDATED, is_fallback=False),
        Shown(swedish, "sv", TextState.ORIGINAL, is_fallback=True),
        Shown("نص باللغة العربية.", "ar", TextState.MACHINE, is_fallback=True),
        None,
    ]


def facts() -> list[tuple[Any, ...]]:
    """Facts with a note, with a link, and without a value."""
    return [
        (_("Code"), "XA11", _("NUTS 2024")),
        (_("Part of"), _("Example country"), "", reverse("home")),
        (_("Who governs integration"), None),
    ]


def steps() -> list[tuple[str, str, str]]:
    """Links along the loop."""
    home = reverse("home")
    return [
        (_("See the figures"), home, _("with source and year")),
        (_("Compare regions"), home, ""),
    ]


def notes() -> list[tuple[str, str]]:
    """Messages by level."""
    levels = constants.DEFAULT_TAGS
    return [
        (levels[constants.INFO], _("The file is being read. You may leave this page.")),
        (levels[constants.SUCCESS], _("Saved.")),
        (levels[constants.WARNING], _("The newest figure is older than three years.")),
        (levels[constants.ERROR], _("The file holds no figures. Choose another one.")),
    ]


def wrong_answers() -> dict[str, str]:
    """Answers that the form refuses."""
    return {"wrong-name": "x" * 21, "wrong-level": "9", "wrong-year": "1066"}


def charts() -> list[Any]:
    """The charts of `common`, with invented figures."""
    made = [
        samples.sample_line(),
        samples.sample_bars(),
        samples.sample_points(),
        samples.sample_ranking(),
        samples.sample_gaps(),
        samples.sample_multiples(),
        samples.sample_distribution(),
    ]
    return [chart for chart in made if chart is not None]
