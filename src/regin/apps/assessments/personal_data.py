"""Nothing here belongs to a person; what sounds like it names a publication."""

from regin.apps.common.personal import declare_free

declare_free("assessments.PublishedScore", "source_name", because="names a publication")
