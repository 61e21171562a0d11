"""One table, so that an upgrade has something to make."""

from django.db import models


class Thing(models.Model):
    name = models.CharField(max_length=20)

    def __str__(self) -> str:
        return self.name
