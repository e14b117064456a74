"""Where a redirect may lead."""

from __future__ import annotations

import pytest

from extract.errors import FetchFailed
from extract.fetch.address import is_loopback, origin_of, redirect_target
from extract.fetch.patience import Patience
from extract.fetch.transport import TransportError
from tests.unit.fetch.support import Script, answer, client, keep

BAD = {
    "http://evil/": "another host",
    "//evil/a": "another host",
    "https://source.evil/": "another host",
    "file:///etc/passwd": "no address of the source",
    "javascript:alert(1)": "no address of the source",
    "data:text/html,x": "no address of the source",
    "http://[": "no address of the source",
    "http://[::1/": "no address of the source",
    "http://[v1.x]/": "no address of the source|another host",
    "http://source:99999/": "no address of the source",
    "http://source:port/": "no address of the source",
    "http://source:8080/": "another port, 8080",
    "https://source:8443/": "another port, 8443",
    "http://user:word@source/a": "no address of the source",
    "/caf\xe9": "characters",
    "/a\tb": "characters",
    "/a b": "characters",
    "\\\\evil\\a": "characters",
    "http://ｓource/": "characters",
}


@pytest.mark.parametrize(("location", "says"), BAD.items())
def test_a_bad_redirect_fails_one_page_with_its_reason(location: str, says: str) -> None:
    with pytest.raises(TransportError, match=says):
        redirect_target("http://source/a", location)
    script = Script(answer(302, location=location))
    made, _ = client(script, patience=Patience(attempts=1))
    with pytest.raises(FetchFailed, match=says):
        made.get("/a", keep)
    assert script.urls == ["http://source/a"]


@pytest.mark.parametrize(
    ("url", "location", "target"),
    [
        ("http://source/a", "/a/", "http://source/a/"),
        ("http://source/a/b", "../c?d=1", "http://source/c?d=1"),
        ("http://source/a", "HTTP://SOURCE:80/b", "http://SOURCE:80/b"),
        ("http://source/a", "https://source/a", "https://source/a"),
        ("https://source/a", "//source/b", "https://source/b"),
    ],
)
def test_the_same_host_is_followed_and_to_https_too(url: str, location: str, target: str) -> None:
    assert redirect_target(url, location) == target


def test_https_is_never_left() -> None:
    with pytest.raises(TransportError, match="from https to http"):
        redirect_target("https://source/a", "http://source/a")


def test_origins_are_compared_whatever_the_spelling() -> None:
    assert origin_of("HTTPS://Source/a") == origin_of("https://source:443")
    assert str(origin_of("https://source:443/x")) == "https://source"
    assert str(origin_of("http://[::1]:81/x")) == "http://[::1]:81"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:1/", True),
        ("http://127.9.9.9/", True),
        ("http://[::1]/", True),
        ("http://localhost:80/", True),
        ("http://localhost.evil/", False),
        ("http://10.0.0.1/", False),
        ("http://source/", False),
    ],
)
def test_loopback_is_known(url: str, expected: bool) -> None:
    assert is_loopback(url) is expected
