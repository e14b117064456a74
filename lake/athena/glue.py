"""A Glue client that keeps what dbt says of tables and columns. PyIceberg leaves it out of every commit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient


class DescribedGlue:
    """Glue as boto3 gives it, but for `update_table`: the owner and the descriptions that it does not mention stay."""

    def __init__(self, client: GlueClient) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the client has
        return getattr(self._client, name)

    def update_table(self, **request: Any) -> Any:  # noqa: ANN401 - as boto3
        """Update a table as asked, with the descriptions that Glue has of it and of its columns."""
        given = request["TableInput"]
        which = {key: request[key] for key in ("CatalogId", "DatabaseName") if key in request}
        there = self._client.get_table(**which, Name=given["Name"])["Table"]
        for name in ("Description", "Owner"):
            if there.get(name):
                given.setdefault(name, there[name])
        columns = there.get("StorageDescriptor", {}).get("Columns", [])
        comments = {column["Name"]: column["Comment"] for column in columns if column.get("Comment")}
        for column in given.get("StorageDescriptor", {}).get("Columns", []):
            if column["Name"] in comments:
                column.setdefault("Comment", comments[column["Name"]])
        return self._client.update_table(**request)
