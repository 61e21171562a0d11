"""One function per verb of frameworks, runs and reference points."""

from regin.apps.assessments.operations.replaying import Difference, replay
from regin.apps.assessments.operations.runs import record_run
from regin.apps.assessments.operations.starter import load_illustrative, load_published_scores

__all__ = ["Difference", "load_illustrative", "load_published_scores", "record_run", "replay"]
