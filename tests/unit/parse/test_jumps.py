"""`--type` sorts races by their titles; the sponsors' names in them must not fool it."""

from __future__ import annotations

import pytest

from extract.parse.jumps import looks_like_jumps

JUMPS = [
    # Ireland: a flat race of that name is a National Hunt one
    ("ire", "Ballymorrow (Pro/Am) Flat Race", "2m"), ("ire", "Ballymorrow I.N.H. Flat Race", "2m"),
    ("ire", "Ballymorrow INH Flat Race", "2m1f"), ("ire", "Ballymorrow Mares (Pro/Am) INH Flat Race", "2m"),
    ("ire", "Ballymorrow (Ladies Pro/Am) Flat Race (Div II)", "2m½f"), ("ire", "Ballymorrow Flat Race", "2m"),
    ("ire", "Ballymorrow Maiden Hdl", "2m"), ("ire", "Ballymorrow Handicap Hdl (80-102)", "2m4f"),
    ("ire", "Ballymorrow Beginners Chase", "2m1f"), ("ire", "Ballymorrow Rated Novice Hurdle", "2m"),
    ("ire", "Ballymorrow Hunters Chase (Grade B)", "2m6f"), ("ire", "Ballymorrow Point-To-Point Maiden", "2m7f"),
    # Britain
    ("gb", "Moxby Novices' Handicap Chase (GBB Race)", "2m"), ("gb", "Moxby Maiden Hurdle (Div I)", "2m"),
    ("gb", "Moxby Open NH Flat Race", "1m6f"), ("gb", "Moxby Standard Open National Hunt Flat Race", "2m"),
    ("gb", "Moxby Mares' Standard Open NH Flat Race (Bumper)", "2m"), ("gb", "Champion Bumper (Grade 1)", "2m½f"),
    ("gb", "Chasemore Farm Novices' Hurdle", "2m"), ("gb", "Chase The Dream Handicap Chase", "2m4f"),
    ("gb", "Thrill Of The Chase Novices' Hurdle", "2m"), ("gb", "Moxby Chase (Registered As The Quenby Chase) (Grade 2)", "2m1f"),
    ("gb", "Moxby Stakes Handicap Steeple Chase", "2m"), ("gb", "Moxby Steeplechase Handicap", "2m"),
    ("gb", "Moxby Champion Chase", "2m"), ("gb", "Moxby Hunters' Chase For The Quenby Cup", "2m4f"),
    ("gb", "Moxby Novices’ Chase", "2m"), ("gb", "Moxby Challenge", "3m2f"), ("gb", None, "3m"), ("gb", "Moxby Plate Chase", None),
    ("gb", "Moxby Cross Country Chase", "2m7f"), ("gb", "Moxby Junior Jumpers' Bumper", "1m5f"),
    ("gb", "Moxby Handicap Chase A Qualifier For The Quenby Series", "2m"), ("gb", "Moxby Chase Handicap", "2m5f"),
    ("gb", "Moxby Plate (Handicap Chase)", "2m4f"), ("gb", "Moxby H'cap S'chase", "2m1f"), ("gb", "Moxby Series Final", "3m110y"),
    # France
    ("fr", "Prix Moxby (Chase) (AQPS Conditions) (5yo) (Turf)", "2m3½f"), ("fr", "Prix Moxby (Hurdle) (Maiden) (4yo) (Turf)", "2m1f"),
    ("fr", "Prix Moxby (Handicap Chase) (5yo+) (Turf)", "2m2f"), ("fr", "Prix Moxby (Cross-Country) (6yo+) (Turf)", "2m6f"),
    ("fr", "Grande Course De Haies De Moxby (Grade 1)", "2m4f"), ("fr", "Grand Steeple-Chase De Moxby", "2m5f"),
    ("fr", "Prix Moxby - Steeple (4yo)", "2m2f"), ("fr", "Grand Cross De Moxby (Handicap)", "2m7f"),
    ("fr", "Prix Des Haies Vives (Conditions)", "2m"), ("fr", "Prix Moxby (Claiming Hurdle) (3yo)", "1m7f"),
]  # fmt: skip
FLAT = [
    ("gb", "Chasemore Farm Fillies' Handicap", "1m4f"), ("gb", "Chasemore Farm EBF Maiden", "1m6f"),
    ("gb", "Chipchase Stakes (Group 3)", "6f"), ("gb", "Chipchase Handicap", "2m"), ("gb", "Chase The Dream Handicap", "2m"),
    ("gb", "Chase The Dream (3yo+)", "1m6f"), ("gb", "Purchase Your Badge Handicap", "1m5f"), ("gb", "Hurdlestone Handicap", "2m"),
    ("gb", "Cannock Chase Handicap", "2m"), ("gb", "Thrill Of The Chase Handicap", "1m4f"), ("gb", "Paper Chase Stakes", "2m"),
    ("gb", "Join The Chase Novice Stakes", "1m5f"), ("gb", "Chase Farm Hospice", "1m4f"), ("gb", "Bumper Prize Handicap", "2m"),
    ("gb", "Crosstown Cross Country Trains Handicap", "1m4f"), ("gb", "Moxby Charity Flat Race", "1m4f"),
    ("gb", "Quenby Hurdle Week Is Coming Handicap", "1m"), ("gb", "Moxby Chase", "5f"), ("gb", "Steeple View Maiden", "1m4f"),
    ("ire", "Chase The Dream (Q.R.) Handicap", "1m5f"), ("ire", "Ballymorrow (Q.R.) Race", "2m"), ("ire", "Inheritance Maiden", "1m4f"),
    ("ire", "Ballymorrow Flat Out Handicap", "1m4f"), ("ire", "Ballymorrow Premier Handicap", "1m6f"),
    ("fr", "Prix De La Croix Rouge (Handicap) (Turf)", "1m4f"), ("fr", "Prix Chasemoine (Listed Race)", "1m4f"),
    ("fr", "Prix Moxby (Group 2) (4yo+) (Turf)", "2m"), ("fr", "Prix Du Cross-Channel (Conditions)", "1m"),
    ("gb", "Race In H Block Handicap", "1m4f"),
    ("gb", "Moxby Chase", "1m110y"), ("gb", "Moxby Handicap", None), ("gb", "Moxby Handicap", "some way"), ("gb", None, None), ("usa", "Chase Me Not Stakes", "1m4f"),
]  # fmt: skip


@pytest.mark.parametrize(("country", "title", "distance"), JUMPS)
def test_over_jumps(country: str, title: str | None, distance: str | None) -> None:
    assert looks_like_jumps(title, distance, country)


@pytest.mark.parametrize(("country", "title", "distance"), FLAT)
def test_on_the_flat(country: str, title: str | None, distance: str | None) -> None:
    assert not looks_like_jumps(title, distance, country)
