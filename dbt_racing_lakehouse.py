"""What dbt loads by itself: it imports every installed module whose name begins with `dbt_` and asks it for plugins.

On Athena dbt works through dbt-athena, which has no plugins of its own. So this is where our part comes in: the adapter
gets the lock, tags and sweep of `lake.plugin.athena`. And dbt learns here what the settings file says, on any target.
Other projects are left as they are.
"""

from __future__ import annotations

from typing import Final

from dbt.plugins.manager import dbtPlugin

PROJECT: Final = "racing_lakehouse"


class Lake(dbtPlugin):
    """Give the Athena adapter of this project what it lacks."""

    def initialize(self) -> None:
        """Do so, once dbt has read the profile and before it makes the adapter."""
        from dbt.adapters.factory import FACTORY

        if self.project_name == PROJECT:
            from lake.plugin.settings import tell_dbt

            tell_dbt()
        plugin = FACTORY.plugins.get("athena")
        if plugin is None:
            return
        if self.project_name == PROJECT:
            from lake.plugin.athena import AthenaAdapterOfLake

            plugin.adapter = AthenaAdapterOfLake  # type: ignore[assignment]
        else:  # a process may call dbt many times, for many projects
            from dbt.adapters.athena import AthenaAdapter

            plugin.adapter = AthenaAdapter  # type: ignore[assignment]


plugins = [Lake]
