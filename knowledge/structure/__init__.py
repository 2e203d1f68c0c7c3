"""Text -> sections that can be cited, and the paragraphs and items within them.

A document is cut in one of five ways, decided by what it mostly holds: articles, dotted numbers, Chinese outline
numbers, a long numbered list, or nothing at all (then by paragraphs); each annex decides for itself. What is
cut out is always a slice of the text as it is stored; slips of recognition are seen through, never corrected.
"""

from knowledge.structure.healing import healed
from knowledge.structure.notices import order_notices
from knowledge.structure.pieces import LONG, Section
from knowledge.structure.sections import split_sections

__all__ = ("LONG", "Section", "healed", "order_notices", "split_sections")
