"""Every fault of the matrix, and the exit codes it may end with."""

from __future__ import annotations

from dataclasses import dataclass

from extract.source.sample import Fault
from tests.resilience import spoiled
from tests.resilience.spoiled import Spoil

A_RACE = r"/results/9000\d/.*[05]/?$"
"""Some races of British courses."""
ONE_RACE = r"/results/9000\d/.*[0]/?$"
GOOD, PARTIAL, REFUSED, BROKEN = {0}, {3}, {4}, {5}
REFUSED_OR_PARTIAL = REFUSED | PARTIAL
"""Three refusals in a row end a run; whether some pages in between come through depends on who asks first."""


@dataclass(frozen=True, slots=True)
class Row:
    """One fault, and the exit codes it may end with when it strikes each address once, and when it always does."""

    fault: Fault | Spoil
    once: set[int]
    always: set[int]
    first: bool = True
    """Whether it can be told on a first scrape, when nothing is known to compare with."""
    timeout: float = 2.0


ON_THE_INDEX = {
    "500": Row(Fault("status", "/time-order", status=500), GOOD, PARTIAL),
    "503, come back tomorrow": Row(Fault("status", "/time-order", status=503, retry_after="86400"), PARTIAL, PARTIAL),
    "404": Row(Fault("status", "/time-order", status=404), PARTIAL, PARTIAL),
    "406": Row(Fault("status", "/time-order", status=406), GOOD, REFUSED),
    "429, come back tomorrow": Row(Fault("status", "/time-order", status=429, retry_after="86400"), REFUSED, REFUSED),
    "truncated": Row(Fault("truncate", "/time-order"), GOOD, PARTIAL),
    "disconnect": Row(Fault("disconnect", "/time-order"), GOOD, PARTIAL),
    "broken json": Row(Fault("bad-json", "/time-order"), GOOD, BROKEN),
    "error shell": Row(Spoil("index", spoiled.without_data), GOOD, PARTIAL),
    "block page": Row(Fault("block-page", "/time-order"), GOOD, REFUSED),
    "login page": Row(Spoil("index", spoiled.body(spoiled.LOGIN)), GOOD, REFUSED),
    "maintenance page": Row(Spoil("index", spoiled.body(spoiled.MAINTENANCE)), GOOD, PARTIAL),
    "empty page": Row(Spoil("index", spoiled.body("")), GOOD, BROKEN),
    "no meeting": Row(Spoil("index", spoiled.nothing_listed), GOOD, PARTIAL),
    "meetings without races": Row(Spoil("index", spoiled.races_are([])), GOOD, BROKEN),
    "races null": Row(Spoil("index", spoiled.races_are(None)), GOOD, BROKEN),
    "another day": Row(Spoil("index", spoiled.of_another_day), GOOD, BROKEN),
    "Britain missing": Row(Spoil("index", spoiled.without_country("GB")), GOOD, PARTIAL),
    "France missing": Row(Spoil("index", spoiled.without_country("FR")), GOOD, PARTIAL, first=False),
    "a race missing": Row(Spoil("index", spoiled.without_last_race("FR")), GOOD, PARTIAL, first=False),
    "an odd race of an asked country": Row(Spoil("index", spoiled.odd_race("FR")), GOOD, PARTIAL),
    "races listed twice": Row(Spoil("index", spoiled.races_twice), GOOD, GOOD),
    "France called Britain": Row(Spoil("index", spoiled.called_british), GOOD, PARTIAL, first=False),
    "slow drip": Row(Spoil("index", wire=spoiled.slow_drip), GOOD, PARTIAL, timeout=0.4),
    "gzip bomb": Row(Spoil("index", wire=spoiled.gzip_bomb), GOOD, PARTIAL),
    "huge page": Row(Spoil("index", wire=spoiled.huge), GOOD, PARTIAL),
    "a PDF": Row(Spoil("index", wire=spoiled.as_pdf), GOOD, BROKEN),
    "redirected in a circle": Row(Spoil("index", wire=spoiled.in_a_circle), GOOD, PARTIAL),
    "redirected to another host": Row(Spoil("index", wire=spoiled.to_another_host), GOOD, PARTIAL),
}
ON_A_PAGE = {
    "500": Row(Fault("status", A_RACE, status=500), GOOD, PARTIAL),
    "503, come back tomorrow": Row(Fault("status", A_RACE, status=503, retry_after="86400"), PARTIAL, PARTIAL),
    "404": Row(Fault("status", A_RACE, status=404), PARTIAL, PARTIAL),
    "406": Row(Fault("status", A_RACE, status=406), GOOD, REFUSED_OR_PARTIAL),
    "truncated": Row(Fault("truncate", A_RACE), GOOD, PARTIAL),
    "disconnect": Row(Fault("disconnect", A_RACE), GOOD, PARTIAL),
    "broken json": Row(Fault("bad-json", A_RACE), GOOD, PARTIAL),
    "error shell": Row(Spoil("page", spoiled.without_data, A_RACE), GOOD, PARTIAL),
    "block page": Row(Fault("block-page", A_RACE), GOOD, REFUSED_OR_PARTIAL),
    "login page": Row(Spoil("page", spoiled.body(spoiled.LOGIN), A_RACE), GOOD, REFUSED_OR_PARTIAL),
    "maintenance page": Row(Spoil("page", spoiled.body(spoiled.MAINTENANCE), A_RACE), GOOD, PARTIAL),
    "empty page": Row(Spoil("page", spoiled.body(""), A_RACE), GOOD, PARTIAL),
    "another race": Row(Spoil("page", spoiled.of_another_race, A_RACE), PARTIAL, PARTIAL),
    "a runner missing": Row(Spoil("page", spoiled.fewer_runners, A_RACE), GOOD, PARTIAL),
    "half the runners": Row(Spoil("page", spoiled.half_the_runners, A_RACE), GOOD, PARTIAL),
    "cut runners": Row(Spoil("page", spoiled.runners_cut_off, A_RACE), PARTIAL, PARTIAL),
    "a field gone": Row(Spoil("page", spoiled.field_gone, A_RACE), PARTIAL, PARTIAL),
    "slow drip": Row(Spoil("page", None, ONE_RACE, wire=spoiled.slow_drip), GOOD, PARTIAL, timeout=0.4),
    "gzip bomb": Row(Spoil("page", None, ONE_RACE, wire=spoiled.gzip_bomb), GOOD, PARTIAL),
    "huge page": Row(Spoil("page", None, ONE_RACE, wire=spoiled.huge), GOOD, PARTIAL),
    "a PDF": Row(Spoil("page", None, A_RACE, wire=spoiled.as_pdf), GOOD, PARTIAL),
    "redirected in a circle": Row(Spoil("page", None, A_RACE, wire=spoiled.in_a_circle), GOOD, PARTIAL),
    "redirected to another host": Row(Spoil("page", None, A_RACE, wire=spoiled.to_another_host), GOOD, PARTIAL),
    "U+0001 in a name": Row(Spoil("page", spoiled.first_runner_has("horseName", "a\x01b"), A_RACE), PARTIAL, PARTIAL),
    "an age of five billion": Row(
        Spoil("page", spoiled.first_runner_has("age", 5_000_000_000), A_RACE), PARTIAL, PARTIAL
    ),
    "an id of 5,000 digits": Row(
        Spoil("page", spoiled.first_runner_has("horseUid", "9" * 5000), A_RACE), PARTIAL, PARTIAL
    ),
}
ON_ROBOTS_TXT = {
    "500": Row(Fault("status", "/robots.txt", status=500), GOOD, PARTIAL),
    "404": Row(Fault("status", "/robots.txt", status=404), GOOD, GOOD),
    "disconnect": Row(Fault("disconnect", "/robots.txt"), GOOD, PARTIAL),
    "slow drip": Row(Spoil("robots", wire=spoiled.slow_drip), GOOD, PARTIAL, timeout=0.4),
    "gzip bomb": Row(Spoil("robots", wire=spoiled.gzip_bomb), GOOD, PARTIAL),
}
