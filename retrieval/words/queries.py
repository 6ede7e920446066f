"""The tantivy queries that an index of words asks."""

from collections.abc import Iterable

from tantivy import Occur, Query, Schema

from retrieval.words.analysis import Term

DEEPEST = 40
"""Most clauses of one ``among``: each is copied as often as others are nested around it."""
BITS = 24
"""Whole numbers of so many bits are exact as scores, which are 32-bit floats."""


def weighed(schema: Schema, term: Term, weight: float) -> Query:
    """Ask for a term's BM25 score times a weight."""
    family, text = term
    return Query.boost_query(Query.term_query(schema, family, text, "freq"), weight)


def marked(schema: Schema, terms: Iterable[Term], mark: int) -> Query:
    """Ask for any of the terms; whatever has one scores ``mark``."""
    found = [Query.term_query(schema, family, text, "basic") for family, text in terms]
    return Query.const_score_query(found[0] if len(found) == 1 else any_of(found), mark)


def one_of(schema: Schema, field: str, values: Iterable[str] | Iterable[int]) -> Query:
    """Ask for documents with one of the values, which adds nothing to their score."""
    # tantivy's own query for a set takes twice as long: it walks the dictionary of every segment.
    found = [Query.term_query(schema, field, value, "basic") for value in values]
    return Query.const_score_query(found[0] if len(found) == 1 else any_of(found), 0.0)


def any_of(clauses: Iterable[Query], required: Iterable[Query] = ()) -> Query:
    """Ask for documents that fulfil one of the clauses, and all that are required."""
    union = Query.boolean_query([(Occur.Should, clause) for clause in clauses])
    musts = [(Occur.Must, clause) for clause in required]
    # A lone clause stays bare: tantivy skips documents that cannot be among the best only for a plain union.
    return Query.boolean_query([(Occur.Must, union), *musts]) if musts else union


def among(schema: Schema, rows: Iterable[int], clauses: Iterable[Query]) -> Query:
    """Ask for all of the rows, each with the sum of the clauses that it fulfils, in time that hardly grows with others.

    A union of clauses scores whole blocks of 4,096 documents to reach one; nested, each clause is asked about the rows
    alone. For clauses that few documents fulfil a union is the faster.
    """
    query = one_of(schema, "row", rows)
    for clause in clauses:
        query = Query.boolean_query([(Occur.Must, query), (Occur.Should, clause)])
    return query
