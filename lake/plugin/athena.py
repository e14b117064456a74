"""What dbt-athena's adapter lacks for our tables: a lock for the invocation, tags for good builds, a sweep of S3.

The macros call it as they call the adapter's own methods, and refuse to write where it is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any

from dbt.adapters.athena import AthenaAdapter
from dbt.adapters.base.meta import available
from dbt_common.exceptions import DbtRuntimeError

from extract.stage.interface import Lease
from lake.athena.leftovers import sweep
from lake.athena.lock import data_storage, schema_lock
from lake.errors import LakeError
from lake.iceberg.maintain import NEVER_SWEPT
from lake.iceberg.tags import tag_build
from lake.plugin.invocation import hold_by
from lake.target import athena_target

_leases: dict[str, Lease] = {}


class AthenaAdapterOfLake(AthenaAdapter):
    """dbt-athena's adapter, which takes the tables of its schema before it does anything else.

    What its name says before `Adapter` is the package in which dbt looks for the adapter's version.
    """

    def __init__(self, config: Any, mp_context: Any) -> None:  # noqa: ANN401 - dbt's
        credentials = config.credentials
        self._schema, self._data = str(credentials.schema), str(credentials.s3_data_dir)
        with _as_dbt_error():
            hold_by(self._lock_name, self._take)
        super().__init__(config, mp_context)

    @available.parse_none
    def require_lake_lock(self) -> None:
        """Do nothing while this invocation holds the tables; asked before each write.

        Raises:
            DbtRuntimeError: it does not, or no longer.
        """
        with _as_dbt_error():
            if self._lock_name not in _leases:
                raise LakeError("This dbt command holds no lock and writes nothing. Run dbt build instead.")
            _leases[self._lock_name].check()

    @available.parse_none
    def tag_lake_build(self, names: list[str], run_id: str) -> None:
        """Tag the current snapshots of some tables `run-<run_id>`, and drop the tags of old runs.

        Raises:
            DbtRuntimeError: somebody else changed a table meanwhile, or Glue refuses.
        """
        with _as_dbt_error():
            target = athena_target(self._schema)
            for name in sorted(names):
                self.require_lake_lock()
                tag_build(target.find(name), run_id)

    @available.parse_list
    def sweep_lake(self, names: list[str], minimum_age_hours: float, dry_run: bool) -> list[str]:
        """Delete what dead builds left in S3, nothing of it younger than an hour; return what was done in words.

        Raises:
            DbtRuntimeError: Glue or S3 refuses.
        """
        with _as_dbt_error():
            self.require_lake_lock()
            age = max(timedelta(hours=minimum_age_hours), NEVER_SWEPT)
            return sweep(data_storage(self._data), self._schema, names, age, dry_run=dry_run)

    @property
    def _lock_name(self) -> str:
        return f"{self._data} {self._schema}"

    def _take(self, command: str) -> Callable[[], None]:
        stack = ExitStack()
        _leases[self._lock_name] = stack.enter_context(schema_lock(self._data, self._schema, command))
        stack.callback(_leases.pop, self._lock_name)
        return stack.close


@contextmanager
def _as_dbt_error() -> Iterator[None]:
    """Turn what goes wrong into dbt's own error, which it prints as one line and not as a traceback."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except LakeError as error:
        raise DbtRuntimeError(str(error)) from error
    except (BotoCoreError, ClientError) as error:
        raise DbtRuntimeError(f"AWS refuses: {error}. docs/athena.md lists the permissions.") from error
