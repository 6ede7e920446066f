from dataclasses import replace
from typing import Any

import httpx
import pytest

from api.helpdesks.adapter import Delivery, Note, Polling, Probing
from api.helpdesks.reading import read_safely
from api.helpdesks.vendors.email import EmailAdapter, EmailConnection
from api.helpdesks.vendors.email_box import Mailbox
from inference.types import Status
from models.errors import ConfigurationError, HelpdeskError, InputError, SignatureError
from tests.api.helpdesks.fakes.imap import USER, FakeImap
from tests.api.helpdesks.vendors.mails import AT, OWN, account, mail

CLIENT = httpx.AsyncClient()


def note(**changes: Any) -> Note:
    values: dict[str, Any] = {
        "id": "d" * 32,
        "marker": "rifq:abc123",
        "conversation": "one@customer.example",
        "status": Status.READY,
        "text": "نعتذر عن التأخير. تصل البطاقة خلال 7 أيام.",
        "heading": "جاهزة",
        "remarks": ("هادئ",),
        "direction": "rtl",
        "text_language": "ar",
        "language": "ar",
    }
    return Note(**(values | changes))


def test_a_call_from_outside_is_refused_and_an_empty_delivery_has_no_key() -> None:
    adapter = EmailAdapter(Mailbox(account(0)), OWN)
    with pytest.raises(SignatureError):
        adapter.verify(Delivery(mail(), {}, AT))
    with pytest.raises(InputError):
        read_safely(adapter.key, Delivery(b" \r\n", {}, AT))


async def test_a_draft_lies_in_the_thread_and_is_found_again(server: FakeImap, adapter: EmailAdapter) -> None:
    server.inbox.add(mail())
    assert await adapter.find(CLIENT, note()) is None
    left = await adapter.leave(CLIENT, note())
    (draft,) = server.drafts.mails
    assert draft.flags == {"\\Draft"}
    assert draft.header("in-reply-to") == draft.header("references") == "<one@customer.example>"
    assert draft.header("x-rifq-draft") == "d" * 32
    assert "sara@customer.example" in draft.header("to")
    assert draft.header("from") == USER
    assert await adapter.find(CLIENT, note()) == left
    assert await adapter.leave(CLIENT, note()) == left
    assert len(server.drafts.mails) == 1
    assert b"rifq:abc123" not in draft.raw


async def test_the_newest_mail_of_the_customer_is_answered(server: FakeImap, adapter: EmailAdapter) -> None:
    server.inbox.add(mail())
    thread = {"References": "<one@customer.example>"}
    server.inbox.add(mail(Message_ID="<two@x>", Reply_To="other@customer.example", Subject="Re: card", **thread))
    server.inbox.add(mail(Message_ID="<auto@x>", Auto_Submitted="auto-replied", **thread))
    await adapter.leave(CLIENT, note())
    (draft,) = server.drafts.mails
    assert (draft.header("to"), draft.header("in-reply-to")) == ("سارة <other@customer.example>", "<two@x>") or (
        draft.header("in-reply-to") == "<two@x>" and "other@customer.example" in draft.header("to")
    )
    assert draft.header("subject") == "Re: card"
    assert draft.header("references").split() == ["<one@customer.example>", "<two@x>"]


@pytest.mark.parametrize("changes", [{"text": "", "status": Status.NO_SAFE_DRAFT}, {"beside": True}])
async def test_what_is_for_agents_alone_has_no_recipient(
    server: FakeImap, adapter: EmailAdapter, changes: dict[str, Any]
) -> None:
    server.inbox.add(mail())
    await adapter.leave(CLIENT, note(**changes))
    (draft,) = server.drafts.mails
    assert (draft.header("to"), draft.header("cc")) == ("", "")


async def test_notes_go_beside_the_draft_where_a_folder_is_named(server: FakeImap) -> None:
    adapter = EmailAdapter(Mailbox(account(server.port)), OWN, notes_folder="Rifq")
    server.inbox.add(mail())
    left = await adapter.leave(CLIENT, note())
    assert len(server.folders["Rifq"].mails) == len(server.drafts.mails) == 1
    assert await adapter.find(CLIENT, note()) == left
    server.drafts.mails.clear()
    assert await adapter.find(CLIENT, note()) is None  # both, or it is left again
    await adapter.leave(CLIENT, note())
    assert len(server.folders["Rifq"].mails) == 1
    assert await adapter.withdraw(CLIENT, note(), left)
    assert not server.folders["Rifq"].mails


