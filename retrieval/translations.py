"""Which resolutions are one answer in two languages: nobody has to say so, their vectors do."""

from dataclasses import replace

from retrieval.index import Filters, TenantIndex

TRANSLATION_MARGIN = 0.01
"""A translation is as close as the closest resolution of the other language, but for this much: in the sample helpdesk
76 of 77 translations are, and nothing else; at 0.025 a neighbour passed for a translation."""
_LEAST = 0.53
"""Closeness above which 95% of the sample helpdesk's translations lie: a store may lack one."""
_NEIGHBOURS = 4


def translation_of(index: TenantIndex, row: int, language: str, filters: Filters) -> int | None:
    """Return the resolution of another language that gives the same answer, each the other's closest; None without one.

    Args:
        index: where both are.
        row: the resolution that is to be had in ``language``.
        language: of the translation.
        filters: what it must fulfil.
    """
    if filters.languages and language not in filters.languages:
        return None
    near = index.neighbours(row, _NEIGHBOURS, replace(filters, languages=(language,)))
    if not near:
        return None
    other = max(near, key=lambda item: (near[item], index.records.id_of(item)))
    if near[other] < _LEAST:
        return None
    own = Filters(languages=(index.traits(row).language,))
    back = max(index.neighbours(other, _NEIGHBOURS, own).values(), default=0.0)
    return other if near[other] >= back - TRANSLATION_MARGIN else None
