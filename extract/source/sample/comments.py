"""How a race-reader would put a run: where the horse raced, and how it went from there."""

from __future__ import annotations

LED = ("Led", "Made most", "Set the pace", "Led at a steady gallop", "Took keen hold, led")
MADE_ALL = ("Made all", "Made virtually all", "Led throughout")
PROMINENT = ("Tracked leader", "Prominent", "Pressed leader", "Close up", "Raced keenly in touch with leaders")
MIDDLE = ("In touch", "Midfield", "Chased leaders", "Towards rear of midfield", "In touch on inner")
REAR = ("Held up in rear", "Slowly away, towards rear", "Held up", "In rear", "Dwelt, always behind leaders")
WHERE = ("2f out", "over 2f out", "over 1f out", "inside final furlong", "entering final furlong")
JUMP_WHERE = ("3 out", "2 out", "after 3 out", "before last", "at the last", "run-in")
JUMPED = ("", "", "", ", jumped left", ", mistake 4th", ", not fluent 3 out", ", hit 2 out", ", jumped well")
WON_LED = ("ridden {w}, kept on well", "pushed clear {w}, comfortably", "strongly pressed {w}, held on gamely")
WON = (
    "led {w}, ran on well", "headway to lead {w}, driven out", "switched right {w}, led close home",
    "quickened to lead {w}, readily", "challenged {w}, led final 100yds, all out",
)  # fmt: skip
CLOSE_LED = ("headed {w}, kept on", "joined {w}, headed close home", "headed {w}, rallied final 100yds")
CLOSE = (
    "ridden {w}, kept on", "headway {w}, never nearer", "every chance {w}, no extra close home",
    "not clear run {w}, ran on when in the clear", "driven {w}, stayed on same pace",
)  # fmt: skip
BEATEN_LED = ("headed {w}, weakened", "headed {w}, soon beaten", "ridden when headed {w}, no extra")
BEATEN = (
    "ridden {w}, weakened", "effort {w}, one pace", "driven along {w}, soon beaten", "lost place {w}, no impression",
    "some headway {w}, never dangerous", "hung left {w}, weakened",
)  # fmt: skip
TAILED = ("weakened {w}, tailed off", "lost touch {w}, eased", "soon struggling, tailed off {w}")
ENDED = {
    "PU": "weakened quickly, pulled up {w}", "F": "fell {n}", "UR": "blundered and unseated rider {n}",
    "BD": "brought down {n}", "RO": "ran out {n}", "REF": "refused {n}", "SU": "slipped up on bend after {n}",
    "CO": "carried out {n}", "RR": "Refused to race", "LFT": "Left at start",
}  # fmt: skip
FENCES = ("2nd", "4th", "5th", "6th", "8th", "4 out", "3 out", "2 out", "the last")


def remark(early: float, leads: bool, place: int, behind: float, fate: str | None, jumps: bool, bits: int) -> str:
    """Return the comment on one runner.

    Args:
        early: where it raced, 0 at the head and 1 at the rear of the field.
        leads: whether it was the one in front.
        place: row in which it finished, 0 for the first past the post.
        behind: lengths behind the first past the post.
        fate: why it did not finish, or None.
        jumps: whether obstacles were jumped.
        bits: from which the wording is drawn.
    """
    where = _pick(JUMP_WHERE if jumps else WHERE, bits)
    if fate:
        ended = ENDED.get(fate, "took no part").format(
            w=f"before {_pick(FENCES[5:], bits)}", n=_pick(FENCES, bits >> 4)
        )
        return ended if fate in {"RR", "LFT"} or fate not in ENDED else f"{_start(early, leads, False, bits)}, {ended}"
    start = _start(early, leads, place == 0, bits)
    if jumps:
        start += _pick(JUMPED, bits >> 40)
    near = 4 if not jumps else 8
    ends: tuple[str, ...]
    if place == 0:
        ends = WON_LED if leads else WON
    elif behind < near:
        ends = CLOSE_LED if leads else CLOSE
    elif behind < 6 * near:
        ends = BEATEN_LED if leads else BEATEN
    else:
        ends = TAILED
    return f"{start}, {_pick(ends, bits >> 16).format(w=where)}"


def _start(early: float, leads: bool, won: bool, bits: int) -> str:
    if leads:
        return _pick(MADE_ALL if won else LED, bits >> 32)
    return _pick(PROMINENT if early < 0.36 else MIDDLE if early < 0.68 else REAR, bits >> 32)


def _pick(options: tuple[str, ...], bits: int) -> str:
    return options[(bits & 0xFFFF) * len(options) >> 16] if len(options) else ""
