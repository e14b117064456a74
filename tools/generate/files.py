"""The files in which everything derives from the contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.generate.columns import ORIGIN, Contract, GenerateError, doc_blocks, sql_type

HEADER = f"Do not edit: {ORIGIN}."
"""In the first line of every file that is written whole."""


def dictionary(kind: str, contract: Contract) -> str:
    """Return the doc blocks of a kind's columns, to be named in any description: `{{ doc('results__going') }}`."""
    blocks = doc_blocks(kind, contract[kind]).items()
    return f"<!-- {HEADER} -->\n\n" + "".join(f"{{% docs {name} %}}{text}{{% enddocs %}}\n" for name, text in blocks)


def result_columns(contract: Contract) -> str:
    """Return the macro that lists name and type of every column of a staged runner row."""
    listed = "".join(f"        '{column.name}': '{sql_type(column)}',\n" for column in contract["results"])
    volatile = "".join(f"        '{column.name}',\n" for column in contract["results"] if column.role == "volatile")
    types = _macro(
        "result_columns", "Name and type of every column of a staged runner row, in file order.", f"{{\n{listed}    }}"
    )
    meaning = "Those that change without meaning, and never make a version of their own."
    return types + "\n" + _macro("volatile_columns", meaning, f"[\n{volatile}    ]", head="")


def fixture_columns(models: Mapping[str, Any], contract: Contract) -> str:
    """Return the macro that lists name and type of the columns of every table, for fixtures of unit tests.

    Args:
        models: each table's entry in its yml file, by name.
        contract: a table that keeps staged runner rows is written as these and its own columns.

    Raises:
        GenerateError: a column has no type.
    """
    staged = {column.name: sql_type(column) for column in contract["results"]}
    listed = ""
    for name, model in sorted(models.items()):
        types = _types(name, model)
        own = {column: type_ for column, type_ in types.items() if column not in staged}
        if list(types) == [*staged, *own]:
            added = "".join(f", {column}='{type_}'" for column, type_ in own.items())
            listed += f"        '{name}': dict(result_columns(){added}),\n"
        else:
            body = "".join(f"            '{column}': '{type_}',\n" for column, type_ in types.items())
            listed += f"        '{name}': {{\n{body}        }},\n"
    return _macro(
        "fixture_columns",
        "Name and type of every column of the tables that models/lake builds, by table.",
        f"{{\n{listed}    }}",
    )


def _types(name: str, model: Mapping[str, Any]) -> dict[str, str]:
    columns = model.get("columns") or []
    for column in columns:
        if not column.get("data_type"):
            raise GenerateError(f"Column {column['name']} of model {name} has no data_type; add it to its yml file.")
    return {column["name"]: column["data_type"] for column in columns}


def _macro(name: str, meaning: str, value: str, head: str = f"{HEADER}\n    ") -> str:
    said = f"{{#- {head}{meaning} -#}}\n"
    return f"{said}{{% macro {name}() %}}\n    {{{{- return({value}) -}}}}\n{{% endmacro %}}\n"
