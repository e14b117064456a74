"""Reading one SQL statement, token by token: just enough to tell statements apart and to take names out of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NoReturn

TOKEN: Final = re.compile(
    r"""(?P<space>\s+|--[^\n]*(?:\n|\Z)|/\*.*?\*/)
      | (?P<string>'(?:[^']|'')*')
      | (?P<quoted>"(?:[^"]|"")*"|`(?:[^`]|``)*`)
      | (?P<word>[A-Za-z_]\w*)
      | (?P<number>\d[\w.]*)
      | (?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)
OPENING: Final = ("(", "[", "<")
CLOSING: Final = (")", "]", ">")


class QueryFailed(Exception):
    """A query that ends in FAILED, with the error name and message that Athena's API shows."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name


def refuse(message: str) -> NoReturn:
    """Fail the query: Athena would, or this service does not know what Athena would do."""
    raise QueryFailed("NOT_SUPPORTED", message)


@dataclass(frozen=True, slots=True)
class Table:
    """Schema and name of a table, lower case as Glue stores them."""

    schema: str
    name: str

    def sql(self, catalog: str) -> str:
        """The table's quoted name in one of Trino's catalogs."""
        return f'"{catalog}"."{self.schema}"."{self.name}"'


@dataclass(frozen=True, slots=True)
class Token:
    """A token and where it lies in the statement."""

    kind: str
    text: str
    start: int
    end: int


def tokens(sql: str) -> list[Token]:
    """Split a statement into tokens, without white space and comments."""
    found = TOKEN.finditer(sql)
    return [Token(str(m.lastgroup), m[0], m.start(), m.end()) for m in found if m.lastgroup != "space"]


class Reader:
    """A cursor over the tokens of one statement."""

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self.tokens = tokens(sql)
        while self.tokens and self.tokens[-1].text == ";":  # dbt ends some statements so; Athena accepts one
            self.sql = sql[: self.tokens.pop().start]
        self.at = 0

    def accept(self, *words: str) -> bool:
        """Step over these words when they come next."""
        here = [token.text.lower() for token in self.tokens[self.at : self.at + len(words)]]
        if here != list(words):
            return False
        self.at += len(words)
        return True

    def expect(self, *words: str) -> None:
        """Step over these words; refuse the statement when something else comes next."""
        if not self.accept(*words):
            self.unknown()

    @property
    def ended(self) -> bool:
        """Whether nothing is left."""
        return self.at >= len(self.tokens)

    def unknown(self) -> NoReturn:
        """Refuse the statement as one this service does not know."""
        shown = " ".join(self.sql[self.tokens[0].start if self.tokens else 0 :].split())[:200]
        refuse(f"the local Athena does not know this statement: {shown}")

    def name(self) -> str:
        """Take an identifier, quoted or not, lower case."""
        if self.ended or self.tokens[self.at].kind not in ("word", "quoted"):
            self.unknown()
        text = self.tokens[self.at].text
        self.at += 1
        return text.strip('`"').lower()

    def string(self) -> str:
        """Take a string literal; returns its value."""
        if self.ended or self.tokens[self.at].kind != "string":
            self.unknown()
        text = self.tokens[self.at].text
        self.at += 1
        return text[1:-1].replace("''", "'")

    def table(self, schema: str) -> Table:
        """Take a table name of one to three parts."""
        parts = [self.name()]
        while self.accept("."):
            parts.append(self.name())
        if len(parts) > 3 or (len(parts) == 3 and parts[0] != "awsdatacatalog"):
            refuse(f"no such catalog: {'.'.join(parts)}")
        return Table(parts[-2] if len(parts) > 1 else schema, parts[-1])

    def parenthesised(self) -> str:
        """Take a parenthesis; returns what is inside, as written."""
        if self.ended or self.tokens[self.at].text != "(":
            self.unknown()
        first, depth = self.at, 0
        while self.at < len(self.tokens):
            depth += {"(": 1, ")": -1}.get(self.tokens[self.at].text, 0)
            self.at += 1
            if depth == 0:
                return self.sql[self.tokens[first].end : self.tokens[self.at - 1].start]
        raise QueryFailed("SYNTAX_ERROR", "a parenthesis is never closed")

    def rest(self) -> str:
        """Take everything that is left, as written."""
        text = "" if self.ended else self.sql[self.tokens[self.at].start :]
        self.at = len(self.tokens)
        return text.rstrip()


def split_list(text: str) -> list[str]:
    """Split at the commas that are in no bracket and no string."""
    parts, depth, start = [], 0, 0
    for token in tokens(text):
        depth += (token.text in OPENING) - (token.text in CLOSING)
        if token.text == "," and depth == 0:
            parts.append(text[start : token.start].strip())
            start = token.end
    last = text[start:].strip()
    return [*parts, last] if last else parts


def properties(text: str) -> dict[str, str]:
    """Read `key = value, …`: keys without quotes and lower case, values as written."""
    pairs = (part.partition("=") for part in split_list(text))
    return {key.strip().strip("'\"").lower(): value.strip() for key, _, value in pairs}


def unquoted(value: str) -> str:
    """The text of a literal, quoted or not."""
    value = value.strip()
    return value[1:-1] if value[:1] == value[-1:] and value[:1] in ("'", '"') and len(value) > 1 else value
