"""Find the page's data: the JSON that Next.js leaves in `__NEXT_DATA__`.

The JSON is located by bytes and decoded alone; parsing the whole page as HTML costs thirty times as much. Only when a
page is not what we expect is BeautifulSoup asked what it is, so that the error can say so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from extract.errors import BlockPage, ContractBroken, PageNotLoaded, UnexpectedPage
from extract.parse.fields import shown

if TYPE_CHECKING:  # imported when a page needs it: few do, and it takes long
    from bs4 import BeautifulSoup

MARKER = b'id="__NEXT_DATA__"'
BLOCK_WORDS = ("access denied", "captcha", "verify you are", "are you a robot", "unusual traffic", "request blocked")
LOGIN_WORDS = ("log in", "login", "sign in")
MAINTENANCE_WORDS = ("maintenance", "back soon", "back shortly", "temporarily unavailable", "temporarily down")
MANY_LINKS = 30
READ = 200_000  # bytes of a page that are looked at to tell what it is


def next_data(body: bytes) -> dict[str, Any]:
    """Return the decoded `__NEXT_DATA__` object of a page.

    Raises:
        UnexpectedPage: the page has no such object, or it is cut off or garbled; the message says what the page is.
    """
    at = body.find(MARKER)
    start = body.find(b">", at) + 1 if at >= 0 else 0
    end = body.find(b"</script>", start) if start > 0 else -1
    if end < 0:
        raise diagnose(body)
    try:
        data = orjson.loads(body[start:end])
    except orjson.JSONDecodeError as error:
        raise UnexpectedPage(
            f"The page's data is not valid JSON ({error}). Try again; if it stays so, report it."
        ) from error
    if not isinstance(data, dict):
        raise UnexpectedPage("The page's data is not a JSON object. Try again; if it stays so, report it.")
    return data


def state(body: bytes, name: str) -> dict[str, Any]:
    """Return one slice of the page's initial state (`results` or `raceResult`), loaded or not.

    Raises:
        UnexpectedPage: the page has no such state: another page, or a new layout.
    """
    node: Any = next_data(body)
    for key in ("props", "pageProps", "initialState", name):
        node = node.get(key) if isinstance(node, dict) else None
        if node is None:
            raise _stand_in(_soup(body)) or UnexpectedPage(
                f"The page has no '{key}' on the way to initialState.{name}: another page, or a new layout. "
                "Update the project; stored pages can then be replayed."
            )
    if not isinstance(node, dict):
        raise UnexpectedPage(f"initialState.{name} is not an object: a new layout. Update the project, then replay.")
    return node


def loaded(body: bytes, name: str) -> Any:  # noqa: ANN401 - whatever JSON the page holds
    """Return the loaded data of one state, decoded.

    Raises:
        PageNotLoaded: the source sent its error shell, without data.
    """
    node = state(body, name)
    if node.get("data") is None:
        reason = shown(node["error"]) if node.get("error") else "no reason given"
        raise PageNotLoaded(f"The page came without its data ({reason}). It is tried again; else run `extract retry`.")
    return node["data"]


def encode(data: Any) -> bytes:  # noqa: ANN401 - whatever JSON the page holds
    """Return data as compact JSON.

    Raises:
        UnexpectedPage: it cannot be written, which is to say that it is nested without end.
    """
    try:
        return orjson.dumps(data)
    except orjson.JSONEncodeError as error:
        raise UnexpectedPage(f"The page's data cannot be stored ({error}). Try again; else report it.") from error


def decode(payload: bytes) -> Any:  # noqa: ANN401 - whatever JSON the payload holds
    """Decode a stored payload.

    Raises:
        ContractBroken: it is not JSON.
    """
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        raise ContractBroken(f"The stored payload is not valid JSON ({error}). Fetch the race again.") from error


def diagnose(body: bytes) -> ContractBroken:
    """Return the error for a page without data: what the page is, in one sentence, and what to do."""
    if not body.strip():
        return UnexpectedPage("The page is empty. Try again later.")
    soup = _soup(body)
    if found := _stand_in(soup):
        return found
    title = _title(soup)
    if any(word in soup.get_text(" ", strip=True).lower() for word in BLOCK_WORDS):
        return _blocked(title)
    if b"</html>" not in body[-2000:].lower():
        return UnexpectedPage(f"The page is cut off after {len(body)} bytes ({title}). Try again.")
    return UnexpectedPage(
        f"The page ({title}) has no __NEXT_DATA__: a new layout. Update the project, then run `extract replay`."
    )


def _soup(body: bytes) -> BeautifulSoup:
    from bs4 import BeautifulSoup, ParserRejectedMarkup

    try:
        return BeautifulSoup(body[:READ], "html.parser")
    except ParserRejectedMarkup as error:
        raise UnexpectedPage(
            "The page is not even HTML, and has no data. Try again; if it stays so, report it."
        ) from error


def _stand_in(soup: BeautifulSoup) -> ContractBroken | None:
    """Return the error for a page that stands in for all others for a while; None when it is one of its own."""
    title = _title(soup)
    headings = " ".join([title, *(found.get_text(" ", strip=True) for found in soup.find_all("h1"))]).lower()
    if any(word in headings for word in BLOCK_WORDS):
        return _blocked(title)
    asks_password = soup.find("input", attrs={"type": "password"}) is not None
    is_bare = len(soup.find_all("a")) < MANY_LINKS  # a form in the corner of a full page makes no login page
    if (asks_password and is_bare) or any(word in headings for word in LOGIN_WORDS):
        return BlockPage(
            f"This is a login page ({title}): the source wants to know who asks. Set EXTRACT_COOKIE from your own "
            "session, or wait some hours; then run again."
        )
    if any(word in headings for word in MAINTENANCE_WORDS):
        return PageNotLoaded(
            f"This is a maintenance page ({title}): the source rests, nothing of ours is out of date. Run "
            "`extract retry` in an hour or more."
        )
    return None


def _blocked(title: str) -> BlockPage:
    return BlockPage(f"This is a block page ({title}): the source refuses us. Wait some hours and lower --rate.")


def _title(soup: BeautifulSoup) -> str:
    return shown(soup.title.get_text(strip=True) if soup.title else "no title")
