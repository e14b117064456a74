"""What MkDocs asks while it builds the docs site: pages from outside docs/, links as the repository has them, drawings.

The files stay as they read best in the repository. README.md is the site's first page. A link to a file that is a page
leads to that page, one to another file to a copy of it, one to a folder becomes its text.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final

import mmdr
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT: Final = Path(__file__).resolve().parents[1]
PAGES: Final = {
    "README.md": "index.md",
    **{name: name for name in ("CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "deploy/README.md")},
}
"""Files outside docs/ that are pages, and where in the site."""
LINK: Final = re.compile(r"(?P<text>\[[^\]]*\])\((?P<target>[^)\s#:]+)(?P<anchor>#[^)\s]*)?\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages from outside docs/, and the files that they link to."""
    for source, place in PAGES.items():
        files.append(File.generated(config, place, content=(ROOT / source).read_text(encoding="utf-8")))
    linked = {found for source in PAGES for found in _links(source)}
    for path in sorted(path for path in linked if (ROOT / path).is_file()):
        if _place(path) == path and files.get_file_from_path(path) is None:
            files.append(File.generated(config, path, abs_src_path=str(ROOT / path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Write the links of a page as they are in the site."""
    sources = {place: source for source, place in PAGES.items()}
    return relinked(markdown, sources.get(page.file.src_uri, f"docs/{page.file.src_uri}"))


def relinked(markdown: str, source: str) -> str:
    """Return a file's text with its links as they are in the site.

    Args:
        markdown: The text.
        source: Its path in the repository.
    """

    def link(match: re.Match[str]) -> str:
        path = _resolved(source, match["target"])
        if not (ROOT / path).exists():
            return match[0]  # for MkDocs to complain about
        if (ROOT / path).is_dir():
            return match["text"][1:-1]
        target = os.path.relpath(_place(path), PurePosixPath(_place(source)).parent)
        return f"{match['text']}({target}{match['anchor'] or ''})"

    return LINK.sub(link, markdown)


def drawn(source: str, language: str, css_class: str, options: Mapping[str, Any], md: object, **more: object) -> str:
    """Return a mermaid drawing as SVG, drawn here, so that the page needs no script from elsewhere."""
    svg = mmdr.render(source).svg()
    name = f"drawing-{zlib.crc32(source.encode())}"  # styles go by it, and a page may hold several
    return f'<div class="{css_class}" tabindex="0">{svg.replace("merman", name)}</div>'


def _links(source: str) -> set[str]:
    text = (ROOT / source).read_text(encoding="utf-8")
    return {_resolved(source, match["target"]) for match in LINK.finditer(text)}


def _resolved(source: str, target: str) -> str:
    return os.path.normpath(PurePosixPath(source).parent / target)


def _place(path: str) -> str:
    """Say where in the site a file of the repository is."""
    return PAGES.get(path) or path.removeprefix("docs/")
