"""Drawn requests, most of them wrong somewhere, and what may be answered to them."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer

from hypothesis import strategies as st

Ask = Callable[[bytes], bytes]

_junk = st.binary(max_size=40) | st.text("²³٣-+0x9\x00;,=%", max_size=12).map(str.encode)
_paths = st.sampled_from(
    [b"/", b"/save", b"/code", b"/state.json", b"/live.json", b"/metrics", b"/healthz", b"/static/x"]
)
_mores = st.sampled_from(
    [b"", b"?lang=%", b"?lang=%ff%00", b"?" + b"a&" * 3000, b"%2e%2e/", b"#", b"\xff", b"?code=\xb2"]
)
_odd = st.sampled_from([b"//[", b"http://[::/", b"*", b"//\xff@[x]/", b"/" + b"a" * 70_000, b""])
_targets = st.builds(lambda path, more: path + more, _paths, _mores) | _odd
_methods = st.sampled_from([b"GET", b"POST", b"HEAD", b"PUT", b"get", b"\xff", b""])
_versions = st.sampled_from([b"HTTP/1.0", b"HTTP/1.1", b"HTTP/\xb2.0", b"HTTP/9.9", b"HTTP/1", b"FTP/1.1", b""])
_names = st.sampled_from(
    [b"Content-Length", b"Cookie", b"Origin", b"Host", b"Accept-Language", b"Transfer-Encoding", b"Expect", b"\xff"]
)
_numbers = st.sampled_from([b"\xb2", b"\xc2\xb2", b"-1", b"1e3", b"9" * 20, b"5", b"", b"chunked", b"100-continue"])
_texts = st.sampled_from(
    [b"platspuls-setup=x; ==; ;=\xff", b"sv;q=\xb2", b"sv;q=nan,en;q=1e999", b"*;q=-", b"http://[", b"a\r b"]
)
_headers = st.lists(st.builds(lambda name, value: name + b": " + value, _names, _numbers | _texts | _junk), max_size=4)
_bodies = _junk | st.sampled_from(
    [
        b"",
        b"{",
        b"[" * 9000,
        b'{"lines": [{"points": [[NaN, 1e999]]}]}',
        b"code=%ff%",
        b"5\r\nabc",
        b'"\\ud800"',
        b"null",
    ]
)
requests = st.builds(
    lambda method, target, version, headers, body: (
        b" ".join([method, target, version]) + b"\r\n" + b"\r\n".join([*headers, b"", b""]) + body
    ),
    _methods,
    _targets,
    _versions,
    _headers,
    _bodies,
)
"""A request whose parts are drawn each by itself."""


def posts(paths: list[bytes], cookie: bytes) -> st.SearchStrategy[bytes]:
    """Draw requests of somebody who is logged in, whose frame is right and whose body may be anything."""
    return st.builds(
        lambda path, body: (
            b"POST %s HTTP/1.0\r\nCookie: %s\r\nContent-Length: %d\r\n\r\n%s" % (path, cookie, len(body), body)
        ),
        st.sampled_from(paths),
        _bodies,
    )


def is_fair(answer: bytes) -> bool:
    """Tell whether an answer blames the request at most: no 5xx but 501 and 505. HTTP/0.9 has no status."""
    return not answer.startswith(b"HTTP/") or answer[9:12] in {b"501", b"505"} or answer[9:10] in b"234"


@contextmanager
def asking(server: ThreadingHTTPServer) -> Iterator[Ask]:
    """Serve meanwhile; yield what sends bytes, says that no more come, and returns what is answered."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield lambda sent: ask(server.server_port, sent)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def ask(port: int, sent: bytes) -> bytes:
    """Send bytes, say that no more come, and return what is answered."""
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        try:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))
        except OSError:
            return b""  # it was refused before all of it was read
