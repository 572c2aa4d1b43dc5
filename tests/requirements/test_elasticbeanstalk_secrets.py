"""Secrets in option values: what is redacted, and what the markers are judged by."""

from typing import Any

import pytest

from evidence.aws.redact import Redactor
from evidence.run.answer import Answer
from evidence.run.redaction import is_redacted
from evidence.services.elasticbeanstalk.asks import DESCRIBE_SETTINGS, DESCRIBE_TEMPLATE
from tests.judging import answered, ended, judge_answers
from tests.requirements.elasticbeanstalk_answers import APPLICATION, ID, environments, setting, settings

PROPERTIES = "elasticbeanstalk.environments.no-secrets-in-properties"
TEMPLATES = "elasticbeanstalk.configuration-templates.no-secrets"
PROPERTY = "aws:elasticbeanstalk:application:environment"
PLAIN = "[redacted environment property; digest 0123456789abcdef]"
KEY = "[redacted environment property; looks like AWS access key; digest fedcba9876543210]"


def test_a_property_that_looked_like_a_secret_is_an_exception_that_names_it_and_not_its_value() -> None:
    judged = judge_answers(
        PROPERTIES, *environments(), settings(setting(f"{PROPERTY}/KEY_ID", KEY), setting(f"{PROPERTY}/MODE", PLAIN))
    )
    assert judged[ID] == "exception" and judged.reason(ID) == "property KEY_ID looks like AWS access key"


def test_properties_without_a_pattern_meet_and_so_does_having_none() -> None:
    assert (
        judge_answers(PROPERTIES, *environments(), settings(setting(f"{PROPERTY}/MODE", PLAIN), setting(f"{PROPERTY}/EMPTY")))[ID]
        == "meets"
    )
    assert judge_answers(PROPERTIES, *environments(), settings())[ID] == "meets"


def test_a_value_kept_without_a_marker_is_a_gap() -> None:
    judged = judge_answers(PROPERTIES, *environments(), settings(setting(f"{PROPERTY}/MODE", "fast")))
    assert (
        judged[ID] == "gap"
        and "MODE was kept without a redaction marker" in judged.reason(ID)
        and "fast" not in judged.reason(ID)
    )


def test_references_and_the_database_password_are_no_properties() -> None:
    reference = setting("aws:elasticbeanstalk:application:environmentsecrets/DB", "arn:aws:secretsmanager:eu-west-1:1:secret:db")
    password = setting("aws:rds:dbinstance/DBPassword", KEY)
    copy = setting("aws:cloudformation:template:parameter/EnvironmentVariables", KEY)
    assert judge_answers(PROPERTIES, *environments(), settings(reference, password, copy))[ID] == "meets"


@pytest.mark.parametrize(
    "option", ["aws:elasticbeanstalk:customoption/token", "aws:elasticbeanstalk:container:tomcat:jvmoptions/JVM Options"]
)
def test_other_free_text_is_judged_too(option: str) -> None:
    judged = judge_answers(PROPERTIES, *environments(), settings(setting(option, KEY)))
    assert judged[ID] == "exception" and option.rpartition("/")[0] in judged.reason(ID)


# -- saved configurations -------------------------------------------------------------------------------------------------


def saved(*given: dict[str, Any], name: str = "blue", answers: tuple[Answer, ...] = ()) -> Any:
    applications = {
        "Applications": [{"ApplicationName": APPLICATION, "ConfigurationTemplates": ["blue"]}, {"ApplicationName": "bare"}]
    }
    some = setting("aws:elasticbeanstalk:command/Timeout", "600")
    found = {"ApplicationName": APPLICATION, "TemplateName": name, "OptionSettings": [some, *given]}
    template = answered(
        "elasticbeanstalk",
        "DescribeConfigurationSettings",
        {"ConfigurationSettings": [found]},
        ApplicationName=APPLICATION,
        TemplateName="blue",
    )
    return judge_answers(TEMPLATES, answered("elasticbeanstalk", "DescribeApplications", applications), *(answers or (template,)))


def test_saved_configurations_are_judged_with_the_database_password() -> None:
    assert saved(setting(f"{PROPERTY}/MODE", PLAIN))[f"{APPLICATION}/blue"] == "meets"
    judged = saved(
        setting("aws:rds:dbinstance/DBPassword", "[redacted option value; looks like password; digest 0123456789abcdef]")
    )
    assert judged[f"{APPLICATION}/blue"] == "exception" and "DBPassword looks like password" in judged.reason(
        f"{APPLICATION}/blue"
    )


def test_a_saved_configuration_that_was_not_read_is_a_gap_and_another_one_is_not_taken_for_it() -> None:
    denied = ended(
        "elasticbeanstalk", "DescribeConfigurationSettings", "denied", ApplicationName=APPLICATION, TemplateName="blue"
    )  # fmt: skip
    assert saved(answers=(denied,))[f"{APPLICATION}/blue"] == "gap"
    assert saved(name="green")[f"{APPLICATION}/blue"] == "gap"


def test_no_saved_configuration_is_not_applicable() -> None:
    none = answered("elasticbeanstalk", "DescribeApplications", {"Applications": [{"ApplicationName": APPLICATION}]})
    assert judge_answers(TEMPLATES, none).result.judgement == "not_applicable"


# -- redaction ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ask", [DESCRIBE_SETTINGS, DESCRIBE_TEMPLATE], ids=["environment", "template"])
def test_secrets_never_reach_the_run_and_what_is_judged_stays_readable(ask: Any) -> None:
    hidden = {
        f"{PROPERTY}/API_TOKEN": "s3cr3t-value-1", "aws:elasticbeanstalk:customoption/anything": "s3cr3t-value-2",
        "aws:cloudformation:template:parameter/EnvironmentVariables": "API_TOKEN=s3cr3t-value-1,MODE=fast",
        "aws:elasticbeanstalk:container:tomcat:jvmoptions/JVM Options": "-Dpassword=s3cr3t-value-3",
        "aws:rds:dbinstance/DBPassword": "s3cr3t-value-4", "aws:elasticbeanstalk:sns:topics/Notification Endpoint": "ops@example.com",
    }  # fmt: skip
    shown = {
        "aws:elasticbeanstalk:application:environmentsecrets/DB_SECRET": "arn:aws:secretsmanager:eu-west-1:1:secret:db",
        "aws:autoscaling:asg/MinSize": "2", "aws:elasticbeanstalk:sns:topics/Notification Protocol": "email",
    }  # fmt: skip
    page = {"ConfigurationSettings": [{"OptionSettings": [setting(k, v) for k, v in {**hidden, **shown}.items()]}]}
    Redactor(b"k" * 32).apply(page, ask.redact)
    assert "s3cr3t" not in repr(page) and "ops@" not in repr(page)
    values = {f"{o['Namespace']}/{o['OptionName']}": o["Value"] for o in page["ConfigurationSettings"][0]["OptionSettings"]}
    assert all(is_redacted(values[k]) for k in hidden) and {k: values[k] for k in shown} == shown
    assert "looks like" in values[f"{PROPERTY}/API_TOKEN"]
