"""Outlines of regions, loaded by an administrator from a file of their choice."""

from __future__ import annotations

from django.db import models

from regin.apps.regions.models.place import PlaceCode


class BoundarySet(models.Model):
    """One loaded file. Its attribution is printed on every map that shows any of it."""

    version = models.CharField(max_length=8, unique=True)
    attribution = models.CharField(max_length=300)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"NUTS {self.version}: {self.file_name}"


class Boundary(models.Model):
    """The outline of one code: GeoJSON geometry in degrees, WGS 84, and a point inside it."""

    boundary_set = models.ForeignKey(
        BoundarySet, on_delete=models.CASCADE, related_name="boundaries"
    )
    place_code = models.OneToOneField(PlaceCode, on_delete=models.CASCADE, related_name="boundary")
    geometry = models.TextField()
    latitude = models.FloatField()
    longitude = models.FloatField()

    class Meta:
        verbose_name_plural = "boundaries"

    def __str__(self) -> str:
        return str(self.place_code)
