"""What other pages show of scores, ready to draw: template `assessments/_region_panel.html`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from regin.apps.accounts.actor import Actor
from regin.apps.assessments.models import Framework, PublishedScore, Run, Score
from regin.apps.assessments.reading import (
    LICENCE,
    Names,
    names_of,
    recipe_of,
    switches,
    why_missing,
)
from regin.apps.common.charts import (
    Bar,
    BarChart,
    BarGroup,
    PointChart,
    Reference,
    Source,
    bar_chart,
    point_chart,
)
from regin.apps.common.models.text import Shown
from regin.apps.regions.models import Place


@dataclass(frozen=True, slots=True)
class PublishedPanel:
    """Reference points of a real region, as their sources report them.

    `in_conflict`: sources differ on one edition. `several_editions`: do not compare across.
    """

    chart: PointChart
    points: tuple[PublishedScore, ...]
    in_conflict: bool
    several_editions: bool


@dataclass(frozen=True, slots=True)
class AssessmentPanel:
    """The scores of one run for one region. There is no rank: it would need its interval."""

    run: Run
    title: Shown | None
    chart: BarChart
    switches: tuple[str, ...]
    names_are_machine: bool

    @property
    def framework(self) -> Framework:
        return self.run.framework


@dataclass(frozen=True, slots=True)
class ScorePanel:
    """Reference points and scores of one region. The two never share a chart."""

    is_fictional: bool
    published: PublishedPanel | None
    assessments: tuple[AssessmentPanel, ...]

    @property
    def is_empty(self) -> bool:
        return self.published is None and not self.assessments


def region_panel(place: Place, actor: Actor) -> ScorePanel:
    """What is known of `place`'s scores to `actor`; an empty panel says what would be needed."""
    published = None if place.is_fictional else _published(place)
    assessments = tuple(_assessment(run, place) for run in _runs(place, actor))
    return ScorePanel(place.is_fictional, published, assessments)


def _published(place: Place) -> PublishedPanel | None:
    points = tuple(place.published_scores.all())
    if not points:
        return None
    values: dict[str, set[float]] = {}
    for point in points:
        values.setdefault(point.edition, set()).add(point.value)
    title = _("Published overall score of %(region)s, as reported by others")
    chart = point_chart(
        title % {"region": place.name},
        _("points of 100"),
        [_reference(point) for point in points],
        key="published-scores",
    )
    in_conflict = any(len(found) > 1 for found in values.values())
    return PublishedPanel(chart, points, in_conflict, len(values) > 1)


def _reference(point: PublishedScore) -> Reference:
    """A dot. The note stands below the chart, where its language can be marked."""
    source = Source(point.source_name, point.source_url)
    return Reference(point.edition, point.value, point.as_published, source)


def _runs(place: Place, actor: Actor) -> list[Run]:
    """The newest run of each framework that `actor` may see and that scores `place`."""
    with_place = Score.objects.filter(place=place).values("run")
    runs = Run.objects.visible_to(actor).filter(pk__in=with_place)
    if not place.is_fictional:
        # Nothing made up is ever shown of a real region, whatever was stored.
        runs = runs.filter(framework__is_illustrative=False)
    newest: dict[int, Run] = {}
    for run in runs.prefetch_related("framework__texts"):
        newest.setdefault(run.framework_id, run)
    return list(newest.values())


def _assessment(run: Run, place: Place) -> AssessmentPanel:
    names = names_of(run.framework)
    scores = list(run.scores.filter(place=place).order_by("pk"))
    return AssessmentPanel(
        run=run,
        title=run.framework.title,
        chart=part_chart(run, place, scores, names),
        switches=tuple(switches(recipe_of(run), names.axes)),
        names_are_machine=names.is_machine,
    )


def part_chart(run: Run, place: Place, scores: Sequence[Score], names: Names) -> BarChart:
    """Overall and part scores of one region as bars; an illustrative one says so in its title."""
    by_code = {score.code: score for score in scores}
    overall = overall_of(scores)
    groups = [BarGroup("", [_bar(_("Overall"), overall)])] if overall else []
    for axis, name in names.axes.items():
        codes = [code for code in names.parts if code.startswith(f"{axis}:")]
        bars = [_bar(names.parts[code].text, by_code[code]) for code in codes if code in by_code]
        if bars:
            groups.append(BarGroup(name.text, bars))
    if run.framework.is_illustrative:
        title = _("Illustrative scores of %(region)s, made up to show the method")
    else:
        title = _("Scores of %(region)s")
    region = {"region": place.name}
    return bar_chart(
        title % region, _("points of 100"), groups, _source(run), key=f"scores-{run.public_id}"
    )


def overall_of(scores: Sequence[Score]) -> Score | None:
    """The score of the root: the node on the highest level; parts of axes have no level."""
    nodes = [score for score in scores if score.level is not None]
    return max(nodes, key=lambda score: score.level or 0, default=None)


def _bar(name: str, score: Score) -> Bar:
    return Bar(
        name,
        score.value,
        score.q05,
        score.q95,
        why_missing(score.n_observed, score.n_expected),
        n_observed=score.n_observed,
        n_expected=score.n_expected,
    )


def _source(run: Run) -> Source:
    if run.framework.is_illustrative:
        name = _("Illustrative answers, written by the authors of this software")
    else:
        name = _("Answers recorded on this platform")
    when = date_format(run.created_at, "DATE_FORMAT")
    return Source(name, run.get_absolute_url(), LICENCE, when=when)
