"""Calls to configured addresses: one origin for each client, an address that is checked before it is connected to.

A helpdesk's address comes from a file that an administrator wrote, its name's addresses from a name server that others
run: either may point into the house. So each request is resolved here, refused where any address of the name is not
one of the public internet (RFC 6890's registries, cloud metadata, forms that wrap an IPv4 address), and connected to
the very address that was checked: a name cannot mean something else between the check and the connection. The
certificate is checked against the name.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Final

import httpx

from api.addresses import is_callable
from models.errors import ConfigurationError

CONNECT_SECONDS: Final = 5.0
MAX_CONNECTIONS: Final = 8
DEFAULT_SECONDS: Final = 20.0
DEFAULT_RESPONSE: Final = 4 * 1024 * 1024

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Turns a name (ASCII) and a port into addresses as text, in the order in which they are to be tried."""


class ForbiddenAddressError(ConfigurationError):
    """A call that may not be made: another origin, or an address inside the network; trying again does not help."""

    code = "forbidden_address"


class ResponseTooLargeError(httpx.TransportError):
    """The answer is larger than this client reads; the request was taken all the same."""


def open_outbound(
    base_url: str,
    *,
    private_network: bool = False,
    timeout: float = DEFAULT_SECONDS,
    max_response: int = DEFAULT_RESPONSE,
    resolve: Resolve | None = None,
    verify: ssl.SSLContext | None = None,
) -> httpx.AsyncClient:
    """Return a client that calls one origin only, without redirects, cookies, compression or the environment's proxies.

    Args:
        base_url: scheme, host, port and a path that requests are relative to; https, unless ``private_network``.
        private_network: the address lies in the operator's own network: private and loopback addresses are allowed,
            and http to them. Link-local addresses and cloud metadata never are.
        timeout: seconds for a whole exchange, name resolution and body included.
        max_response: bytes of a body.
        resolve: the system's resolver if None.
        verify: trusted certificates; those of certifi, SSL_CERT_FILE or SSL_CERT_DIR if None.

    Raises:
        ConfigurationError: the address is none that may be called.
    """
    base = _origin(base_url, private_network=private_network)
    transport = _OneOrigin(
        base,
        private_network=private_network,
        seconds=timeout,
        max_response=max_response,
        resolve=resolve or system_resolve,
        verify=verify or httpx.create_ssl_context(),
    )
    return httpx.AsyncClient(
        base_url=base,
        transport=transport,
        timeout=httpx.Timeout(timeout, connect=min(CONNECT_SECONDS, timeout)),
        headers={"User-Agent": "rifq", "Accept-Encoding": "identity"},
        follow_redirects=False,
        trust_env=False,
    )


