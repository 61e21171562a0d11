"""Loading the outlines of regions: read and checked first, then stored in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.db.models import Count

from regin.apps.accounts.actor import Actor
from regin.apps.accounts.permissions import require
from regin.apps.common.operations import record
from regin.apps.regions import permissions  # noqa: F401  # declares the rule that `require` asks
from regin.apps.regions.models import Boundary, BoundarySet, PlaceCode
from regin.engine.errors import N_, Message, fail, register
from regin.files.geojson import Boundaries, read_boundaries
from regin.files.geometry import geometry_json

GISCO = "© EuroGeographics for the administrative boundaries"
BATCH = 200
LONGEST = 300

register(
    {
        "boundaries_no_code": Message(
            N_("None of its codes (%(count)s), such as %(code)s, is a NUTS code known here."),
            N_("Check that it is a file of NUTS regions, and that the instance has its regions."),
        ),
        "boundaries_version": Message(
            N_("No region here has a code of version %(version)s."),
            N_("Choose one of these: %(known)s."),
        ),
        "boundaries_attribution": Message(
            N_("The file does not say whom to name on every map that shows it."),
            N_("Give the words that its licence asks for: --attribution '© …'."),
        ),
        "boundaries_words": Message(
            N_("The words to print on every map are empty, longer than a line or not plain text."),
            N_("Give one line of at most %(limit)s letters: --attribution '© …'."),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a loading did. `changed` is false when the same file with the same words was there.

    `detected` says that the version was chosen here; `known` is by version how many of the
    file's codes each knows. `unknown` codes were left out.
    """

    version: str
    detected: bool
    known: dict[str, int]
    attribution: str
    stored: int
    unknown: tuple[str, ...]
    changed: bool
    replaced: str


def load_boundaries(
    actor: Actor, path: Path, *, version: str | None = None, attribution: str | None = None
) -> Loaded:
    """Store the outlines in `path` for one NUTS version, in place of those it had.

    Without `version` it is the one that knows most of the file's codes, the newer of two that
    know as many. Without `attribution` it is EuroGeographics' for files in GISCO's shape.
    Raises FaultsError, and then nothing is stored.
    """
    require(actor, "places.load")
    boundaries = read_boundaries(path)
    digest = _sha256(path)
    words = _attribution(boundaries, attribution, path.name)
    known = _known(boundaries.by_code)
    chosen = version or _best(known, boundaries, path.name)
    codes = _codes(chosen, boundaries, known, path.name)
    with transaction.atomic():
        old = BoundarySet.objects.select_for_update().filter(version=chosen).first()
        changed = old is None or (old.sha256, old.attribution) != (digest, words)
        if changed:
            _store(
                old,
                BoundarySet(version=chosen, attribution=words, sha256=digest),
                codes,
                boundaries,
            )
            _tell(actor, chosen, digest, len(codes))
    return Loaded(
        version=chosen,
        detected=version is None,
        known=known,
        attribution=words,
        stored=len(codes),
        unknown=tuple(sorted(boundaries.by_code.keys() - codes.keys())),
        changed=changed,
        replaced=old.file_name if old is not None and changed else "",
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _attribution(boundaries: Boundaries, given: str | None, file: str) -> str:
    if given is None:
        if all(one.level is not None and one.country for one in boundaries):
            return GISCO
        raise fail("boundaries_attribution", file=file)
    words = given.strip()
    if not words or len(words) > LONGEST or not words.isprintable():
        raise fail("boundaries_words", file=file, limit=LONGEST)
    return words


def _known(codes: Iterable[str]) -> dict[str, int]:
    """How many of `codes` each version knows, newest first."""
    wanted = set(codes)
    by_version: dict[str, int] = {}
    rows = PlaceCode.objects.filter(scheme=PlaceCode.NUTS).values_list("version", "code")
    for version, code in rows.order_by("-version", "code"):
        by_version[version] = by_version.get(version, 0) + (code in wanted)
    return by_version


def _best(known: dict[str, int], boundaries: Boundaries, file: str) -> str:
    """The version with most known codes; the first of equals, which is the newest."""
    best = max(known, key=lambda version: known[version], default="")
    if not best or not known[best]:
        raise _nothing_known(boundaries, file)
    return best


def _nothing_known(boundaries: Boundaries, file: str) -> Exception:
    return fail(
        "boundaries_no_code", file=file, count=len(boundaries), code=next(iter(boundaries)).code
    )


def _codes(
    version: str, boundaries: Boundaries, known: dict[str, int], file: str
) -> dict[str, int]:
    """Keys of the version's codes that the file has an outline for, by code."""
    if version not in known:
        listed = ", ".join(known) or "–"
        raise fail("boundaries_version", file=file, version=version, known=listed)
    rows = PlaceCode.objects.filter(scheme=PlaceCode.NUTS, version=version)
    codes = {
        code: key for key, code in rows.values_list("pk", "code") if code in boundaries.by_code
    }
    if not codes:
        raise _nothing_known(boundaries, file)
    return codes


def _store(
    old: BoundarySet | None, fresh: BoundarySet, codes: dict[str, int], boundaries: Boundaries
) -> None:
    fresh.file_name = boundaries.file[:200]
    if old is not None:
        old.delete()
    fresh.save()
    rows = (
        Boundary(
            boundary_set=fresh,
            place_code_id=key,
            geometry=geometry_json(boundaries.by_code[code].geometry),
            latitude=boundaries.by_code[code].inner[1],
            longitude=boundaries.by_code[code].inner[0],
        )
        for code, key in codes.items()
    )
    Boundary.objects.bulk_create(rows, batch_size=BATCH)


def _tell(actor: Actor, version: str, digest: str, stored: int) -> None:
    record(actor.reference, "boundaries.load", f"NUTS {version}", sha256=digest, stored=stored)


def loaded_sets() -> list[tuple[BoundarySet, int]]:
    """The sets that are loaded, newest version first, with the number of their outlines."""
    sets = BoundarySet.objects.annotate(count=Count("boundaries")).order_by("-version")
    return [(one, one.count) for one in sets]
