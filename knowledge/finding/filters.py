"""What a search is restricted to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.clause import number_key, title_key

# Several bodies issue one document: 国家发展改革委、国家数据局.
_SEVERAL = re.compile(r"[、,，;；\s]+")


@dataclass(frozen=True)
class Filters:
    """Empty = no restriction. Inside one field any of the values, between fields all.

    documents: ids, titles (with or without 《》 and 中华人民共和国) or document numbers. issuers: one of the bodies
    that issued it is enough. regions: exactly as the documents say, 全国 for the nation's.
    """

    levels: frozenset[str] = frozenset()
    issuers: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    hazards: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.levels or self.issuers or self.regions or self.hazards or self.documents)

    def admit(
        self,
        *,
        identity: str,
        title: str,
        doc_number: str,
        level: str,
        issuer: str,
        region: str,
        hazards: Sequence[str],
    ) -> bool:
        """Whether a document of these particulars passes."""
        return (
            (not self.levels or level in self.levels)
            and (not self.issuers or not self.issuers.isdisjoint([issuer, *_SEVERAL.split(issuer)]))
            and (not self.regions or region in self.regions)
            and (not self.hazards or not self.hazards.isdisjoint(hazards))
            and (not self.documents or self._named(identity, title, doc_number))
        )

    def _named(self, identity: str, title: str, doc_number: str) -> bool:
        if identity in self.documents or title_key(title) in {title_key(one) for one in self.documents}:
            return True
        return bool(doc_number) and number_key(doc_number) in {number_key(one) for one in self.documents}
