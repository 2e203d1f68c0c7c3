"""What a document says about itself: title, number, issuer, level, region, dates, what it repeals."""

from knowledge.metadata.fields import FIELDS, LEVELS, FieldWrong, as_json, check_order, corrected, parse_field
from knowledge.metadata.read import read_metadata

__all__ = [
    "FIELDS",
    "LEVELS",
    "FieldWrong",
    "as_json",
    "check_order",
    "corrected",
    "parse_field",
    "read_metadata",
]
