"""Nothing here belongs to a person; what sounds like it names territories, bodies and files."""

from regin.apps.common.personal import declare_free

declare_free("regions.Place", "native_name", "latin_name", because="names a territory")
declare_free("regions.PlaceName", "name", because="names a territory")
declare_free("regions.PlaceCode", "name", because="names a territory")
declare_free("regions.Profile", "authority_name", "unit_name", because="names a body")
declare_free("regions.BoundarySet", "file_name", because="names a file of a statistical office")
