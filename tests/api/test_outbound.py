"""Outbound calls: what may be called, and that the address which was checked is the one connected to."""

import asyncio
import datetime as dt
import ipaddress
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from api.addresses import is_callable
from api.outbound import ForbiddenAddressError, Resolve, ResponseTooLargeError, open_outbound
from models.errors import ConfigurationError

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
INSIDE = [
    "127.0.0.1",
    "127.9.9.9",
    "10.0.0.5",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "100.127.255.254",
    "::1",
    "fc00::1",
    "fd12::9",
]
NEVER = [
    "0.0.0.0",  # noqa: S104 - it is refused
    "169.254.169.254",
    "169.254.1.1",
    "168.63.129.16",
    "100.100.100.200",
    "192.0.0.192",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "198.18.0.1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fd00:ec2::254",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::127.0.0.1",
    "::8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::a00:1",
    "2002:7f00:1::1",
    "2002:a00:1::1",
    "2001:0:7f00:1::1",
    "2001:db8::1",
    "fec0::1",
    "100::1",
    "x",
    "1.2.3",
    "0x7f.1",
]
PUBLIC = ["8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4001:81b::200e"]


@pytest.mark.parametrize("address", INSIDE)
def test_inside_addresses_need_a_private_network(address: str) -> None:
    assert not is_callable(address, private_network=False)
    assert is_callable(address, private_network=True)
    assert is_callable(address, private_network=True, plain=True)


@pytest.mark.parametrize("address", NEVER)
def test_some_addresses_are_never_called(address: str) -> None:
    assert not is_callable(address, private_network=False)
    assert not is_callable(address, private_network=True)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_called_over_https_only(address: str) -> None:
    assert is_callable(address, private_network=False)
    assert not is_callable(address, private_network=True, plain=True)


