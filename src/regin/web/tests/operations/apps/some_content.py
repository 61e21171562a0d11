"""Fills an instance for the tests: every kind of field, odd texts, files. Run inside Django."""

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from regin.apps.accounts.models import Invitation, Mail, Membership, Organisation
from regin.apps.common.models import Revision
from regin.apps.common.operations import record, subject_name
from regin.apps.identity.models import User
from regin.apps.regions.models import Place

ODD = 'Ærø "quoted" \\ back\nline \u200fمرحبا 𝄞 %s {x}'
body = Organisation.objects.create(name=ODD, category=Organisation.Kind.REGION)
for number in range(5):
    person = User.objects.create_user(f"p{number}@example.org", name=ODD if number else "")
    Membership.objects.create(organisation=body, user=person, role="editor")
User.objects.filter(email="p4@example.org").delete()
Invitation.objects.create(organisation=body, email="i@example.org", token_sha256="0" * 64)
Mail.objects.create(recipient="m@example.org", subject=ODD[:100], body=ODD, language="sv")
# Fewer places make every backup of the tests quicker.
with connection.cursor() as cursor:
    cursor.execute("PRAGMA foreign_keys=OFF")
    cursor.execute(
        "DELETE FROM regions_place WHERE id NOT IN"
        " (SELECT place_id FROM regions_placecode WHERE code LIKE 'ES%')"
    )
    while orphans := cursor.execute("PRAGMA foreign_key_check").fetchall():
        for table, row in {orphan[:2] for orphan in orphans}:
            cursor.execute(f"DELETE FROM {table} WHERE rowid = %s", [row])
    cursor.execute("PRAGMA foreign_keys=ON")
place = Place.objects.order_by("pk").first()
Place.objects.filter(pk=place.pk).update(latitude=0.1 + 0.2, longitude=-1e-17)
kept = Revision.objects.create(
    content_type=ContentType.objects.get_for_model(Place),
    object_id=place.pk,
    number=1,
    body='{"x":1}',
    sha256="5041bf1f713df204784353e82f6a4a535931cb64f1f4b4a5aeaffcb720918b22",
    reason=ODD,
)
said = {"subject": subject_name(kept), "number": 1, "sha256": kept.sha256}
record("tests", "revision.kept", str(place.pk), **said)
record("tests", "content.made", body.public_id, count=3, share=None, flag=True)
default_storage.save("runs/ü/one.csv", ContentFile(b"a,b\n1,2\n"))
default_storage.save("runs/empty", ContentFile(b""))
default_storage.save("a" * 100 + "/" + "b" * 120, ContentFile(bytes(range(256)) * 3000))
assert settings.REGIN_DIR
