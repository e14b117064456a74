"""Which target the user chose; the commands open it when they need it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lake.target import Target


@dataclass(frozen=True, slots=True)
class Chosen:
    """A target by name, and the warehouse folder of the embedded one."""

    name: str
    warehouse: Path

    def open(self) -> Target:
        """Open the target.

        Raises:
            LakeError: there is no warehouse yet, or Glue cannot be reached.
        """
        from lake.target import open_target

        return open_target(self.name, self.warehouse)
