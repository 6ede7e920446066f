"""Carries a conversation through its steps: drafts, leaves, looks for, withdraws, matches, until it has to wait."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import httpx
import structlog

from api.copilot import Copilot
from api.helpdesks.adapter import Left, Note
from api.helpdesks.asking import message_of
from api.helpdesks.conversations import ConversationStore, Work
from api.helpdesks.notes import is_courtesy, note_of
from api.helpdesks.planning import STAYS, Do, Situation, Step, due_besides
from api.helpdesks.registry import Opened
from api.helpdesks.rows import Place
from api.helpdesks.tables import DeskNoteRow, NoteState
from models.errors import HelpdeskError, InputError, OverloadedError, RifqError, StorageError

Match = Callable[[Copilot, Situation, Place], Awaitable[None]]
"""Matches what agents sent with what was drafted (``api.helpdesks.loop``)."""
Answer = TypeVar("Answer")
_logger = structlog.stdlib.get_logger("rifq.helpdesks")
_MATCH_AGAIN = timedelta(seconds=30)


class Carrier:
    """Takes the steps of conversations of one connection.

    Args:
        store: of conversations.
        opened: the connection and its adapter.
        client: calls the connection's address only.
        copilot: of the connection's tenant.
        match: closes the loop; None where nothing does.
    """

    def __init__(
        self,
        store: ConversationStore,
        opened: Opened,
        client: httpx.AsyncClient,
        copilot: Copilot,
        match: Match | None,
    ) -> None:
        self._store = store
        self._connection = opened.connection
        self._adapter = opened.adapter
        self._client = client
        self._copilot = copilot
        self._match = match

    async def carry(self, place: Place) -> None:
        """Take steps until the conversation waits for something; the hold has ended then.

        Raises:
            HoldLostError: another worker has it.
            StorageError, OverloadedError: the database did not take a step; the hold ends by itself.
        """
        while isinstance((work := await self._store.work(place, self._connection)).step, Step):
            if not await self._take(place, work, work.step):
                return

    async def _take(self, place: Place, work: Work, step: Step) -> bool:
        """Take a step; tell whether the conversation is still held."""
        if step.do is Do.MATCH:
            return await self._matched(place, work.situation)
        if step.note is None:
            return True
        if step.do is Do.DRAFT:
            await self._draft(place, work.situation, step.note)
        elif step.do is Do.LEAVE:
            await self._leave(place, work.situation, step.note)
        elif step.do is Do.FIND:
            await self._find(place, work.situation, step.note)
        elif step.do is Do.WITHDRAW:
            await self._withdraw(place, work.situation, step.note)
        return True

    async def _draft(self, place: Place, situation: Situation, row: DeskNoteRow) -> None:
        language = self._connection.notes_language
        try:
            message = message_of(situation, place, row.answers)
            stored = await self._copilot.propose(message, agent_language=language, id=row.id)
        except RifqError as error:
            # What cannot be stored never will be; everything else may be better in a moment.
            given = HelpdeskError(error.message, lasting=True) if isinstance(error, InputError) else error
            await self._fail(place, row, given)
            return
        except Exception as error:
            # A fault of ours: tried again like all else, so that it is seen in the end as a dead letter.
            _logger.exception("draft_failed", connection=place.connection)
            await self._fail(place, row, RifqError(f"The draft could not be made ({type(error).__name__})."))
            return
        skipped = self._connection.skip_courtesy and is_courtesy(stored.draft)
        await self._store.drafted(place, row.id, wanted=not skipped)

    async def _leave(self, place: Place, situation: Situation, row: DeskNoteRow) -> None:
        note = await self._note(situation, row)
        if note is None:
            return
        try:
            left = await self._call(self._adapter.leave(self._client, note))
        except HelpdeskError as error:
            await self._fail(place, row, error)
        else:
            await self._left(place, row, left)

    async def _find(self, place: Place, situation: Situation, row: DeskNoteRow) -> None:
        note = await self._note(situation, row)
        if note is None:
            return
        try:
            left = await self._call(self._adapter.find(self._client, note))
        except HelpdeskError as error:
            await self._store.unfound(place, row.id, error)
            self._log("note_not_looked_for", row, error)
        else:
            await (self._store.absent(place, row.id) if left is None else self._left(place, row, left))

    async def _withdraw(self, place: Place, situation: Situation, row: DeskNoteRow) -> None:
        note = await self._note(situation, row)
        if note is None or row.ref is None:
            return
        try:
            taken = await self._call(self._adapter.withdraw(self._client, note, Left(row.ref, row.version)))
        except HelpdeskError as error:
            await self._fail(place, row, error)
        else:
            await self._store.withdrawn(place, row.id, taken=taken)

    async def _matched(self, place: Place, situation: Situation) -> bool:
        seen = situation.row.unmatched
        try:
            if self._match is not None:
                await self._match(self._copilot, situation, place)
        except (OverloadedError, StorageError) as error:
            _logger.warning("replies_matched_later", connection=place.connection, code=error.code)
            again = self._store.now() + _MATCH_AGAIN
            await self._store.put_off(place, min(again, due_besides(situation) or again))
            return False
        except Exception as error:  # noqa: BLE001 - a reply that cannot be matched must not keep drafts from agents
            _logger.error("replies_not_matched", connection=place.connection, error=type(error).__name__)
        await self._store.matched(place, seen)
        return True

    async def _note(self, situation: Situation, row: DeskNoteRow) -> Note | None:
        stored = await self._copilot.drafts.find(row.id, tenant=row.tenant)
        if stored is None:  # erased meanwhile: nothing is left of it, and nothing is to be
            await self._store.forget(Place(row.tenant, row.connection, row.conversation), row.id)
            return None
        older = any(item.id != row.id and _replaced(item, row) for item in situation.notes)
        return note_of(
            stored,
            conversation=row.conversation,
            language=self._connection.notes_language,
            replaces=older,
            beside=row.beside,
            customer_id=situation.row.customer_id,
        )

    async def _call(self, calling: Awaitable[Answer]) -> Answer:
        """Await a helpdesk's answer, for a bounded time, whatever the adapter does.

        Raises:
            HelpdeskError: there was none; or the adapter met something that it does not know.
        """
        try:
            async with asyncio.timeout(self._store.timing.call):
                return await calling
        except TimeoutError as error:
            raise HelpdeskError("The helpdesk did not answer in time.", unsure=True) from error
        except HelpdeskError:
            raise
        except RifqError as error:
            raise HelpdeskError(error.message, unsure=True) from error
        except Exception as error:
            _logger.exception("helpdesk_adapter_failed", connection=self._connection.id)
            raise HelpdeskError(f"The adapter failed ({type(error).__name__}).", unsure=True) from error

    async def _left(self, place: Place, row: DeskNoteRow, left: Left) -> None:
        await self._store.left(place, row.id, left)
        waited = (self._store.now() - row.created_at).total_seconds()
        _logger.info("note_left", connection=place.connection, draft=row.id, seconds=round(waited, 1))

    async def _fail(self, place: Place, row: DeskNoteRow, error: RifqError) -> None:
        state = await self._store.failed(place, row.id, error)
        self._log("note_dead" if state is NoteState.DEAD else "note_delayed", row, error)

    def _log(self, event: str, row: DeskNoteRow, error: RifqError) -> None:
        unsure = isinstance(error, HelpdeskError) and error.unsure
        _logger.warning(event, connection=row.connection, draft=row.id, code=error.code, unsure=unsure)


def _replaced(older: DeskNoteRow, newer: DeskNoteRow) -> bool:
    """Tell whether an older note still lies there, which a newer one takes the place of."""
    stays = older.reason == STAYS and not set(newer.answers).isdisjoint(older.answers)
    return older.state == NoteState.LEFT or stays
