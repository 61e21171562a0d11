"""Downloads of exactly what the page of a series shows."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from regin.apps.accounts.middleware import ActorRequest
from regin.apps.common.addresses import at_address, to_canonical
from regin.apps.common.charts.png import png_of
from regin.apps.outcomes.downloads import csv_lines, workbook_bytes
from regin.apps.outcomes.drawing import picture_svg
from regin.apps.outcomes.embedding import can_embed
from regin.apps.outcomes.figures_json import figures_json
from regin.apps.outcomes.viewing import ABOUT, CHANGE, DRAWN, TABLE, Selection
from regin.apps.outcomes.views.series import or_withdrawn, visible

SECONDS = 15 * 60
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@or_withdrawn
def table(request: ActorRequest, slug: str) -> HttpResponseBase:
    """All rows of what is seen, as CSV."""

    def csv(selection: Selection) -> HttpResponseBase:
        # A mark at the beginning makes spreadsheets read UTF-8.
        lines = "\ufeff" + "".join(csv_lines(selection))
        return StreamingHttpResponse([lines.encode()], content_type="text/csv; charset=utf-8")

    return _download(request, slug, "csv", csv)


@require_safe
@or_withdrawn
def workbook(request: ActorRequest, slug: str) -> HttpResponseBase:
    """The same as XLSX, with a sheet about where it is from."""
    return _download(
        request, slug, "xlsx", lambda selection: HttpResponse(workbook_bytes(selection), XLSX)
    )


@require_safe
@or_withdrawn
def json(request: ActorRequest, slug: str) -> HttpResponseBase:
    """The same as JSON, each figure with the file and row it came in."""
    return _download(
        request,
        slug,
        "json",
        lambda selection: JsonResponse(
            figures_json(selection), json_dumps_params={"ensure_ascii": False, "indent": 1}
        ),
    )


@require_safe
@or_withdrawn
def svg(request: ActorRequest, slug: str) -> HttpResponseBase:
    """The picture that is seen as SVG. Raises Http404 for a view without one."""
    return _download(
        request,
        slug,
        "svg",
        lambda selection: HttpResponse(_picture(selection), "image/svg+xml; charset=utf-8"),
    )


@require_safe
@or_withdrawn
def png(request: ActorRequest, slug: str) -> HttpResponseBase:
    """The picture that is seen as PNG. Raises Http404 for a view without one."""
    return _download(
        request,
        slug,
        "png",
        lambda selection: HttpResponse(png_of(_picture(selection)), "image/png"),
    )


def _picture(selection: Selection) -> str:
    picture = picture_svg(selection) if selection.view in DRAWN else None
    if picture is None:
        raise Http404
    return picture


def _download(
    request: ActorRequest,
    slug: str,
    ending: str,
    make: Callable[[Selection], HttpResponseBase],
) -> HttpResponseBase:
    series = at_address(visible(request), slug)
    elsewhere = to_canonical(request, series)
    if elsewhere:
        return elsewhere
    asked = request.GET.dict()
    if asked.get("view") == ABOUT:
        asked["view"] = TABLE
    selection = Selection(series, asked)
    response = make(selection)
    if can_embed(series):
        # A picture takes seconds to draw: what everybody may see may be kept on the way.
        patch_cache_control(response, public=True, max_age=SECONDS)
    response["Content-Disposition"] = f'attachment; filename="{file_name(selection, ending)}"'
    return response


def file_name(selection: Selection, ending: str) -> str:
    """A name made of the series' code and the choice; letters, digits and hyphens only."""
    period = "" if selection.view == CHANGE else selection.period
    show = selection.show if selection.pair else ""
    parts = (selection.series.code, selection.view, show, selection.country, period)
    words = "-".join(part for part in parts if part)
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in words) + f".{ending}"
