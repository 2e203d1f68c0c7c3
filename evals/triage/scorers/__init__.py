"""One file a family of measures; FAMILIES lists them all, in the order of the table."""

from evals.triage.scorers import (
    citations,
    demands,
    injection,
    labels,
    place,
    privacy,
    repeats,
    routes,
    running,
)
from evals.triage.scorers.family import Family

FAMILIES: tuple[Family, ...] = (
    routes.FAMILY,
    labels.FAMILY,
    demands.FAMILY,
    place.FAMILY,
    repeats.FAMILY,
    privacy.FAMILY,
    injection.FAMILY,
    citations.FAMILY,
    running.FAMILY,
)