async def test_only_our_own_unedited_draft_is_withdrawn(server: FakeImap, adapter: EmailAdapter) -> None:
    server.inbox.add(mail())
    server.drafts.add(mail("mine", From=USER, Message_ID="<other@x>"), "\\Draft", "\\Deleted")
    left = await adapter.leave(CLIENT, note())
    assert await adapter.withdraw(CLIENT, note(), left)
    assert await adapter.withdraw(CLIENT, note(), left)
    assert [item.header("message-id") for item in server.drafts.mails] == ["<other@x>"]
    left = await adapter.leave(CLIENT, note())
    server.drafts.mails[-1].raw = server.drafts.mails[-1].raw.replace(
        b"sara@customer.example", b"boss@customer.example"
    )
    assert not await adapter.withdraw(CLIENT, note(), left)
    assert len(server.drafts.mails) == 2


async def test_a_draft_that_an_agent_saved_anew_stays(server: FakeImap, adapter: EmailAdapter) -> None:
    server.inbox.add(mail())
    left = await adapter.leave(CLIENT, note())
    server.drafts.mails.clear()
    server.drafts.add(mail("نعتذر.", From=USER, Message_ID="<k@x>", References="<one@customer.example>"), "\\Draft")
    assert not await adapter.withdraw(CLIENT, note(), left)


async def test_a_draft_that_a_broken_session_only_marked_is_removed_at_the_next_try(
    server: FakeImap, adapter: EmailAdapter
) -> None:
    server.inbox.add(mail())
    left = await adapter.leave(CLIENT, note())
    server.hang_up_after = "UID STORE"
    with pytest.raises(HelpdeskError):
        await adapter.withdraw(CLIENT, note(), left)
    assert [item.flags for item in server.drafts.mails] == [{"\\Draft", "\\Deleted"}]
    assert await adapter.withdraw(CLIENT, note(), left)
    assert not server.drafts.mails


async def test_an_answer_that_never_came_is_unsure_and_the_draft_is_found(
    server: FakeImap, adapter: EmailAdapter
) -> None:
    server.inbox.add(mail())
    server.hang_up_after = "APPEND"
    with pytest.raises(HelpdeskError) as broken:
        await adapter.leave(CLIENT, note())
    assert (broken.value.unsure, broken.value.lasting) == (True, False)
    assert await adapter.find(CLIENT, note()) is not None
    assert len(server.drafts.mails) == 1


async def test_a_wrong_password_and_a_mail_that_is_gone_last_and_a_dead_server_does_not(server: FakeImap) -> None:
    for password in ("wrong", "خطأ"):
        wrong = EmailAdapter(Mailbox(account(server.port, password)), OWN)
        with pytest.raises(HelpdeskError) as refused:
            await wrong.poll(None)
        assert refused.value.lasting
        assert password not in refused.value.message
    right = EmailAdapter(Mailbox(account(server.port)), OWN)
    with pytest.raises(HelpdeskError) as gone:
        await right.leave(CLIENT, note())
    assert gone.value.lasting
    nobody = EmailAdapter(Mailbox(account(1)), OWN)
    with pytest.raises(HelpdeskError) as absent:
        await nobody.poll(None)
    assert not absent.value.lasting
    private = EmailAdapter(Mailbox(replace(account(server.port), private_network=False, security="tls")), OWN)
    with pytest.raises(HelpdeskError, match="private"):
        await private.poll(None)


async def test_probing_changes_nothing(server: FakeImap, adapter: EmailAdapter) -> None:
    assert "Entwürfe" in await adapter.probe(CLIENT)
    assert isinstance(adapter, Polling)
    assert isinstance(adapter, Probing)


def test_a_connection_is_checked_when_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    values: dict[str, Any] = {"id": "mail", "vendor": "email", "host": "imap.example.com", "username": USER}
    values |= {"addresses": [USER.upper()], "secret": {"env": "MAIL_PASSWORD"}}
    monkeypatch.delenv("MAIL_PASSWORD", raising=False)
    connection = EmailConnection.model_validate(values)
    assert connection.addresses == (USER,)
    with pytest.raises(ConfigurationError, match="MAIL_PASSWORD"):
        connection.adapter()
    monkeypatch.setenv("MAIL_PASSWORD", "x")
    assert isinstance(connection.adapter(), EmailAdapter)
    faults: list[dict[str, Any]] = [{"security": "none"}, {"addresses": ["nobody"]}, {"addresses": []}, {"port": 0}]
    for wrong in [*faults, {"host": "a b"}]:
        with pytest.raises(ValueError, match="validation error"):
            EmailConnection.model_validate(values | wrong)
