"""Places, their codes and changes, their outlines, and who governs integration there."""

from regin.apps.regions.models.boundary import Boundary, BoundarySet
from regin.apps.regions.models.place import (
    Place,
    PlaceChange,
    PlaceCode,
    PlaceName,
    SearchName,
)
from regin.apps.regions.models.profile import Authority, Profile, ProfileText

__all__ = [
    "Authority",
    "Boundary",
    "BoundarySet",
    "Place",
    "PlaceChange",
    "PlaceCode",
    "PlaceName",
    "Profile",
    "ProfileText",
    "SearchName",
]
