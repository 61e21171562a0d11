"""Staged figures become parts of packed columns; those that wait are carried over. Observations
are found by place and group of people, and two references that follow from others are not checked.

Backwards, what waits for a decision is discarded: nothing published is in it, and the file can be
loaded again.
"""

import json
import zlib

import django.db.models.deletion
import numpy as np
from django.db import migrations, models
from django.db.models import OuterRef, Subquery

PART = 20_000
# As `columns.Figures` packs them at this version.
TYPES = ("<i4", "<i4", "<i4", "<i4", "<f8", "<i4", "<i4", "<i8")


def pack_waiting(apps, schema_editor):
    for staged in apps.get_model("outcomes", "Import").objects.filter(state="staged"):
        waiting = {change: [] for change in ("new", "changed", "same", "gone")}
        numbers = dict.fromkeys(waiting, 0)
        for order, row in enumerate(rows_of(apps, staged)):
            change, *figure = row
            waiting[change].append((*figure, order))
            if len(waiting[change]) == PART:
                keep(apps, staged, change, numbers, waiting)
        for change in waiting:
            keep(apps, staged, change, numbers, waiting)


def rows_of(apps, staged):
    """Change, breakdown, place code, period, flags, value, row, stored key of each figure."""
    stored = apps.get_model("outcomes", "Observation").objects.filter(
        series=staged.series_id,
        breakdown=OuterRef("breakdown"),
        place_code=OuterRef("place_code"),
        period=OuterRef("period"),
    )
    rows = apps.get_model("outcomes", "StagedFigure").objects.filter(staged_in=staged.pk)
    names = "change", "breakdown", "place_code", "period", "flags", "value", "row", "stored"
    found = rows.annotate(stored=Subquery(stored.values("pk")[:1])).order_by("row", "-period", "pk")
    return found.values_list(*names).iterator(chunk_size=PART)


def keep(apps, staged, change, numbers, waiting):
    rows, waiting[change] = waiting[change], []
    if not rows:
        return
    breakdowns, places, periods, flags, values, lines, stored, orders = zip(*rows)
    words = [list(dict.fromkeys(column)) for column in (breakdowns, places, periods, flags)]
    coded = []
    for known, column in zip(words, (breakdowns, places, periods, flags)):
        at = {word: place for place, word in enumerate(known)}
        coded.append([at[word] for word in column])
    changes = change in ("changed", "gone")
    own = [key if changes and key else 0 for key in stored]
    columns = [*coded, [np.nan if one is None else one for one in values], lines, orders, own]
    head = json.dumps(words).encode()
    body = [np.array(one, dtype=kind).tobytes() for one, kind in zip(columns, TYPES)]
    present = [one for one in values if one is not None]
    apps.get_model("outcomes", "StagedPart").objects.create(
        staged_in=staged,
        change=change,
        number=numbers[change],
        figures=len(rows),
        place_codes=words[1],
        lowest=min(present, default=None),
        highest=max(present, default=None),
        content=zlib.compress(b"".join([len(head).to_bytes(4, "little"), head, *body]), 1),
    )
    numbers[change] += 1


def discard_waiting(apps, schema_editor):
    apps.get_model("outcomes", "Import").objects.filter(state="staged").update(state="discarded")


class Migration(migrations.Migration):

    dependencies = [
        ('outcomes', '0003_metadata_codes_and_refresh'),
    ]

    operations = [
        migrations.CreateModel(
            name='StagedPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('change', models.CharField(choices=[('new', 'new'), ('changed', 'changed'), ('same', 'the same'), ('gone', 'no longer in the file')], max_length=7)),
                ('number', models.PositiveIntegerField()),
                ('figures', models.PositiveIntegerField()),
                ('place_codes', models.JSONField(default=list)),
                ('lowest', models.FloatField(blank=True, null=True)),
                ('highest', models.FloatField(blank=True, null=True)),
                ('content', models.BinaryField()),
                ('staged_in', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='outcomes.import')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('staged_in', 'change', 'number'), name='outcomes_stagedpart_one')],
            },
        ),
        migrations.RemoveIndex(
            model_name='observation',
            name='outcomes_ob_place_i_8c61c4_idx',
        ),
        migrations.AlterField(
            model_name='observation',
            name='place',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='observations', to='regions.place'),
        ),
        migrations.AlterField(
            model_name='observation',
            name='series',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='observations', to='outcomes.series'),
        ),
        migrations.AddIndex(
            model_name='observation',
            index=models.Index(fields=['place', 'breakdown'], name='outcomes_ob_place_i_3f27be_idx'),
        ),
        migrations.RunPython(pack_waiting, discard_waiting),
        migrations.DeleteModel(
            name='StagedFigure',
        ),
    ]
