"""What the log must hold, said in plain Python: no SQL, and no look at the order in which runs arrived."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

Slice = tuple[str, date]
Ratings = tuple[int | None, int | None, int | None]
Logged = tuple[int, int, str, str, int | None, int | None, int | None]
ACCEPTED = ("result", "void", "abandoned")
NOTHING_KNOWN: Ratings = (None, None, None)


@dataclass
class Race:
    """What the source would show of a race now; runners by horse: a fact, and three ratings."""

    slice: Slice
    status: str
    runners: dict[int, tuple[int, Ratings]]


@dataclass
class Scrape:
    """What one run saw of one slice; only a whole one can say that a race is gone, and an import saw nothing itself."""

    whole: bool
    races: dict[int, Race]
    filtered: bool = False
    imported: bool = False


@dataclass
class Oracle:
    """Replays the rules over what is committed, oldest scrape first: large losses held back, ratings kept."""

    runs: dict[str, dict[Slice, Scrape]] = field(default_factory=dict)
    """Committed runs by the time of their scrape."""
    withdrawn: set[str] = field(default_factory=set)
    allowed: set[tuple[str, Slice]] = field(default_factory=set)
    log: list[Logged] = field(default_factory=list)
    held: dict[tuple[str, Slice], tuple[int, int]] = field(default_factory=dict)
    """Scrapes held back: how many runners of how many they would lose."""
    live: dict[tuple[int, int], tuple[bool, tuple[int, Slice] | None, Ratings]] = field(default_factory=dict)
    _listed_in: dict[int, Slice] = field(default_factory=dict)
    _shown: dict[int, tuple[Slice, set[int]]] = field(default_factory=dict)
    _spoken_of: set[int] = field(default_factory=set)
    """Races of which a scrape that counts has spoken."""
    _read_whole: set[Slice] = field(default_factory=set)

    def build(self, allow: set[Slice] | None = None) -> None:
        """Work everything out anew, as a build does; `allow` are slices that may shrink, None for all."""
        self.log, self.held, self.live, self._listed_in, self._shown = [], {}, {}, {}, {}
        self._spoken_of, self._read_whole = set(), set()
        for at in sorted(self.runs):
            if at not in self.withdrawn:
                scraped = self._accepted(at, allow)
                for race_id, (place, race) in self._events(scraped).items():
                    self._apply(at, race_id, place, race.runners if race else {})
                for place, scrape in scraped.items():
                    self._listed_in |= dict.fromkeys(scrape.races, place)
                    if scrape.whole:
                        self._read_whole.add(place)
                    if not scrape.imported:
                        self._spoken_of |= {
                            race_id for race_id, race in scrape.races.items() if race.status in ACCEPTED
                        }

    def _accepted(self, at: str, allow: set[Slice] | None) -> dict[Slice, Scrape]:
        scraped = {place: self._believed(place, scrape) for place, scrape in self.runs[at].items()}
        while True:
            large = {p: loss for p, loss in self._large_losses(scraped).items() if (at, p) not in self.allowed}
            held = {p: loss for p, loss in large.items() if allow is not None and p not in allow}
            if not held:
                self.allowed |= {(at, place) for place in large}
                return scraped
            for place, loss in held.items():
                self.held[at, place] = loss
                del scraped[place]

    def _believed(self, place: Slice, scrape: Scrape) -> Scrape:
        """An import without the races that any scrape before it has spoken of, or knows not to be there."""
        if not scrape.imported:
            return scrape
        unseen = {} if place in self._read_whole else scrape.races
        races = {race_id: race for race_id, race in unseen.items() if race_id not in self._spoken_of}
        return Scrape(False, races, imported=True)

    def _events(self, scraped: dict[Slice, Scrape]) -> dict[int, tuple[Slice, Race | None]]:
        """What a run says of races: the race with its state, or None where it is no longer listed."""
        events: dict[int, tuple[Slice, Race | None]] = {}
        for place, scrape in scraped.items():
            if scrape.whole:
                events |= {race_id: (place, None) for race_id, last in self._listed_in.items() if last == place}
        for scrape in scraped.values():
            for race_id in scrape.races:
                events.pop(race_id, None)
        for place, scrape in scraped.items():
            events |= {race_id: (place, race) for race_id, race in scrape.races.items() if race.status in ACCEPTED}
        return events

    def _large_losses(self, scraped: dict[Slice, Scrape]) -> dict[Slice, tuple[int, int]]:
        lost = dict.fromkeys(scraped, 0)
        before = {place: sum(len(h) for p, h in self._shown.values() if p == place) for place in scraped}
        halved = set()
        for race_id, (place, race) in self._events(scraped).items():
            was_in, had = self._shown.get(race_id, (place, set()))
            has = set(race.runners) if race and race.status == "result" else set()
            gone = len(had - has)
            lost[place] += gone
            before[place] += len(had) if was_in != place else 0
            if has and gone and 2 * gone >= len(had):
                halved.add(place)
        return {p: (lost[p], before[p]) for p in scraped if 5 * lost[p] > before[p] or p in halved}

    def _apply(self, at: str, race_id: int, place: Slice, runners: dict[int, tuple[int, Ratings]]) -> None:
        self._shown[race_id] = (place, set(runners))
        for horse_id in set(runners) | {horse for race, horse in self.live if race == race_id}:
            there, facts, known = self.live.get((race_id, horse_id), (False, None, NOTHING_KNOWN))
            if horse_id not in runners:
                if there:
                    self.live[race_id, horse_id] = (False, facts, known)
                    self.log.append((race_id, horse_id, at, "delete", *known))
                continue
            fact, ratings = runners[horse_id]
            kept = (ratings[0] or known[0], ratings[1] or known[1], ratings[2] or known[2])
            if not there or ((fact, place), kept) != (facts, known):
                self.log.append((race_id, horse_id, at, "update" if there else "insert", *kept))
            self.live[race_id, horse_id] = (True, (fact, place), kept)
