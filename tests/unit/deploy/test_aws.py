"""The stack for AWS: valid, as far as moto reaches made, and with the rights that docs/athena.md lists and no others."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.pipeline.conftest import BIN, ROOT

TEMPLATE = ROOT / "deploy" / "aws" / "lakehouse.yaml"
REGION, ACCOUNT = "eu-west-1", "123456789012"


@pytest.fixture(scope="module")
def stack() -> Iterator[boto3.session.Session]:
    """The stack, made of the template by moto. It warns of what it does not know; cfn-lint judges these."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        session = boto3.session.Session(region_name=REGION)
        network = session.client("ec2")
        vpc = network.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnet = network.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
        given = {
            "Image": "racing:1",
            "BucketName": "my-bucket",
            "Vpc": vpc,
            "Subnets": subnet,
            "Mail": "you@example.com",
        }
        with pytest.warns(UserWarning, match="not supported by moto"):
            session.client("cloudformation").create_stack(
                StackName="racing",
                TemplateBody=TEMPLATE.read_text(encoding="utf-8"),
                Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()],
                Capabilities=["CAPABILITY_IAM"],
            )
        yield session


def statements(policy: dict[str, Any]) -> list[dict[str, Any]]:
    """The statements with their lists in order, a single entry as a list."""
    lists = [{k: v if isinstance(v, list) else [v] for k, v in said.items()} for said in policy["Statement"]]
    return [{key: sorted(values) for key, values in said.items()} for said in lists]


def test_the_template_is_valid() -> None:
    done = subprocess.run(
        [sys.executable, str(BIN / "cfn-lint"), str(TEMPLATE)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_task_may_do_what_the_page_lists_and_no_more(stack: boto3.session.Session) -> None:
    page = (ROOT / "docs" / "athena.md").read_text(encoding="utf-8")
    listed = re.search(r"```json\n(.*?)```", page, re.DOTALL)
    assert listed
    names = {"REGION": REGION, "ACCOUNT": ACCOUNT, "workgroup/primary": "workgroup/racing-lakehouse"}
    wanted = listed[1]
    for written, ours in names.items():
        wanted = wanted.replace(written, ours)
    iam = stack.client("iam")
    (role,) = [r["RoleName"] for r in iam.list_roles()["Roles"] if "TaskRole" in r["RoleName"]]
    policy = iam.get_role_policy(RoleName=role, PolicyName="racing-lakehouse")["PolicyDocument"]
    assert statements(ast.literal_eval(str(policy))) == statements(
        json.loads(wanted)
    )  # moto keeps it as Python writes it


def test_the_task_runs_the_morning_on_athena(stack: boto3.session.Session) -> None:
    ecs = stack.client("ecs")
    (arn,) = ecs.list_task_definitions()["taskDefinitionArns"]
    (container,) = ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]["containerDefinitions"]
    assert container["command"] == ["lake", "morning"]
    said = {pair["name"]: pair["value"] for pair in container["environment"]}
    table = (ROOT / "docs" / "athena.md").read_text(encoding="utf-8")
    known = set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE))
    assert said.keys() <= known
    assert said["LAKE_TARGET"] == "athena"
    assert (said["EXTRACT_STAGING"], said["ATHENA_DATA"]) == ("s3://my-bucket/staging", "s3://my-bucket/lake/")
