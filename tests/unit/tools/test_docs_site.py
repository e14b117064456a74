"""The docs as a site: links from the repository lead somewhere in the site, and a drawing needs no script."""

from __future__ import annotations

import pytest

from tools.docs_site import drawn, relinked


@pytest.mark.parametrize(
    ("source", "written", "expected"),
    [
        ("README.md", "[a](docs/athena.md#what)", "[a](athena.md#what)"),
        ("README.md", "![a](docs/report-390.png)", "![a](report-390.png)"),
        ("README.md", "[a](deploy/README.md)", "[a](deploy/README.md)"),
        ("docs/report.md", "[a](../README.md#query-it)", "[a](index.md#query-it)"),
        ("docs/decisions/README.md", "[a](../../README.md)", "[a](../index.md)"),
        ("deploy/README.md", "[a](../docs/athena.md)", "[a](../athena.md)"),
        ("deploy/README.md", "[a](crontab), [b](systemd)", "[a](crontab), b"),
        ("docs/reading.md", "[a](no_such_page.md)", "[a](no_such_page.md)"),  # MkDocs refuses it by name
        ("docs/reading.md", "[a](https://example.org/x), [b](#here)", "[a](https://example.org/x), [b](#here)"),
    ],
)
def test_a_link_of_the_repository_becomes_one_of_the_site(source: str, written: str, expected: str) -> None:
    assert relinked(written, source) == expected


def test_two_drawings_on_a_page_have_names_of_their_own() -> None:
    first, second = (drawn(f"flowchart LR\n  a --> {end}\n", "mermaid", "drawn", {}, None) for end in "bc")
    assert "<svg" in first
    assert "<script" not in first
    assert first.partition('id="')[2].partition('"')[0] != second.partition('id="')[2].partition('"')[0]
