"""What holds with every vendor: from a delivery to one private note, whatever goes wrong on the way."""

import pytest

from api.helpdesks.tables import DeskNoteRow, NoteState
from tests.api.helpdesks.desk import OTHER, QUESTION, Desk
from tests.api.helpdesks.fakes.base import Kind, Trouble


async def test_a_message_becomes_one_private_note(desk: Desk) -> None:
    said = await desk.tell()
    again = (await desk.deliver(said)).json()
    assert again["duplicate"] is (desk.fake.vendor != "freshdesk")  # whose deliveries have no identity: messages have
    await desk.until(desk.markers)
    await desk.deliver(said)
    await desk.settled()
    assert "Cards arrive within 5 to 7 working days." in desk.shown()
    [note] = await desk.notes()
    assert (note.state, _ids(note), desk.markers()) == (NoteState.LEFT, [said.id], [note.id])
    desk.sound()


async def test_a_newer_message_makes_a_newer_note_and_an_agent_is_read(desk: Desk) -> None:
    first = await desk.tell()
    await desk.until(desk.markers)
    await desk.settled()
    second = await desk.tell(OTHER)
    await desk.settled()
    older, newer = await desk.notes()
    assert (older.state, newer.state) == (NoteState.SUPERSEDED, NoteState.LEFT)
    assert _ids(newer) == [first.id, second.id]
    assert desk.markers()[-1] == newer.id
    await desk.tell("It is on its way.", kind=Kind.AGENT)
    await desk.settled()
    assert await desk.states() == [NoteState.SUPERSEDED, NoteState.ANSWERED]
    third = await desk.tell("Thank you, and how do I close my account for good?")
    await desk.settled()
    assert _ids((await desk.notes())[-1]) == [third.id]
    desk.sound()


@pytest.mark.parametrize("trouble", list(Trouble))
async def test_whatever_goes_wrong_there_is_one_note_at_the_end(desk: Desk, trouble: Trouble) -> None:
    desk.fake.silence = 2.0
    desk.fake.troubles.extend([trouble, trouble])
    await desk.tell()
    await desk.settled()
    [note] = await desk.notes()
    assert (note.state, desk.markers()) == (NoteState.LEFT, [note.id])
    assert "Cards arrive within 5 to 7 working days." in desk.shown()
    desk.sound()


async def test_what_is_not_the_customers_makes_no_note(desk: Desk) -> None:
    await desk.tell("Call her back?", kind=Kind.PRIVATE)
    await desk.tell("We have received your message.", kind=Kind.BOT)
    await desk.tell("", kind=Kind.CLOSED)
    await desk.settled()
    assert (desk.markers(), await desk.notes()) == ([], [])
    desk.sound()


async def test_an_unsigned_or_changed_delivery_is_not_stored(desk: Desk) -> None:
    said = desk.said()
    headers, body = desk.fake.delivery(said, said.at.astimezone(), number="d-1")
    changed = body.replace(QUESTION.encode(), OTHER.encode())
    kept = {name: value for name, value in headers.items() if name == "Content-Type"}
    answers = [
        await desk.client.post("/v1/hooks/desk", headers=kept, content=body),
        await desk.client.post("/v1/hooks/nowhere", headers=headers, content=body),
    ]
    if desk.fake.vendor != "freshdesk":  # signs nothing: a token proves who calls, not what they say
        answers.append(await desk.client.post("/v1/hooks/desk", headers=headers, content=changed))
    problems = [{name: answer.json()[name] for name in ("status", "code", "detail")} for answer in answers]
    assert problems == [problems[0]] * len(answers)
    assert (problems[0]["status"], problems[0]["code"]) == (401, "bad_signature")
    assert await desk.messages() == []


def _ids(note: DeskNoteRow) -> list[str]:
    """The messages that a note answers, without the prefix that some vendors give their ids."""
    return [id_.rpartition("_")[2] for id_ in note.answers]
