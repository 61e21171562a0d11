import os

from django.db import migrations


def grow(apps, editor):
    user = apps.get_model("identity", "User")
    if os.environ["GROWING"] == "fails":
        user.objects.filter(is_superuser=False).delete()
        raise ValueError("the second migration of growing fails")
    if os.environ["GROWING"] == "loses":
        user.objects.filter(email="p3@example.org").delete()


class Migration(migrations.Migration):
    dependencies = [("growing", "0001_initial"), ("identity", "0001_initial")]
    operations = [migrations.RunPython(grow, migrations.RunPython.noop)]
