"""The form of the golden files: a statement as the adapter sent it, and the plan it must become."""

from __future__ import annotations

from typing import Final

from tests.athena.local_athena.plan import Change, CreateTableAs, CreateView, Execute, Plan, Select, Step

DIVIDER: Final = "\n======== becomes ========\n"


def render(sql: str, plan: Plan) -> str:
    """The golden text of a statement and its plan."""
    return sql.rstrip() + "\n" + DIVIDER + render_plan(plan)


def render_plan(plan: Plan) -> str:
    """The plan half of a golden file."""
    lines = [f"{plan.statement_type} {plan.substatement_type}"]
    for step in plan.steps:
        lines.append(f"-------- {type(step).__name__}")
        lines.append(_step(step))
    return "\n".join(lines) + "\n"


def _step(step: Step) -> str:
    if isinstance(step, (Change, CreateTableAs, CreateView, Execute, Select)):
        return step.sql
    return repr(step)


def split(text: str) -> tuple[str, str]:
    """The two halves of a golden file."""
    sql, _, plan = text.partition(DIVIDER)
    return sql, plan
