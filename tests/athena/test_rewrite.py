"""The rewriting of SQL, against statements as the real adapter sent them, and against what must be refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.athena.local_athena.golden import render_plan, split
from tests.athena.local_athena.plan import Execute
from tests.athena.local_athena.rewrite import LONGEST_QUERY, rewrite
from tests.athena.local_athena.rewrite_alter import trino_type
from tests.athena.local_athena.sql_text import QueryFailed, Reader, split_list, tokens

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.txt"))


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_captured_statement_becomes_its_plan(path: Path) -> None:
    sql, expected = split(path.read_text(encoding="utf-8"))
    assert render_plan(rewrite(sql, "racing")) == expected


def test_golden_files_cover_every_kind_of_step() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in GOLDEN)
    for kind in ("Select", "Change", "Execute", "CreateTableAs", "CreateView", "Vacuum", "SetProperties", "Schema"):
        assert f"-------- {kind}\n" in text
    assert "-------- CreateExternal\n" in text


def test_no_plan_for_trino_keeps_what_only_athena_knows() -> None:
    for path in GOLDEN:
        sql, _ = split(path.read_text(encoding="utf-8"))
        for step in rewrite(sql, "racing").steps:
            text = getattr(step, "sql", "")
            marks = {token.text for token in tokens(text) if token.kind in ("mark", "quoted")}
            assert not any(mark.startswith("`") for mark in marks), path.name
            assert ";" not in marks, path.name
            assert "table_type" not in text.partition(" as\n")[0], path.name


@pytest.mark.parametrize(
    "sql",
    [
        "show tables",
        "msck repair table results",
        "describe results",
        "grant select on results to everyone",
        "call system.sync_partition_metadata()",
        "create table t (a bigint)",
        "alter table t add partition (d = '2026-01-01')",
        "alter table t set location 's3://elsewhere/'",
        "alter table t drop column a cascade",
        "optimize t",
        "vacuum t full",
        "drop table t purge",
        "create schema s location 's3://b/'",
        "create or replace table t as select 1",
        "select * from awsdatacatalog_iceberg.racing.results",
        "drop table other_catalog.racing.results",
        "",
        "-- nothing but a comment",
    ],
)
def test_unknown_statement_is_refused(sql: str) -> None:
    with pytest.raises(QueryFailed, match="NOT_SUPPORTED"):
        rewrite(sql, "racing")


@pytest.mark.parametrize(
    ("properties", "complaint"),
    [
        ("table_type='iceberg', is_external=false, format='parquet'", "needs a location"),
        ("table_type='iceberg', location='s3://b/t'", "is_external=false"),
        ("table_type='iceberg', is_external=false, location='s3://b/t', sorted_by=ARRAY['a']", "sorted_by"),
        ("table_type='iceberg', is_external=false, location='s3://b/t', partitioned_by=ARRAY['a']", "partitioned_by"),
        ("external_location='s3://b/t', partitioning=ARRAY['a']", "partitioning"),
        ("external_location='s3://b/t', vacuum_min_snapshots_to_keep=1", "vacuum_min_snapshots_to_keep"),
    ],
)
def test_table_property_that_athena_does_not_have_is_refused(properties: str, complaint: str) -> None:
    with pytest.raises(QueryFailed, match=complaint):
        rewrite(f"create table racing.t with ({properties}) as select 1 as a", "racing")


def test_query_as_long_as_athena_takes_passes_and_a_byte_more_does_not() -> None:
    start = "select 'é"  # two bytes
    sql = start + "a" * (LONGEST_QUERY - len(start.encode()) - 1) + "'"
    assert rewrite(sql, "racing").substatement_type == "SELECT"
    with pytest.raises(QueryFailed, match="262144 bytes"):
        rewrite(sql.replace("'é", "'éa"), "racing")


def test_names_come_out_quoted_and_lower_case() -> None:
    plan = rewrite("ALTER TABLE `Racing`.`Results` ADD COLUMNS (`Order` string, price decimal(10, 2))", "racing")
    assert plan.steps == (
        Execute('alter table "awsdatacatalog_iceberg"."racing"."results" add column "order" varchar'),
        Execute('alter table "awsdatacatalog_iceberg"."racing"."results" add column "price" decimal(10, 2)'),
    )


def test_table_without_schema_is_of_the_query_s_database() -> None:
    assert rewrite("drop table results", "racing").steps == (Execute('drop table "awsdatacatalog"."racing"."results"'),)


def test_comma_semicolon_and_comment_inside_text_are_text() -> None:
    sql = "select 'a;b', '-- c', 'it''s', \"x,y\" from t;"
    assert rewrite(sql, "racing").steps[0].sql == sql[:-1]  # type: ignore[union-attr]
    assert split_list("a = 'x,y', b = array['p', 'q'], c = f(1, 2)") == [
        "a = 'x,y'",
        "b = array['p', 'q']",
        "c = f(1, 2)",
    ]


def test_parenthesis_never_closed_is_a_syntax_error() -> None:
    with pytest.raises(QueryFailed, match="never closed"):
        Reader("(a, ')'").parenthesised()


@pytest.mark.parametrize(
    ("hive", "trino"),
    [
        ("timestamp", "timestamp(6)"),
        ("string", "varchar"),
        ("int", "integer"),
        ("float", "real"),
        ("array<string>", "array(varchar)"),
        ("map<string,array<int>>", "map(varchar, array(integer))"),
        ("decimal(10,2)", "decimal(10,2)"),
    ],
)
def test_hive_types_of_new_columns(hive: str, trino: str) -> None:
    assert trino_type(hive) == trino


@pytest.mark.parametrize("hive", ["struct<a:int>", "char(3)", "interval", "timestamp(3)"])
def test_other_column_types_are_refused(hive: str) -> None:
    with pytest.raises(QueryFailed, match="NOT_SUPPORTED"):
        trino_type(hive)