async def system_resolve(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver for a name's addresses.

    Raises:
        httpx.ConnectError: the name has none, or nobody answers.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        msg = f"The name {host} cannot be resolved."
        raise httpx.ConnectError(msg) from error
    return list(dict.fromkeys(str(item[4][0]) for item in found))


def _origin(base_url: str, *, private_network: bool) -> httpx.URL:
    try:
        url = httpx.URL(base_url)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise _refused("it is no web address") from error
    if url.scheme not in {"https", "http"} or not url.raw_host:
        raise _refused("it is no web address")
    if url.scheme == "http" and not private_network:
        raise _refused("use https (http is for servers in your own network, with private_network: true)")
    if url.userinfo or "@" in base_url:
        raise _refused("it holds a user name or password, which belong into the connection's secret")
    if url.query or url.fragment or "\\" in base_url or not base_url.isprintable() or " " in base_url:
        raise _refused("it holds more than a scheme, a host, a port and a path")
    try:
        literal = ipaddress.ip_address(url.host)
    except ValueError:
        return url
    if not is_callable(str(literal), private_network=private_network, plain=url.scheme == "http"):
        raise _forbidden(url.host)
    return url


def _refused(reason: str) -> ConfigurationError:
    return ConfigurationError(f"This address cannot be called: {reason}.", field="url")


def _forbidden(host: str) -> ForbiddenAddressError:
    msg = (
        f"{host} does not lie on the public internet, or is reached over http: if it is a server of your own network, "
        "say private_network: true; link-local addresses and cloud metadata are never called."
    )
    return ForbiddenAddressError(msg, field="url")


class _OneOrigin(httpx.AsyncBaseTransport):
    """Resolves, checks, and connects to what was checked."""

    def __init__(
        self,
        base: httpx.URL,
        *,
        private_network: bool,
        seconds: float,
        max_response: int,
        resolve: Resolve,
        verify: ssl.SSLContext,
    ) -> None:
        self._base = base
        self._private_network = private_network
        self._seconds = seconds
        self._max_response = max_response
        self._resolve = resolve
        limits = httpx.Limits(max_connections=MAX_CONNECTIONS, max_keepalive_connections=2, keepalive_expiry=15.0)
        self._inner = httpx.AsyncHTTPTransport(verify=verify, trust_env=False, limits=limits)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request to the one origin.

        Raises:
            ForbiddenAddressError: another origin, or an address that may not be called.
            httpx.TransportError: the exchange failed.
        """
        self._check(request.url)
        deadline = asyncio.get_running_loop().time() + self._seconds
        try:
            async with asyncio.timeout_at(deadline):
                response = await self._send(request)
        except TimeoutError as error:
            raise _late(request) from error
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            await response.aclose()
            msg = "The answer is compressed although nobody asked for that."
            raise httpx.DecodingError(msg, request=request)
        stream = response.stream
        assert isinstance(stream, httpx.AsyncByteStream)  # noqa: S101 - an async transport gives no other
        body = _Bounded(stream, self._max_response, deadline, request)
        return httpx.Response(
            response.status_code, headers=_kept(response), stream=body, extensions=response.extensions
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()

    def _check(self, url: httpx.URL) -> None:
        wanted, given = self._base, url
        if (given.scheme, given.raw_host, given.port) != (wanted.scheme, wanted.raw_host, wanted.port):
            msg = (
                f"A call to another address than {wanted.host} was refused: set the connection's url to the right one."
            )
            raise ForbiddenAddressError(msg, field="url")
        if given.userinfo:
            raise _refused("it holds a user name or password")

    async def _send(self, request: httpx.Request) -> httpx.Response:
        name = self._base.raw_host.decode("ascii")
        failure: httpx.TransportError | None = None
        for address in await self._addresses(name):
            try:
                return await self._inner.handle_async_request(self._pinned(request, address, name))
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error  # nothing was sent: the next address may be taken
        raise failure or httpx.ConnectError(f"The name {name} has no address.")

    async def _addresses(self, name: str) -> Sequence[str]:
        default = 443 if self._base.scheme == "https" else 80
        found = await self._resolve(name.strip("[]"), self._base.port or default)
        plain = self._base.scheme == "http"
        if not all(is_callable(item, private_network=self._private_network, plain=plain) for item in found):
            raise _forbidden(name)
        return found

    def _pinned(self, request: httpx.Request, address: str, name: str) -> httpx.Request:
        headers = request.headers.copy()
        headers["Host"] = self._base.netloc.decode("ascii")
        return httpx.Request(
            request.method,
            request.url.copy_with(host=address),
            headers=headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": name.strip("[]")},
        )


def _kept(response: httpx.Response) -> list[tuple[bytes, bytes]]:
    """Return the headers without cookies, and without the address that a redirect points to: nobody follows it."""
    dropped = {b"set-cookie"} | ({b"location"} if response.is_redirect else set())
    return [(name, value) for name, value in response.headers.raw if name.lower() not in dropped]


def _late(request: httpx.Request) -> httpx.ReadTimeout:
    return httpx.ReadTimeout("The exchange took longer than it may.", request=request)


class _Bounded(httpx.AsyncByteStream):
    """A body that ends in an error at its limit of bytes or time."""

    def __init__(self, inner: httpx.AsyncByteStream, limit: int, deadline: float, request: httpx.Request) -> None:
        self._inner = inner
        self._limit = limit
        self._deadline = deadline
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        seen = 0
        pieces = aiter(self._inner)
        while True:
            try:
                async with asyncio.timeout_at(self._deadline):
                    piece = await anext(pieces, None)
            except TimeoutError as error:
                raise _late(self._request) from error
            if piece is None:
                return
            seen += len(piece)
            if seen > self._limit:
                msg = f"The answer is larger than {self._limit} bytes."
                raise ResponseTooLargeError(msg, request=self._request)
            yield piece

    async def aclose(self) -> None:
        """Close the connection, or give it back."""
        await self._inner.aclose()
