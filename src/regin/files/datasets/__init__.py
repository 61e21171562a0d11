"""Files of statistical offices: recognise the format, read it into a `Dataset`."""

from regin.files.datasets.reading import read_dataset

__all__ = ["read_dataset"]
