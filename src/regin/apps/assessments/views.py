"""The index: frameworks, their questions, their runs, and what can be taken away."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_safe

from regin.apps.accounts.middleware import ActorRequest
from regin.apps.assessments import exports
from regin.apps.assessments.framework_page import axes_of, questionnaire
from regin.apps.assessments.models import Framework, Run
from regin.apps.assessments.reading import LICENCE, names_of, recipe_of, switches
from regin.apps.assessments.run_page import score_groups
from regin.apps.assessments.stored_inputs import InputDamagedError
from regin.apps.common import history
from regin.apps.common.addresses import at_address, to_canonical
from regin.apps.common.operations import revisions_of
from regin.apps.regions.models import Place

FRAMEWORKS_A_PAGE = 25
UNITS_A_PAGE = 10
RUNS_SHOWN = 10
# The partial that says on every page of a framework what must not be overlooked.
NOTE = "assessments/_illustrative.html"
ILLUSTRATIVE_NOTE = gettext_lazy(
    "Illustrative: the regions do not exist, and the answers are made up to show the method."
    " Nothing here is about a real region."
)

Crumbs = list[tuple[str, str | None]]


def _crumbs(*steps: tuple[str, str | None]) -> Crumbs:
    return [(pgettext("the composite", "Index"), reverse("frameworks:list")), *steps]


def _framework(request: ActorRequest, slug: str) -> Framework:
    rows = Framework.objects.visible_to(request.actor).select_related("organisation")
    found: Framework = at_address(rows.prefetch_related("texts"), slug)
    return found


def _run(request: ActorRequest, slug: str) -> Run:
    rows = Run.objects.visible_to(request.actor).prefetch_related("framework__texts")
    return at_address(rows, slug)


def _title(framework: Framework) -> str:
    return framework.title.text if framework.title else str(framework)


@require_safe
def framework_list(request: ActorRequest) -> HttpResponse:
    """What the index is, how a score comes about, and the frameworks."""
    rows = Framework.objects.visible_to(request.actor).select_related("organisation")
    rows = rows.prefetch_related("texts").order_by("-is_illustrative", "code", "-version", "pk")
    page = Paginator(rows, FRAMEWORKS_A_PAGE).get_page(request.GET.get("page"))
    crumbs: Crumbs = [(pgettext("the composite", "Index"), None)]
    return render(request, "assessments/frameworks.html", {"page": page, "crumbs": crumbs})


@require_safe
def framework_detail(request: ActorRequest, slug: str) -> HttpResponse:
    """Axes, parts and questions, and the runs."""
    framework = _framework(request, slug)
    elsewhere = to_canonical(request, framework)
    if elsewhere:
        return elsewhere
    names = names_of(framework)
    runs = list(_newest_runs(framework))
    context: dict[str, Any] = {
        "framework": framework,
        "title": framework.title or str(framework),
        "summary": framework.summary,
        "facts": _framework_facts(framework),
        "names": names,
        "axes": axes_of(names),
        "runs": runs,
        "crumbs": _crumbs((_title(framework), None)),
    }
    try:
        context["questionnaire"] = questionnaire(framework, runs[0], names) if runs else None
    except InputDamagedError:
        context["is_damaged"] = True
    return render(request, "assessments/framework.html", context)


def _newest_runs(framework: Framework) -> list[Run]:
    runs = framework.runs.annotate(units=Count("scores__place", distinct=True))
    found = list(runs[:RUNS_SHOWN])
    for run in found:
        # The same object, so that the address of a run costs no query of its own.
        run.framework = framework
    return found


def _framework_facts(framework: Framework) -> list[tuple[Any, ...]]:
    owner = framework.organisation
    last = revisions_of(framework).order_by("-number").first()
    address = reverse("frameworks:history", kwargs={"slug": framework.slug})
    return [
        (_("Code"), framework.code),
        (_("Version"), framework.version),
        (_("Kept by"), owner.name, "", owner.get_absolute_url()),
        (_("Licence"), LICENCE),
        (_("Revision"), last.number if last else _("none yet"), "", address),
    ]


@require_safe
def framework_history(request: ActorRequest, slug: str) -> HttpResponse:
    """The revisions of a framework and their differences."""
    framework = _framework(request, slug)
    crumbs = _crumbs((_title(framework), framework.get_absolute_url()), (_("History"), None))
    return to_canonical(request, framework) or history.show_history(
        request, framework, crumbs=crumbs, framework=framework, note_template=NOTE
    )


@require_safe
def framework_revision(request: ActorRequest, slug: str, number: int) -> HttpResponse:
    """One revision of a framework."""
    framework = _framework(request, slug)
    crumbs = _crumbs((_title(framework), framework.get_absolute_url()), (str(number), None))
    return to_canonical(request, framework) or history.show_revision(
        request, framework, number, crumbs=crumbs, framework=framework, note_template=NOTE
    )


@require_safe
def framework_revision_json(request: ActorRequest, slug: str, number: int) -> HttpResponse:
    """One revision of a framework as JSON."""
    framework = _framework(request, slug)
    status = str(ILLUSTRATIVE_NOTE) if framework.is_illustrative else ""
    return history.download_revision(request, framework, number, status=status)


@require_safe
def run_detail(request: ActorRequest, slug: str) -> HttpResponse:
    """Scores, recipe, engine, hashes, and how to compute it again."""
    run = _run(request, slug)
    elsewhere = to_canonical(request, run)
    if elsewhere:
        return elsewhere
    framework = run.framework
    names = names_of(framework)
    places = Place.objects.filter(pk__in=run.scores.values("place")).prefetch_related("names")
    page = Paginator(places.order_by("key"), UNITS_A_PAGE).get_page(request.GET.get("page"))
    crumbs = _crumbs((_title(framework), framework.get_absolute_url()), (_("Run"), None))
    context = {
        "run": run,
        "framework": framework,
        "title": _title(framework),
        "facts": _run_facts(run),
        "page": page,
        "groups": score_groups(run, list(page), names),
        "names": names,
        "switches": switches(recipe_of(run), names.axes),
        "warnings": run.warnings,
        "stem": exports.file_stem(run),
        "licence": LICENCE,
        "crumbs": crumbs,
    }
    return render(request, "assessments/run.html", context)


def _run_facts(run: Run) -> list[tuple[Any, ...]]:
    framework = run.framework
    return [
        (_("Framework"), _title(framework), "", framework.get_absolute_url()),
        (_("Version"), framework.version),
        (_("Recorded on"), date_format(run.created_at, "DATE_FORMAT")),
        (_("Engine"), run.engine_version),
        (_("Licence"), LICENCE),
    ]


@require_safe
def run_input(request: ActorRequest, slug: str) -> HttpResponse:
    """The input folder as a zip: what `regin score` takes."""
    run = _run(request, slug)
    try:
        content = exports.input_zip(run)
    except InputDamagedError:
        return _damaged(request, run)
    return _download(content, "application/zip", f"{exports.file_stem(run)}.zip")


def _damaged(request: ActorRequest, run: Run) -> HttpResponse:
    """Better no file than another one than was recorded."""
    crumbs = _crumbs((_("Run"), run.get_absolute_url()), (_("Input"), None))
    context = {"run": run, "crumbs": crumbs}
    return render(request, "assessments/input_damaged.html", context, status=503)


@require_safe
def run_scores(request: ActorRequest, slug: str) -> HttpResponse:
    """Every score as CSV."""
    run = _run(request, slug)
    content = exports.score_csv(run).encode()
    return _download(content, "text/csv; charset=utf-8", f"{exports.file_stem(run)}-scores.csv")


def _download(content: bytes, content_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=content_type, headers=headers)
