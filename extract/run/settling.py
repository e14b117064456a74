"""When the ratings of a race day are in, learned from how they arrived on earlier ones. Pure.

The lake learns the same from its log (the models `rating_looks` and `settling_ages`), by the same numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extract.run.settled import WEEK

SHARE_OF_RATINGS = 0.98
"""A race day's ratings count as there once so many are of those that its last look has."""
SHARE_OF_RACE_DAYS = 0.9
"""A country's have stopped at the age by which they had on so many of its race days."""
LEAST_RACE_DAYS = 14
"""With fewer race days to learn from, the age is a week."""
WIDEST_GAP_DAYS = 2
"""A race day says when its ratings came only if it was looked at so many days before, at most."""
WINDOW_DAYS = 90
"""Race days older than this, seen from the newest look, are not learned from."""
OLDEST_AGE = 14
"""From this age in days on, looks count as of one age."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a whole race day showed: RPR and Topspeed figures, together, so many days after the races."""

    age_days: int
    ratings: int


def stopped_age(looks: Sequence[Look]) -> int | None:
    """Return the age in days at which a race day's ratings were seen to have stopped coming.

    That is the day after they were almost all there. If none looked after that, more may have come: then it is the day
    after, but a week at least.

    Args:
        looks: The looks at the day in order; of one age, the last counts.

    Returns:
        The age, or None where it cannot be told: no ratings, or no look shortly before they were there.
    """
    ratings = {min(look.age_days, OLDEST_AGE): look.ratings for look in looks if look.age_days >= 0}
    ages = sorted(ratings)
    if not ages or not ratings[ages[-1]]:
        return None
    there = next(n for n, age in enumerate(ages) if ratings[age] >= SHARE_OF_RATINGS * ratings[ages[-1]])
    if ages[there] - (ages[there - 1] if there else -1) > WIDEST_GAP_DAYS:
        return None
    after = ages[there] + 1
    return min(after if ages[there] < ages[-1] else max(after, WEEK), OLDEST_AGE)


def settling_age(race_days: Iterable[Sequence[Look]]) -> int:
    """Return the age in days from which on a race day of a country is settled; a week where too little is known."""
    found = sorted(age for looks in race_days if (age := stopped_age(looks)) is not None)
    return found[math.ceil(SHARE_OF_RACE_DAYS * len(found)) - 1] if len(found) >= LEAST_RACE_DAYS else WEEK
