"""Turns calls into methods: of one description, a method that waits and one that is awaited."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Generic, ParamSpec, Protocol, TypeVar, overload, runtime_checkable

from api.client import calls, review_calls
from api.client.call import Call
from api.client.shapes import Page

P = ParamSpec("P")
T = TypeVar("T")


@runtime_checkable
class Sender(Protocol):
    """Sends a call and waits for its answer."""

    def send(self, call: Call[T]) -> T:
        """Return the answer."""
        ...


class AsyncSender(Protocol):
    """Sends a call; its answer is awaited."""

    async def send_async(self, call: Call[T]) -> T:
        """Return the answer."""
        ...


class Operation(Generic[P, T]):
    """A method that sends a call."""

    def __init__(self, build: Callable[P, Call[T]]) -> None:
        self._build = build
        self.__doc__ = build.__doc__

    @overload
    def __get__(self, owner: Sender, kind: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, owner: AsyncSender, kind: type) -> Callable[P, Awaitable[T]]: ...
    @overload
    def __get__(self, owner: None, kind: type) -> "Operation[P, T]": ...
    def __get__(
        self, owner: Sender | AsyncSender | None, kind: type
    ) -> "Callable[P, T] | Callable[P, Awaitable[T]] | Operation[P, T]":
        """Bind to a client."""
        if owner is None:
            return self
        send: Callable[[Call[T]], T] | Callable[[Call[T]], Awaitable[T]]
        send = owner.send if isinstance(owner, Sender) else owner.send_async

        def method(*args: P.args, **named: P.kwargs) -> T | Awaitable[T]:
            return send(self._build(*args, **named))

        return method  # type: ignore[return-value] # one of the two, as the overloads say


class Listing(Generic[P, T]):
    """A method that yields every item of a listing, page after page."""

    def __init__(self, build: Callable[P, Call[Page[T]]]) -> None:
        self._build = build
        self.__doc__ = f"{build.__doc__} Yields every item, page after page."

    @overload
    def __get__(self, owner: Sender, kind: type) -> Callable[P, Iterator[T]]: ...
    @overload
    def __get__(self, owner: AsyncSender, kind: type) -> Callable[P, AsyncIterator[T]]: ...
    @overload
    def __get__(self, owner: None, kind: type) -> "Listing[P, T]": ...
    def __get__(
        self, owner: Sender | AsyncSender | None, kind: type
    ) -> "Callable[P, Iterator[T]] | Callable[P, AsyncIterator[T]] | Listing[P, T]":
        """Bind to a client."""
        if owner is None:
            return self
        if isinstance(owner, Sender):
            return lambda *args, **named: self._walk(owner, *args, **named)
        return lambda *args, **named: self._walk_async(owner, *args, **named)

    def _walk(self, owner: Sender, *args: P.args, **named: P.kwargs) -> Iterator[T]:
        while True:
            page = owner.send(self._build(*args, **named))
            yield from page.items
            if page.next is None:
                return
            named["cursor"] = page.next

    async def _walk_async(self, owner: AsyncSender, *args: P.args, **named: P.kwargs) -> AsyncIterator[T]:
        while True:
            page = await owner.send_async(self._build(*args, **named))
            for item in page.items:
                yield item
            if page.next is None:
                return
            named["cursor"] = page.next


class Operations:
    """What both clients can do."""

    analyze = Operation(calls.analyze)
    analyze_many = Operation(calls.analyze_many)
    search = Operation(calls.search)
    search_many = Operation(calls.search_many)
    draft = Operation(calls.draft)
    draft_many = Operation(calls.draft_many)
    draft_again = Operation(calls.draft_again)
    read_draft = Operation(calls.read_draft)
    list_drafts = Operation(calls.list_drafts)
    every_draft = Listing(calls.list_drafts)
    give_feedback = Operation(calls.give_feedback)
    list_feedback = Operation(calls.list_feedback)
    every_feedback = Listing(calls.list_feedback)
    check_draft = Operation(calls.check_draft)
    check = Operation(calls.check)
    check_many = Operation(calls.check_many)
    list_commitments = Operation(calls.list_commitments)
    every_commitment = Listing(calls.list_commitments)
    read_commitment = Operation(calls.read_commitment)
    tell_commitment = Operation(calls.tell_commitment)
    add_resolution = Operation(calls.add_resolution)
    import_resolutions = Operation(calls.import_resolutions)
    read_resolution = Operation(calls.read_resolution)
    list_resolutions = Operation(calls.list_resolutions)
    every_resolution = Listing(calls.list_resolutions)
    replace_resolution = Operation(calls.replace_resolution)
    delete_resolution = Operation(calls.delete_resolution)
    verify_resolution = Operation(calls.verify_resolution)
    retire_resolution = Operation(calls.retire_resolution)
    restore_resolution = Operation(calls.restore_resolution)
    read_policy = Operation(calls.read_policy)
    read_version = Operation(calls.read_version)
    make_round = Operation(review_calls.make_round)
    list_rounds = Operation(review_calls.list_rounds)
    every_round = Listing(review_calls.list_rounds)
    read_round = Operation(review_calls.read_round)
    close_round = Operation(review_calls.close_round)
    next_item = Operation(review_calls.next_item)
    list_read = Operation(review_calls.list_read)
    every_read = Listing(review_calls.list_read)
    read_item = Operation(review_calls.read_item)
    save_answer = Operation(review_calls.save_answer)
    submit_answer = Operation(review_calls.submit_answer)
    skip_item = Operation(review_calls.skip_item)
    list_disputes = Operation(review_calls.list_disputes)
    every_dispute = Listing(review_calls.list_disputes)
    settle_item = Operation(review_calls.settle_item)
    measure_agreement = Operation(review_calls.measure_agreement)
    export_round = Operation(review_calls.export_round)
    export_scores = Operation(review_calls.export_scores)
    list_own_scores = Operation(review_calls.list_own_scores)
    every_own_score = Listing(review_calls.list_own_scores)
    make_appeal = Operation(review_calls.make_appeal)
    list_appeals = Operation(review_calls.list_appeals)
    every_appeal = Listing(review_calls.list_appeals)
    decide_appeal = Operation(review_calls.decide_appeal)
    list_agents = Operation(review_calls.list_agents)
    set_agent = Operation(review_calls.set_agent)
    remove_agent = Operation(review_calls.remove_agent)
    import_scores = Operation(review_calls.import_scores)
    list_imported_scores = Operation(review_calls.list_imported_scores)
    every_imported_score = Listing(review_calls.list_imported_scores)
    read_quality = Operation(review_calls.read_quality)
    compare_agents = Operation(review_calls.compare_agents)
    watch_drift = Operation(review_calls.watch_drift)
    tell_outcomes = Operation(review_calls.tell_outcomes)
    list_outcomes = Operation(review_calls.list_outcomes)
    every_outcome = Listing(review_calls.list_outcomes)