@given(st.ip_addresses())
def test_whatever_is_not_global_is_not_called(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if is_callable(str(address), private_network=False):
        assert address.is_global
        assert not address.is_multicast
        assert not address.is_reserved


@given(st.ip_addresses(v=4))
def test_no_wrapped_address_is_called(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    for wrapped in (number, (0xFFFF << 32) | number, (0x64FF9B << 96) | number, (0x2002 << 112) | (number << 80)):
        assert not is_callable(str(ipaddress.IPv6Address(wrapped)), private_network=True)


@pytest.mark.parametrize(
    "url",
    [
        "http://desk.example",
        "ftp://desk.example",
        "//desk.example",
        "desk.example",
        "https://",
        "https://user@desk.example",
        "https://user:word@desk.example",
        "https://desk.example@evil.example",
        "https://@desk.example",
        "https://desk.example\\@evil.example",
        "https://desk.example/?to=1",
        "https://desk.example/#x",
        "https://desk.example\n",
        "https://desk example",
        "https://\u202edesk.example",
        "https://①②⑦.⓪.⓪.①",
        "https://127.0.0.1",
        "https://[::1]",
        "https://[::ffff:127.0.0.1]",
        "https://169.254.169.254/latest",
        "https://10.0.0.1:8443",
    ],
)
def test_wrong_addresses_are_refused_when_the_client_is_opened(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        open_outbound(url)
    assert caught.value.field == "url"


@pytest.mark.parametrize("url", ["http://169.254.169.254", "http://8.8.8.8", "http://0.0.0.0", "https://[fe80::1]"])
def test_a_private_network_opens_no_door_to_metadata_or_plain_http(url: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        open_outbound(url, private_network=True)


def _to(*addresses: str) -> Resolve:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    return resolve


@pytest.mark.parametrize("host", ["2130706433", "0x7f.0.0.1", "127.1", "017700000001", "localhost"])
async def test_other_spellings_of_loopback_are_refused(host: str) -> None:
    async with open_outbound(f"https://{host}") as client:
        with pytest.raises(ForbiddenAddressError):
            await client.get("/")


@pytest.mark.parametrize("addresses", [("127.0.0.1",), ("8.8.8.8", "10.0.0.1"), ("::1", "2606:4700:4700::1111")])
async def test_a_name_with_any_inner_address_is_refused(addresses: Sequence[str]) -> None:
    async with open_outbound("https://desk.example", resolve=_to(*addresses)) as client:
        with pytest.raises(ForbiddenAddressError, match=r"desk\.example"):
            await client.get("/")


async def test_an_unknown_name_is_a_connect_error() -> None:
    async with open_outbound(f"https://{'a' * 64}.example") as client:
        with pytest.raises(httpx.ConnectError):
            await client.get("/")


@asynccontextmanager
async def _serving(handler: Handler, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    server = await asyncio.start_server(handler, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


def _answering(head: str, body: bytes = b"{}", heads: list[str] | None = None) -> Handler:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received = (await reader.readuntil(b"\r\n\r\n")).decode()
        if heads is not None:
            heads.append(received)
        writer.write(f"HTTP/1.1 {head}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()

    return handle


async def test_the_name_is_resolved_once_and_stands_in_the_host_header() -> None:
    asked, heads = list[tuple[str, int]](), list[str]()

    async def resolve(host: str, port: int) -> Sequence[str]:
        asked.append((host, port))
        return ["127.0.0.1"] if len(asked) == 1 else ["10.9.9.9"]

    async with _serving(_answering("200 OK", heads=heads)) as port:
        url = f"http://desk.internal:{port}/api"
        async with open_outbound(url, private_network=True, resolve=resolve) as client:
            response = await client.post("/notes", json={}, headers={"Host": "evil.example"})
    assert response.status_code == 200
    assert asked == [("desk.internal", port)]
    assert heads[0].startswith("POST /api/notes HTTP/1.1\r\n")
    assert f"desk.internal:{port}" in heads[0]
    assert "evil.example" not in heads[0]


async def test_a_rebound_name_is_checked_again_at_the_next_request() -> None:
    answers = [["127.0.0.1"], ["169.254.169.254"]]

    async def resolve(host: str, port: int) -> Sequence[str]:
        return answers.pop(0)

    async with _serving(_answering("200 OK")) as port:
        url = f"http://desk.internal:{port}"
        async with open_outbound(url, private_network=True, resolve=resolve) as client:
            await client.get("/")
            with pytest.raises(ForbiddenAddressError):
                await client.get("/")


async def test_the_next_address_is_tried_where_one_does_not_answer() -> None:
    async with _serving(_answering("200 OK")) as port:
        url = f"http://desk.internal:{port}"
        async with open_outbound(url, private_network=True, resolve=_to("127.0.0.9", "127.0.0.1")) as client:
            assert (await client.get("/")).status_code == 200


@pytest.mark.parametrize(
    "url", ["https://evil.example/", "http://desk.internal/", "http://desk.internal:1/", "http://a:b@desk.internal:99/"]
)
async def test_no_other_origin_is_called(url: str) -> None:
    async with open_outbound("http://desk.internal:99", private_network=True, resolve=_to("127.0.0.1")) as client:
        with pytest.raises(ConfigurationError):
            await client.get(url)


async def test_no_redirect_is_followed_and_no_cookie_kept() -> None:
    heads: list[str] = []
    head = "302 Found\r\nLocation: /elsewhere\r\nSet-Cookie: a=b"
    async with (
        _serving(_answering(head, heads=heads)) as port,
        open_outbound(f"http://127.0.0.1:{port}", private_network=True) as client,
    ):
        response = await client.get("/", follow_redirects=True)
        await client.get("/again")
    assert response.status_code == 302
    assert len(heads) == 2
    assert "cookie" not in "".join(heads).lower()


async def test_the_environment_names_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with (
        _serving(_answering("200 OK")) as port,
        open_outbound(f"http://127.0.0.1:{port}", private_network=True) as client,
    ):
        assert (await client.get("/")).status_code == 200


async def test_a_body_is_bounded_and_not_compressed() -> None:
    async with (
        _serving(_answering("200 OK", b"x" * 5_000)) as port,
        open_outbound(f"http://127.0.0.1:{port}", private_network=True, max_response=4_999) as client,
    ):
        with pytest.raises(ResponseTooLargeError):
            await client.get("/")
    async with (
        _serving(_answering("200 OK\r\nContent-Encoding: gzip", b"\x1f\x8b")) as port,
        open_outbound(f"http://127.0.0.1:{port}", private_network=True) as client,
    ):
        with pytest.raises(httpx.DecodingError):
            await client.get("/")


async def test_an_answer_that_trickles_ends_at_the_time_limit() -> None:
    closed = asyncio.Event()

    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        await reader.readuntil(b"\r\n\r\n")
        gone = asyncio.ensure_future(reader.read())
        while not gone.done():
            writer.write(b"x")
            await asyncio.wait([gone], timeout=0.02)
        writer.close()
        closed.set()

    async with (
        _serving(trickle) as port,
        open_outbound(f"http://127.0.0.1:{port}", private_network=True, timeout=0.3) as client,
    ):
        with pytest.raises(httpx.TimeoutException):
            await client.get("/")
        await closed.wait()


def _certificate(folder: Path, name: str) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return file


async def test_the_certificate_is_checked_against_the_name(tmp_path: Path) -> None:
    names: list[str | None] = []
    file = _certificate(tmp_path, "desk.internal")
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(file)
    serving.sni_callback = lambda _socket, name, _context: names.append(name)
    trusted = ssl.create_default_context(cafile=str(file))
    async with _serving(_answering("200 OK"), serving) as port:
        for host, fits in (("desk.internal", True), ("other.internal", False)):
            url, resolve = f"https://{host}:{port}", _to("127.0.0.1")
            async with open_outbound(url, private_network=True, resolve=resolve, verify=trusted) as client:
                if fits:
                    assert (await client.get("/")).status_code == 200
                else:
                    with pytest.raises(httpx.ConnectError):
                        await client.get("/")
    assert names == ["desk.internal", "other.internal"]


def test_an_address_with_a_zone_is_never_called() -> None:
    assert not is_callable("fd00:ec2::254%eth0", private_network=True)
    assert is_callable("fd12::1", private_network=True)
