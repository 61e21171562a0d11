from django.db import migrations, models


def plant(apps, editor):
    apps.get_model("growing", "Thing").objects.create(name="planted")


class Migration(migrations.Migration):
    dependencies = []
    operations = [
        migrations.CreateModel(
            "Thing",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("name", models.CharField(max_length=20)),
            ],
        ),
        migrations.RunPython(plant, migrations.RunPython.noop),
    ]
