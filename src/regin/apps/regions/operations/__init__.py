"""What people and commands do with places and profiles."""

from regin.apps.regions.operations.fictional import load_fictional_places
from regin.apps.regions.operations.places import load_starter_places, starter_rows
from regin.apps.regions.operations.profiles import (
    approve_profile_text,
    create_profile,
    edit_profile,
    publish_profile,
    translate_profile,
    withdraw_profile,
)
from regin.apps.regions.operations.search_names import rebuild_search_names
from regin.apps.regions.operations.starter_profiles import load_starter_profiles

__all__ = [
    "approve_profile_text",
    "create_profile",
    "edit_profile",
    "load_fictional_places",
    "load_starter_places",
    "load_starter_profiles",
    "publish_profile",
    "rebuild_search_names",
    "starter_rows",
    "translate_profile",
    "withdraw_profile",
]
