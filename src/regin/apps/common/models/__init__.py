"""What every app stands on: texts in languages, revisions, the audit log, the installation."""

from regin.apps.common.models.audit import AuditEntry
from regin.apps.common.models.installation import Installation
from regin.apps.common.models.revision import Revision
from regin.apps.common.models.text import Translated, TranslatedText

__all__ = ["AuditEntry", "Installation", "Revision", "Translated", "TranslatedText"]
