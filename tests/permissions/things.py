"""What the matrix asks about: one of everything that belongs to somebody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from regin.apps.accounts.actor import command_actor
from regin.apps.accounts.models import (
    Invitation,
    JoinRequest,
    Membership,
    Organisation,
    State,
    Visibility,
)
from regin.apps.accounts.models.organisation import token_hash
from regin.apps.assessments.models import Framework, Run
from regin.apps.assessments.operations import record_run
from regin.apps.common.operations import keep_revision
from regin.apps.outcomes.models import (
    Breakdown,
    Import,
    Observation,
    Series,
    Source,
    Upload,
)
from regin.apps.regions.models import Place, PlaceCode, Profile
from regin.apps.regions.operations import load_fictional_places
from tests.permissions.world import OTHER, SAME, World, person

ILLUSTRATIVE = Path(__file__).parents[2] / "src/regin/apps/assessments/data/illustrative"


def place(_: Organisation, __: World) -> Place:
    found, made = Place.objects.get_or_create(
        key="matrix", defaults={"category": "nuts", "native_name": "Matrixland"}
    )
    if made:
        PlaceCode.objects.create(
            place=found, scheme="NUTS", version="2024", code="MX1", level=2, name="Matrixland"
        )
    return found


def profile(organisation: Organisation, world: World) -> Profile:
    made: Profile = Profile.objects.create(
        organisation=organisation,
        place=place(organisation, world),
        authority_name=f"Body of {organisation}",
        source="A law",
        state=State.DRAFT,
        visibility=Visibility.ORGANISATION,
    )
    keep_revision(made, None, "for the matrix")
    return made


def published_profile(organisation: Organisation, world: World) -> Profile:
    made = profile(organisation, world)
    made.state, made.visibility = State.PUBLISHED, Visibility.PUBLIC
    made.save()
    keep_revision(made, None, "published")
    return made


def series(organisation: Organisation, _: World) -> Series:
    source, _made = Source.objects.get_or_create(code="office", defaults={"name": "Office"})
    made: Series = Series.objects.create(
        organisation=organisation,
        code="figures",
        source=source,
        dataset="figures",
        state=State.DRAFT,
        visibility=Visibility.ORGANISATION,
    )
    keep_revision(made, None, "for the matrix")
    return made


def described_series(organisation: Organisation, _: World) -> Series:
    """A draft that can be published: it has its texts and a file."""
    source, _made = Source.objects.get_or_create(code="office", defaults={"name": "Office"})
    made: Series = Series.objects.create(
        organisation=organisation,
        code="described",
        source=source,
        dataset="figures",
        state=State.DRAFT,
        visibility=Visibility.ORGANISATION,
    )
    for field in ("title", "unit", "definition"):
        made.set_text(field, "en", f"The {field}")
    Import.objects.create(
        series=made,
        number=1,
        file_name="figures.tsv",
        sha256="3" * 64,
        version="2024",
        state=Import.State.ACCEPTED,
        decided_at=timezone.now(),
        compared_with=0,
        summary={"new": 1, "changed": 0, "gone": 0, "same": 0, "written": 1, "removed": 0},
    )
    return made


def published_series(organisation: Organisation, world: World) -> Series:
    made = described_series(organisation, world)
    made.code, made.state, made.visibility = "published", State.PUBLISHED, Visibility.PUBLIC
    made.save()
    keep_revision(made, None, "published")
    return made


def staged(organisation: Organisation, world: World) -> Import:
    of = world.thing("series", relation_to(organisation, world))
    return Import.objects.create(
        series=of,
        number=1,
        file_name="figures.tsv",
        sha256="0" * 64,
        version="2024",
        compared_with=0,
        summary={"new": 0, "changed": 0, "gone": 0, "same": 0},
    )


def accepted(organisation: Organisation, world: World) -> Import:
    of = world.thing("series", relation_to(organisation, world))
    return Import.objects.create(
        series=of,
        number=2,
        file_name="accepted.tsv",
        sha256="1" * 64,
        version="2024",
        state=Import.State.ACCEPTED,
        decided_at=timezone.now(),
        compared_with=0,
        summary={"new": 1, "changed": 0, "gone": 0, "same": 0, "written": 1, "removed": 0},
    )


def figure(organisation: Organisation, world: World) -> Observation:
    """A figure of a draft series, which has a period to show and a region to draw."""
    relation = relation_to(organisation, world)
    of, brought_in = world.thing("series", relation), world.thing("accepted import", relation)
    return figure_of(of, brought_in, place(organisation, world))


def shown_figure(organisation: Organisation, world: World) -> Observation:
    """A figure of a series that everybody may see; of the other organisation's, nobody else."""
    if organisation != world.ours:
        return figure(organisation, world)
    of = world.thing("published series", relation_to(organisation, world))
    return figure_of(of, of.imports.get(), place(organisation, world))


def figure_of(of: Series, brought_in: Import, where: Place) -> Observation:
    Series._base_manager.filter(pk=of.pk).update(coverage={"periods": ["2013"]})
    found, _made = Observation.objects.get_or_create(
        series=of,
        breakdown=Breakdown.objects.get_or_create(series=of, sex="T")[0],
        place=where,
        place_code=PlaceCode.objects.get(code="MX1"),
        period="2013",
        defaults={"imported_in": brought_in, "value": 4.9, "row": 2},
    )
    return found


def upload(organisation: Organisation, world: World) -> Upload:
    """A file that the editor brought, or an administrator of the other organisation."""
    by = world.people["editor"] if organisation == world.ours else world.foreigner
    content = ContentFile(b"geo\\time\t2013\nAT\t1\n")
    return Upload.objects.create(
        organisation=organisation,
        by=by,
        file_name="new.tsv",
        sha256="2" * 64,
        stored=default_storage.save("uploads/matrix", content),
    )


def relation_to(organisation: Organisation, world: World) -> str:
    return SAME if organisation == world.ours else OTHER


def framework(organisation: Organisation, _: World) -> Framework:
    made: Framework = Framework.objects.create(
        organisation=organisation,
        code="matrix",
        version="1",
        is_illustrative=True,
        state=State.DRAFT,
        visibility=Visibility.ORGANISATION,
    )
    keep_revision(made, None, "for the matrix")
    return made


def run(organisation: Organisation, world: World) -> Run:
    actor = command_actor("matrix")
    load_fictional_places(actor)
    of = world.thing("framework", relation_to(organisation, world))
    return record_run(actor, of, ILLUSTRATIVE)


def invitation(organisation: Organisation, _: World) -> Invitation:
    return Invitation.objects.create(
        organisation=organisation,
        email=f"somebody-{organisation.pk}@world.example",
        token_sha256=token_hash(f"token-{organisation.pk}"),
    )


def join_request(organisation: Organisation, _: World) -> JoinRequest:
    asking = person(f"asking-{organisation.pk}")
    return JoinRequest.objects.create(organisation=organisation, user=asking, message="Please")


def colleague(organisation: Organisation, _: World) -> Any:
    somebody = person(f"colleague-{organisation.pk}")
    Membership.objects.create(organisation=organisation, user=somebody)
    return somebody


MAKERS: dict[str, Callable[[Organisation, World], Any]] = {
    "place": place,
    "profile": profile,
    "published profile": published_profile,
    "series": series,
    "described series": described_series,
    "published series": published_series,
    "import": staged,
    "accepted import": accepted,
    "figure": figure,
    "shown figure": shown_figure,
    "upload": upload,
    "framework": framework,
    "run": run,
    "invitation": invitation,
    "join request": join_request,
    "colleague": colleague,
}
