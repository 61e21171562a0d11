"""One figure read back to its file, and what each file changed."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from regin.apps.accounts.middleware import ActorRequest
from regin.apps.accounts.permissions import may
from regin.apps.common.addresses import at_address, permanent, to_canonical
from regin.apps.outcomes.labels import format_words
from regin.apps.outcomes.models import Series
from regin.apps.outcomes.readback import read_back
from regin.apps.outcomes.viewing import ABOUT
from regin.apps.outcomes.views.series import or_withdrawn, title_of, visible
from regin.apps.outcomes.vintages import changes_of, new_figures, shown_changes, vintages_of

ROWS = 100


@require_safe
@or_withdrawn
def figure(request: ActorRequest, slug: str) -> HttpResponse:
    """Where one figure is from: file, row, import; and what it was before."""
    series = at_address(visible(request), slug)
    elsewhere = to_canonical(request, series)
    if elsewhere:
        return elsewhere
    reading = read_back(series, request.GET)
    named = {"name": reading.place_code.place.name, "period": reading.period}
    figure_words = _("%(name)s, %(period)s") % named
    context = {
        "series": series,
        "reading": reading,
        "title": figure_words,
        "series_title": title_of(series),
        "unit": series.text("unit") or series.unit_code,
        "format_label": format_words(reading.latest.brought.format),
        "may_see_people": may(request.actor, "organisations.see_people", series.organisation),
        "may_import": may(request.actor, "outcomes.import", series),
        "others": [(one, reading.address_of(one)) for one in reading.elsewhere],
        "address": permanent(reading.address_of(reading.place_code)),
        "crumbs": _crumbs(series, figure_words),
    }
    return render(request, "outcomes/figure.html", context)


@require_safe
@or_withdrawn
def changes(request: ActorRequest, slug: str, number: int) -> HttpResponse:
    """What an accepted import changed and removed, before and after, in pages."""
    series = at_address(visible(request), slug)
    elsewhere = to_canonical(request, series)
    if elsewhere:
        return elsewhere
    vintage = get_object_or_404(vintages_of(series), number=number)
    page = Paginator(changes_of(vintage), ROWS).get_page(request.GET.get("page"))
    context = {
        "series": series,
        "vintage": vintage,
        "page": page,
        "rows": shown_changes(page, series),
        "new": new_figures(vintage),
        "may_import": may(request.actor, "outcomes.import", series),
        "crumbs": _crumbs(series, _("Import %(number)s") % {"number": number}),
    }
    return render(request, "outcomes/changes.html", context)


def _crumbs(series: Series, last: str) -> list[tuple[str, str | None]]:
    about = f"{series.get_absolute_url()}?view={ABOUT}"
    return [
        (_("Outcomes"), reverse("outcomes:list")),
        (title_of(series), series.get_absolute_url()),
        (_("Files it came from"), about),
        (last, None),
    ]
