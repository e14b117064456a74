"""What staging has of a page before a run asks for it: to ask for it only if it has changed, and to store it once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from extract.errors import StagingError
from extract.fetch.client import Page
from extract.fetch.conditions import Known, Validators
from extract.run.settings import VERSION
from extract.stage.page_note import Said
from extract.stage.pages import PageStore, StoredPage

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class EarlierPages:
    """The newest stored page of everything, whole and proven by its checksum, but for those of withdrawn runs."""

    store: PageStore
    withdrawn: Container[str] = ()
    _listed: dict[tuple[str, date], dict[str, str]] = field(default_factory=dict)

    def page(self, country: str, race_date: date, page: str) -> StoredPage | None:
        """Return the stored page of a race id, or of `index`; None where there is none, or none to rely on."""
        key = (country, race_date)
        try:
            if key not in self._listed:
                self._listed[key] = self.store.latest(country, race_date, self.withdrawn)
            path = self._listed[key].get(page)
            found = self.store.read(path) if path else None
        except StagingError as error:
            log.warning("%s", error)
            return None
        return None if found is None or found.had_by in self.withdrawn else found


def known(stored: StoredPage | None, address: str, read: Callable[[bytes], T]) -> Known[T] | None:
    """Return what stands for a page if the source says that it has not changed; None where it must be had whole.

    That is so where nothing is stored that came from this address with validators, or what is stored was kept by
    another version, which may have kept less of it, or cannot be read.
    """
    said = stored.said if stored else None
    if stored is None or said is None or (said.address, said.version) != (address, VERSION):
        return None
    if not (said.etag or said.last_modified):
        return None
    try:
        value = read(stored.payload)
    except Exception as error:  # any: what a parser stumbles over is had anew, and told of then
        log.info("%s is asked for whole, for the stored page cannot be read: %s", address, error)
        return None
    return Known(Validators(said.etag, said.last_modified), value)


def said_by(page: Page, address: str, stored: StoredPage | None) -> Said | None:
    """Return what to keep beside a page's payload so that the next run can ask whether it has changed."""
    if page.is_unchanged:
        return stored.said if stored else None
    found = page.validators
    return Said(address, VERSION, found.etag, found.last_modified) if found else None
