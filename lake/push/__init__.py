"""A local lake moves to Athena: what is staged, and the tables with their history, without scraping anything again."""

from lake.push.staging import Copied, copy_staging
from lake.push.tables import Pushed, plan_tables, push_table

__all__ = ["Copied", "Pushed", "copy_staging", "plan_tables", "push_table"]
