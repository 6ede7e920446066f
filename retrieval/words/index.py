"""An incremental BM25 index of resolutions' words, by tantivy: files in a folder, one document for each resolution."""

import math
import shutil
import tempfile
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import tantivy
from tantivy import Document, Query

from models.errors import ArtifactError, ConflictError, StorageError
from retrieval.engine.base import Where
from retrieval.words.analysis import Family, Term, index_terms, query_terms
from retrieval.words.matched import Signs
from retrieval.words.queries import BITS, DEEPEST, among, any_of, marked, one_of, weighed
from retrieval.words.shares import Shares
from retrieval.words.snapshot import copy_snapshot, mark, read_mark, write_snapshot

_HEAP_BYTES = 15_000_000
"""The least that tantivy takes for one writing thread."""
_HIGHEST = 2.2
"""What BM25 tends to where a document holds a term again and again, in units of the term's idf: k1 + 1."""
_MOST_READ = 50_000
"""Documents of a term, over all terms that choose: up to this many are read."""
_MOST_TOGETHER = 50_000
"""Documents of a term, over all terms that are asked for in a union where only some rows matter."""
_MOST_FREQUENCIES = 50_000
"""Terms whose numbers of documents are remembered until the next commit."""
_WEIGHTS: Mapping[Family, float] = {Family.WORD: 0.5, Family.STEM: 1.0, Family.SKELETON: 0.5}


