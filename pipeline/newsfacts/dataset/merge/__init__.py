"""What is said, however often: the facts of all articles that state the same are one observation."""

from newsfacts.dataset.merge.observations import Observation, Told, merge
from newsfacts.dataset.merge.subjects import Subject, Subjects

__all__ = ["Observation", "Subject", "Subjects", "Told", "merge"]
