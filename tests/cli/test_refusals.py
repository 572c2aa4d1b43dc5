"""Bad input and faults: each gives plain sentences (what, where, what to do), exit code 2, nothing lost, no traceback."""

import json
from pathlib import Path

import pytest

from evidence.run.run import Run
from tests.cli.commands import evidence, refused
from tests.larkfield.build import KEPT
from tests.run.test_run import new

COLLECT = ("--program", "soc2-2017", "--region", "eu-west-1")
KEYS = {"AWS_ACCESS_KEY_ID": "AKIA012345678901", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "eu-west-1"}


def test_no_credentials(tmp_path: Path) -> None:
    said = refused("collect", "--out", tmp_path / "run", *COLLECT)
    assert "credentials" in said and not (tmp_path / "run").exists()


def test_a_profile_that_is_not_there_offers_the_nearest(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text("[profile auditor]\nregion = eu-west-1\n")
    said = refused("collect", "--out", tmp_path / "run", "--profile", "auditr", *COLLECT, AWS_CONFIG_FILE=str(config))
    assert "auditr" in said and "auditor" in said


def test_an_expired_sso_session_names_the_login(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text(
        "[profile shop]\nsso_session = s\nsso_account_id = 012345678901\nsso_role_name = Auditor\nregion = eu-west-1\n"
        "[sso-session s]\nsso_start_url = https://example.awsapps.com/start\nsso_region = eu-west-1\n"
    )
    said = refused(
        "collect", "--out", tmp_path / "run", "--profile", "shop", *COLLECT, AWS_CONFIG_FILE=str(config), HOME=str(tmp_path)
    )
    assert "aws sso login --profile shop" in said


def test_an_unknown_program_offers_the_nearest(tmp_path: Path) -> None:
    assert "soc2-2017" in refused("collect", "--out", tmp_path / "run", "--program", "soc2-2071")
    assert "soc2-2017" in refused("programs", "soc-2017")


def test_no_program_at_all(tmp_path: Path) -> None:
    assert "evidence programs" in refused("collect", "--out", tmp_path / "run")


def test_an_unknown_requirement_offers_the_nearest() -> None:
    assert "s3.buckets.encrypted" in refused("requirements", "s3.buckets.encrypt")


def test_a_folder_that_is_not_a_run(tmp_path: Path) -> None:
    assert "not a run" in refused("pack", tmp_path, "--out", tmp_path / "pack")


def test_a_run_cut_short_says_how_to_go_on(tmp_path: Path) -> None:
    new(tmp_path / "run").flush()
    assert "--resume" in refused("pack", tmp_path / "run", "--out", tmp_path / "pack")
    assert not (tmp_path / "pack").exists()


def test_a_run_json_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{")
    assert "run.json" in refused("pack", tmp_path, "--out", tmp_path / "pack")


def test_an_output_folder_that_is_not_empty(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    new(tmp_path / "run").finish()
    assert "not empty" in refused("pack", tmp_path / "run", "--out", tmp_path, "--program", "soc2-2017")


def test_an_output_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    new(tmp_path / "run").finish()
    said = refused("pack", tmp_path / "run", "--out", tmp_path / "file/pack", "--program", "soc2-2017")
    assert "file" in said


def test_a_folder_that_is_not_a_pack(tmp_path: Path) -> None:
    assert "not a pack" in refused("verify", tmp_path)


@pytest.mark.parametrize("words", [("explain", "nonsense"), ("explain", "0123456789abcdef"), ("explain", "soc2-2017:CC99")])
def test_explaining_what_is_not_there(words: tuple[str, ...]) -> None:
    assert refused(*words)


def test_lists_are_there_for_machines() -> None:
    programs = json.loads(evidence("programs", "--json").stdout)["programs"]
    assert {"soc2-2017", "cis-aws-foundations-7.0"} <= {p["id"] for p in programs}
    controls = json.loads(evidence("programs", "soc2-2017", "--json").stdout)["controls"]
    assert len(controls) == 61 and controls[0]["id"] == "CC1.1"
    found = json.loads(evidence("requirements", "--json").stdout)["requirements"]
    assert len(found) >= 20 and len({r["topic"] for r in found}) == 8
    encrypted = next(r for r in found if r["id"] == "s3.buckets.encrypted")
    assert encrypted["calls"] == ["s3:ListBuckets", "s3:GetBucketEncryption"]
    assert encrypted["permissions"] == ["s3:GetEncryptionConfiguration", "s3:ListAllMyBuckets"]
    assert "DP-08 (part)" in encrypted["programs"]["aws-elastic-beanstalk"]


def test_a_baseline_is_listed_and_asked_for_like_a_program() -> None:
    programs = {p["id"]: p["controls"] for p in json.loads(evidence("programs", "--json").stdout)["programs"]}
    assert (programs["nist-800-53-r5"], programs["nist-800-53-r5-low"]) == (1014, 149)
    low = json.loads(evidence("programs", "nist-800-53-r5-low", "--json").stdout)
    assert (len(low["controls"]), low["withdrawn"]) == (149, {})
    assert "AC-2  " in evidence("explain", "nist-800-53-r5-low:AC-2").stdout
    assert "Did you mean nist-800-53-r5-low" in refused("collect", "--out", "nowhere", "--program", "nist-800-53-r5-lo")


def test_a_withdrawn_number_says_where_it_went() -> None:
    assert "withdrawn: incorporated into AC-6" in evidence("explain", "nist-800-53-r5:AC-3(1)").stdout
    assert "AC-3(1)   withdrawn: incorporated into AC-6" in evidence("programs", "nist-800-53-r5").stdout
    assert "AC-2" in refused("explain", "nist-800-53-r5:AC-222")


def test_the_policy_names_only_reads() -> None:
    policy = json.loads(evidence("policy", "--program", "soc2-2017").stdout)
    actions = [a for s in policy["Statement"] for a in s["Action"]]
    verbs = {a.split(":")[1][:3] for a in actions}
    assert "sts:GetCallerIdentity" in actions and verbs <= {"Get", "Lis", "Des", "Gen", "Sea", "Bat", "Loo", "Sel", "Sim", "GET"}
    assert [a for a in actions if a.split(":")[1].startswith(("GET", "Sim"))] == ["apigateway:GET", "iam:SimulatePrincipalPolicy"]


ROLE = ("--account", "222222222222", "--role")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--account", "22222222222"), "twelve digits"),
        ((*ROLE, "arn:aws:iam::222222222222:role/reader"), "not its ARN"),
        ((*ROLE, "reader", "--session-name", "third quarter"), "no name of a role session"),
        ((*ROLE, "reader", "--external-id", "hunter2 hunter2"), "2 to 1224"),
    ],
)
@pytest.mark.parametrize("command", ["collect", "doctor"])
def test_accounts_that_cannot_be_meant(tmp_path: Path, command: str, words: tuple[str, ...], said: str) -> None:
    """Said before anything is asked, and without the external id."""
    found = refused(command, "--out", tmp_path / "run", *COLLECT, *words, AWS_ENDPOINT_URL="http://127.0.0.1:9", **KEYS)
    assert said in found and "hunter2" not in found
    assert not (tmp_path / "run").exists()


def test_a_role_and_its_caller_are_two_policies() -> None:
    assert "account that enters them" in refused("policy", "--format", "cloudformation", "--organization")
    assert "not its ARN" in refused("policy", "--organization", "--role", "arn:aws:iam::222222222222:role/reader")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("parameters = 3", "parameters"),
        ("colour = 'red'", "colour"),
        ("[parameters", "not TOML"),
        ('[parameters."iam.users.key-agee"]\ndays = 3', "iam.users.key-age"),
    ],
)
def test_a_configuration_that_cannot_be_meant(tmp_path: Path, text: str, words: str) -> None:
    config = tmp_path / "evidence.toml"
    config.write_text(text)
    said = refused("pack", tmp_path, "--out", tmp_path / "pack", "--config", config)
    assert str(config) in said and words in said
    assert "evidence.toml" in refused("pack", tmp_path, "--out", tmp_path / "pack", "--config", tmp_path / "no/evidence.toml")


def test_no_room_left_says_where_and_keeps_what_was_kept(tmp_path: Path) -> None:
    """A file that may not grow fails in the same call as one on a full disk."""
    run = tmp_path / "run"
    said = refused("collect", "--replay", KEPT, "--out", run, room=8192)
    assert str(run) in said and "--resume" in said and "Free some space" in said
    assert list(Run.open(run).answers())
    assert "Free some space" in refused("pack", KEPT, "--out", tmp_path / "pack", "--program", "soc2-2017", room=4096)
    assert not (tmp_path / "pack").exists()