class LexicalIndex:
    """Documents by row number, searched by their words.

    Adds and removals are seen after ``commit``. Calls are not made from two threads at once, and one process at a time
    writes to a folder. Statistics count a removed document until tantivy merges its segment, so a score can differ by
    a little from that of an index made anew.

    Args:
        folder: where the files lie, made if need be; None for a temporary folder that goes with the index.

    Raises:
        ArtifactError: the files in the folder are damaged, or were made by another analysis.
    """

    def __init__(self, folder: Path | None = None, *, _snapshot: Path | None = None) -> None:
        self._folder = folder or self._temporary()
        self._folder.mkdir(parents=True, exist_ok=True)
        if _snapshot is not None:
            copy_snapshot(_snapshot, self._folder)
        self._schema = _schema()
        with _as_artifact_error(self._folder):
            if tantivy.Index.exists(str(self._folder)):
                read_mark(self._folder)
            else:
                mark(self._folder)
            self._index = tantivy.Index(self._schema, path=str(self._folder))
            # The default is a thread that watches the folder and puts a lock into it at moments of its own.
            self._index.config_reader("Manual")
            self._see()
        self._writer: tantivy.IndexWriter | None = None

    @classmethod
    def open(cls, snapshot: Path, folder: Path | None = None) -> "LexicalIndex":
        """Open what ``save`` wrote; the snapshot itself is never written to.

        Args:
            snapshot: the folder given to ``save``.
            folder: where the files go (hard links where they can be), emptied first; None for a temporary folder.

        Raises:
            ArtifactError: a file is absent, or was made by another analysis.
        """
        return cls(folder, _snapshot=snapshot)

    def __len__(self) -> int:
        """Return how many documents there are, as of the last commit."""
        return self._searcher.num_docs

    def add(self, rows: Sequence[int], texts: Sequence[str], facets: Sequence[frozenset[str]]) -> None:
        """Take up documents.

        Args:
            rows: their numbers, not in the index (``remove`` them first to replace them).
            texts: all that they are found by, lines apart.
            facets: what filters can ask of each, such as ``language:ar``.

        Raises:
            ConflictError: another process writes to the folder.
            StorageError: the disk refused.
        """
        with self._writing() as writer:
            for row, text, marks in zip(rows, texts, facets, strict=True):
                document = Document()
                document.add_unsigned("row", row)
                for facet in sorted(marks):
                    document.add_text("facet", facet)
                for family, terms in index_terms(text).items():
                    document.add_text(family.value, " ".join(terms))
                writer.add_document(document)

    def remove(self, rows: Sequence[int]) -> None:
        """Forget documents; rows that are not there are passed over.

        Raises:
            ConflictError: another process writes to the folder.
            StorageError: the disk refused.
        """
        with self._writing() as writer:
            # By query: tantivy 0.27's deletion by term finds no unsigned number, and says nothing.
            writer.delete_documents_by_query(Query.term_set_query(self._schema, "row", list(rows)))

    def commit(self) -> None:
        """Write what was added and removed to the disk, and let the next search see it.

        Raises:
            StorageError: the disk refused; nothing of it is seen.
        """
        if self._writer is not None:
            with self._writing() as writer:
                writer.commit()
            self._index.reload()
            self._see()

    def search(self, text: str, *, count: int, where: Where = (), written: int | None = None) -> Shares:
        """Find the best documents that share a term with the text; return what shares they and others have.

        A share is that of the text's weight (BM25) that a document has; words that no document has lower it, so
        shares of different texts and stores compare. Where very many documents have terms of the text, the weightiest
        terms alone choose among them; the shares are of all terms still.

        Args:
            text: a customer's words; anything, taken literally.
            count: how many at most.
            where: filter by facets, acting inside the search.
            written: documents that were ever added, removed ones too; those that there are if None. What a term can
                add grows with them: the engine counts removed documents until their segment is merged.
        """
        terms = self._weighted(text, written or 0)
        clauses = {term: weighed(self._schema, term, part.weight) for term, part in terms.items() if part.documents}
        leading = _leading(terms)
        required = [one_of(self._schema, "facet", sorted(group)) for group in where]
        found = self._found(any_of([clauses[term] for term in leading], required), count) if leading else {}
        return Shares(
            found,
            count=count,
            rest=sum(terms[term].most for term in clauses if term not in leading),
            highest=sum(part.bound for part in terms.values()),
            sums=lambda rows: self._among(rows, [(terms[term].documents, clause) for term, clause in clauses.items()]),
        )

    def holding(self, rows: Sequence[int], signs: Sequence[Signs]) -> dict[int, frozenset[Signs]]:
        """Return which of the signs, each given once, each of the rows' documents has."""
        held: dict[int, frozenset[Signs]] = dict.fromkeys(rows, frozenset())
        known = [(each, there) for each in signs if (there := self._known(each))]
        for start in range(0, len(known), BITS):
            chosen = known[start : start + BITS]
            # A bit for each: the sum says which.
            clauses = [
                (sum(there.values()), marked(self._schema, there, 1 << place))
                for place, (_, there) in enumerate(chosen)
            ]
            for row, bits in self._among(rows, clauses).items():
                held[row] |= {each for place, (each, _) in enumerate(chosen) if int(bits) >> place & 1}
        return held

    def has_facet(self, facet: str) -> bool:
        """Tell whether any document has a facet."""
        return bool(self._found(one_of(self._schema, "facet", [facet]), 1))

    def save(self, folder: Path) -> None:
        """Commit, and write a snapshot to a new folder: hard links where they can be.

        Raises:
            StorageError: the disk refused, or the folder is not empty.
        """
        self.commit()
        self._close_writer()
        write_snapshot(self._folder, folder)

    def close(self) -> None:
        """Let go of the folder, so that another process can write to it; what was not committed is lost."""
        if self._writer is not None:
            self._writer.rollback()
            self._close_writer()

    def discard(self) -> None:
        """Remove the files; the index is of no use afterwards."""
        self.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _see(self) -> None:
        """Search from now on what was committed last."""
        self._searcher = self._index.searcher()
        self._frequency = lru_cache(_MOST_FREQUENCIES)(self._searcher.doc_freq)

    def _temporary(self) -> Path:
        folder = Path(tempfile.mkdtemp(prefix="rifq-words-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return folder

    def _close_writer(self) -> None:
        if self._writer is not None:
            # Merges in the background would change the files that are being copied.
            self._writer.wait_merging_threads()
            self._writer = None

    @contextmanager
    def _writing(self) -> Iterator[tantivy.IndexWriter]:
        try:
            if self._writer is None:
                self._writer = self._index.writer(_HEAP_BYTES, 1)
            yield self._writer
        except (ValueError, OSError) as error:
            if "LockBusy" in str(error):
                msg = f"Another process writes to the word index in {self._folder.name}; stop it first."
                raise ConflictError(msg) from error
            self._writer = None
            msg = (
                f"The word index in {self._folder.name} could not be written; is the disk full? Add again what was new."
            )
            raise StorageError(msg) from error

    def _weighted(self, text: str, written: int) -> dict[Term, "_Part"]:
        """Return the text's terms and what each can add to a score."""
        total = max(self._searcher.num_docs, 1)
        found = {}
        for (family, term), importance in query_terms(text).items():
            weight = importance * _WEIGHTS[family]
            known = min(self._frequency(family, term), total)
            bound, most = (
                weight * _HIGHEST * math.log(1 + (documents - known + 0.5) / (known + 0.5))
                for documents in (total, max(total, written))
            )
            found[family, term] = _Part(weight, bound, most, known)
        return found

    def _known(self, terms: Sequence[Term]) -> dict[Term, int]:
        """Return those of the terms that any document has, with how many documents have each."""
        return {term: documents for term in terms if (documents := self._frequency(*term))}

    def _among(self, rows: Sequence[int], clauses: Sequence[tuple[int, Query]]) -> dict[int, float]:
        """Return the sum of the clauses that each row's document fulfils; with each clause how many documents do."""
        sums: dict[int, float] = dict.fromkeys(rows, 0.0)
        together: list[Query] = []
        nested: list[Query] = []
        read = 0
        for documents, clause in sorted(clauses, key=itemgetter(0)):
            read += documents
            (together if read <= _MOST_TOGETHER else nested).append(clause)
        nested = [any_of(together), *nested] if together else nested
        for start in range(0, len(nested) if rows else 0, DEEPEST):
            query = among(self._schema, rows, nested[start : start + DEEPEST])
            for row, score in self._found(query, len(rows)).items():
                sums[row] += score
        return sums

    def _found(self, query: Query, count: int) -> dict[int, float]:
        """Return the rows of the best documents with their scores, best first."""
        searcher = self._searcher  # a save beside this puts another in its place
        hits = searcher.search(query, limit=count, count=False).hits
        rows = searcher.fast_field_values("row", [address for _, address in hits])
        return {int(row): score for (score, _), row in zip(hits, rows, strict=True) if row is not None}


class _Part(NamedTuple):
    """What a term can add to a score: its weight, the greatest addition, and how many documents have it.

    ``most`` is the greatest addition however many documents were removed and are still counted.
    """

    weight: float
    bound: float
    most: float
    documents: int


def _leading(terms: Mapping[Term, _Part]) -> dict[Term, _Part]:
    """Return the weightiest terms, as long as few enough documents have them to be read; at least one."""
    leading: dict[Term, _Part] = {}
    read = 0
    for term, part in sorted(terms.items(), key=lambda item: -item[1].bound):
        read += part.documents
        if leading and read > _MOST_READ:
            break
        if part.documents:
            leading[term] = part
    return leading


@contextmanager
def _as_artifact_error(folder: Path) -> Iterator[None]:
    try:
        yield
    except (ValueError, OSError) as error:
        msg = f"The word index in {folder.name} cannot be opened; rebuild it."
        raise ArtifactError(msg) from error


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder().add_unsigned_field("row", indexed=True, fast=True)
    builder = builder.add_text_field("facet", tokenizer_name="raw", index_option="basic")
    for family in Family:
        builder = builder.add_text_field(family.value, tokenizer_name="whitespace", index_option="freq")
    return builder.build()
