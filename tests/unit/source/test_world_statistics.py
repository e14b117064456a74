"""What a reader of many results can find in the sample world: chances, yards, form, draws, styles, careers."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import correlation, mean

import pytest

from extract.source.sample import World
from extract.source.sample.market import decimal
from extract.source.sample.people import TRAINERS, yard_form
from extract.source.sample.races import Race, Runner

START, DAYS = date(2024, 8, 1), 160
EPOCH = date(2008, 1, 1)


@dataclass(frozen=True)
class Ride:
    """One runner in its race, and the row in which it finished."""

    race: Race
    runner: Runner
    row: int

    @property
    def beaten(self) -> float:
        """Share of the rivals that finished in front."""
        return self.row / (len(self.race.runners) - 1)


@pytest.fixture(scope="module")
def races(world: World) -> list[Race]:
    return [race for race in world.races(START, DAYS) if not race.is_void and not race.is_abandoned]


@pytest.fixture(scope="module")
def rides(races: list[Race]) -> list[Ride]:
    return [
        Ride(race, runner, row) for race in races if len(race.runners) > 1 for row, runner in enumerate(race.runners)
    ]


@pytest.fixture(scope="module")
def careers(rides: list[Ride]) -> dict[int, list[Ride]]:
    found: dict[int, list[Ride]] = defaultdict(list)
    for ride in rides:
        found[ride.runner.horse.id].append(ride)
    return found


def test_a_horse_runs_for_its_usual_yard_and_owner_but_for_a_move_now_and_then(careers: dict[int, list[Ride]]) -> None:
    often = [runs for runs in careers.values() if len(runs) > 2]
    for person in ("trainer", "owner"):
        usual = sum(Counter(getattr(ride.runner, person).id for ride in runs).most_common(1)[0][1] for runs in often)
        assert 0.93 < usual / sum(map(len, often)) < 0.985, person
    names = [[ride.runner.trainer.id for ride in runs] for runs in careers.values()]
    assert max(sum(one != other for one, other in pairwise(seen)) for seen in names) <= 2  # a move lasts


def test_a_yard_has_its_jockeys(rides: list[Ride]) -> None:
    booked: dict[int, Counter[int]] = defaultdict(Counter)
    for ride in rides:
        booked[ride.runner.trainer.id][ride.runner.jockey.id] += 1
    large = [jockeys for jockeys in booked.values() if jockeys.total() > 60]
    assert len(large) > 50
    assert 0.4 < mean(sum(count for _, count in j.most_common(4)) / j.total() for j in large) < 0.95


def test_no_jockey_is_at_two_courses_on_a_day_or_twice_in_a_race(rides: list[Ride]) -> None:
    where: dict[tuple[date, int], set[int]] = defaultdict(set)
    for ride in rides:
        where[ride.race.day, ride.runner.jockey.id].add(ride.race.course.id)
    assert {len(courses) for courses in where.values()} == {1}
    assert len({(ride.race.id, ride.runner.jockey.id) for ride in rides}) == len(rides)


def test_horses_run_a_few_times_a_year_and_never_twice_in_four_days(careers: dict[int, list[Ride]]) -> None:
    gaps = [(after.race.day - before.race.day).days for runs in careers.values() for before, after in pairwise(runs)]
    assert min(gaps) > 4
    assert 20 < mean(gaps) < 50
    assert 2.5 < mean(map(len, careers.values())) * 240 / DAYS < 6


def test_the_market_knows_what_wins(rides: list[Ride]) -> None:
    """By tenths of the fair probability of the starting price: the share of winners rises, and is as the price says."""
    books: dict[int, float] = defaultdict(float)
    priced = [ride for ride in rides if ride.runner.odds and ride.runner.odds[0] in "E123456789"]
    for ride in priced:
        books[ride.race.id] += 1 / decimal((ride.runner.odds or "").rstrip("FJC"))
    full = [ride for ride in priced if books[ride.race.id] > 1]
    chances = sorted((1 / decimal((r.runner.odds or "").rstrip("FJC")) / books[r.race.id], r.row == 0) for r in full)
    tenth = len(chances) // 10
    groups = [chances[at * tenth : (at + 1) * tenth] for at in range(10)]
    fair, won = ([mean(pair[at] for pair in group) for group in groups] for at in (0, 1))
    assert all(one < other + 0.004 for one, other in pairwise(won))
    assert all(abs(said - seen) < 0.006 + 0.1 * said for said, seen in zip(fair, won, strict=True)), (fair, won)
    assert fair[0] >= won[0]  # long shots are a little too short
    assert fair[9] <= won[9] + 0.01
    assert 1.12 < mean(book for book in books.values() if book > 1) < 1.2


def test_the_shortest_price_is_the_favourite(races: list[Race]) -> None:
    marks: Counter[str] = Counter()
    for race in races:
        odds = [runner.odds for runner in race.runners if runner.odds and runner.odds[0] in "E123456789"]
        if len(odds) < 2:
            continue
        values = {price: decimal(price.rstrip("FJC")) for price in odds}
        marked = [price for price in odds if price[-1] in "FJC"]
        assert marked
        assert {values[price] for price in marked} == {min(values.values())}
        assert marked == [price for price in odds if values[price] == min(values.values())]
        mark = marked[0][-1]
        marks[mark] += 1
        assert mark == {1: "F", 2: "J"}.get(len(marked), "C")
    assert marks["F"] > 10 * marks["J"] > 20 * marks["C"] > 0


def test_yards_in_form_win_more_than_the_market_expects(rides: list[Ride]) -> None:
    judged = sorted(
        (
            yard_form(7, ride.runner.trainer.id - TRAINERS, (ride.race.day - EPOCH).days),
            ride.row == 0,
            ride.runner.chance,
        )
        for ride in rides
    )
    fifth = len(judged) // 5
    cold, hot = judged[:fifth], judged[-fifth:]
    assert mean(won for _, won, _ in hot) > 1.5 * mean(won for _, won, _ in cold)
    a_to_e = [sum(won for _, won, _ in group) / sum(chance for _, _, chance in group) for group in (cold, hot)]
    assert a_to_e[0] < 0.95
    assert a_to_e[1] > 1.05


def test_low_numbers_are_favoured_over_sprints_where_the_course_says_so_and_nowhere_else(rides: list[Ride]) -> None:
    sprints = [r for r in rides if r.runner.draw and r.race.terms.yards <= 1400 and len(r.race.runners) > 6]
    edge: dict[int, float] = {}
    for course in {ride.race.course for ride in sprints}:
        here = [ride for ride in sprints if ride.race.course == course]
        low = [r.beaten for r in here if (r.runner.draw or 0) <= len(r.race.runners) / 3]
        high = [r.beaten for r in here if (r.runner.draw or 0) > len(r.race.runners) * 2 / 3]
        if len(here) > 250:
            edge[course.id] = mean(high) - mean(low)
        if course.draw_bias and len(here) > 250:
            assert edge[course.id] > 0.08, course
    assert edge[90008] > 0.15
    assert all(abs(edge[course]) < 0.09 for course in edge if course not in {90006, 90008}), edge


def test_a_horse_keeps_its_style_and_the_comments_say_so(careers: dict[int, list[Ride]], rides: list[Ride]) -> None:
    pairs = [
        (one.runner.early, other.runner.early)
        for runs in careers.values()
        for one, other in pairwise(runs)
        if len(one.race.runners) > 5 and len(other.race.runners) > 5
    ]
    assert correlation([one for one, _ in pairs], [other for _, other in pairs]) > 0.6
    led = [
        r.runner.early
        for r in rides
        if r.runner.comment.startswith(("Led", "Made", "Set the pace")) and len(r.race.runners) > 3
    ]
    rear = [r.runner.early for r in rides if r.runner.comment.startswith(("Held up", "In rear", "Slowly away"))]
    assert max(led) == 0
    assert min(rear) > 0.6
    assert len({ride.runner.comment for ride in rides}) > 5000
    assert len({(ride.runner.moves or "").translate(str.maketrans("", "", "0123456789/")) for ride in rides}) > 6


def test_ratings_rise_after_wins_and_fall_after_bad_runs(careers: dict[int, list[Ride]]) -> None:
    moved: dict[bool, list[int]] = {True: [], False: []}
    for runs in careers.values():
        for before, after in pairwise(runs):
            told = before.row == 0 or before.beaten > 0.8
            same = before.race.terms.jumps == after.race.terms.jumps
            if told and same and before.runner.rating and after.runner.rating:
                moved[before.row == 0].append(after.runner.rating - before.runner.rating)
    assert mean(moved[True]) > 1.5
    assert mean(moved[False]) < -0.7


def test_handicap_weights_follow_ratings(races: list[Race]) -> None:
    checked = 0
    for race in races:
        if race.terms.handicap and race.terms.youngest > 3 and not race.terms.jumps:
            plain = [r for r in race.runners if r.rating and not (r.penalty or r.overweight or r.out_of_handicap)]
            assert len({runner.weight - (runner.rating or 0) for runner in plain}) <= 1
            checked += len(plain)
    assert checked > 3000


def test_fields_keep_the_conditions(races: list[Race]) -> None:
    for race in races:
        terms = race.terms
        for runner in race.runners:
            assert terms.sexes is None or runner.sex in terms.sexes, race.title
            assert runner.age >= terms.youngest
            assert terms.oldest is None or runner.age <= terms.oldest
            hidden = race.course.kind in {"arab", "ptp"}  # whose pages show no ratings
            assert not terms.handicap or hidden or (terms.top or 0) >= (runner.rating or 999)
        assert (race.race_class is None) is (race.course.country != "GB")
        assert terms.pattern is None or terms.level == 1
    rated = defaultdict(list)
    for race in races:
        if race.course.country == "GB" and not race.terms.jumps:
            key = race.terms.pattern or race.race_class
            rated[key].append((race.prizes[0], mean([r.rating for r in race.runners if r.rating] or [0])))
    for better, worse in pairwise(("Group 3", "2", "4", "6")):
        for at in (0, 1):
            assert mean(pair[at] for pair in rated[better]) > mean(pair[at] for pair in rated[worse])


def test_kinds_sizes_and_falls_are_as_in_the_sport(races: list[Race], rides: list[Ride]) -> None:
    assert 0.5 < mean(race.terms.handicap for race in races) < 0.65
    assert 8 < mean(len(race.runners) for race in races) < 10.5
    sizes = {
        kind: mean(len(race.runners) for race in races if race.terms.kind == kind) for kind in ("handicap", "pattern")
    }
    assert sizes["pattern"] < sizes["handicap"]
    assert max(len(race.runners) for race in races) > 18
    jumps = [ride.runner.fate for ride in rides if ride.race.terms.jumps]
    flat = [ride.runner.fate for ride in rides if not ride.race.terms.jumps]
    assert 0.07 < mean(fate is not None for fate in jumps) < 0.15
    assert 0 < mean(fate is not None for fate in flat) < 0.01
    assert Counter(filter(None, jumps)).most_common(2)[0][0] == "PU"


def test_going_and_distance_suit_some_horses(careers: dict[int, list[Ride]]) -> None:
    """A horse that likes it wet does better on wet ground than one that likes it firm."""
    wet = [r for runs in careers.values() for r in runs if r.race.going in {"Soft", "Heavy", "Yielding To Soft"}]
    likes = mean(ride.beaten for ride in wet if ride.runner.horse.wet > 2)
    hates = mean(ride.beaten for ride in wet if ride.runner.horse.wet < -2)
    assert hates - likes > 0.05
