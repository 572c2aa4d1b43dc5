"""How OpenTelemetry names what there is to say of a call, for the log and for spans alike.

Semantic conventions 1.44: "AWS SDK client spans" (rpc.system, rpc.service, rpc.method, cloud.region, aws.request_id), and of the
registry cloud.*, error.type, http.request.resend_count, process.pid. What has no name there is named evidence.*.
https://opentelemetry.io/docs/specs/semconv/cloud-providers/aws-sdk/
"""

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Any

from evidence.aws.models import model_of
from evidence.run.answer import Answer, Attempt

SYSTEM = "aws-api"


@cache
def service_id(service: str) -> str:
    """The service as AWS's SDKs name it: "EC2" for "ec2", "CloudWatch Logs" for "logs". One that botocore lacks keeps its name."""
    return str(model_of(service).get("metadata", {}).get("serviceId") or service)


def resent(answer: Answer) -> int:
    """HTTP requests beyond one for each page."""
    return len(answer.attempts) - len({attempt.page for attempt in answer.attempts})


def request_id(answer: Answer) -> str:
    """The id of the last request that AWS gave one."""
    return next((a.request_id for a in reversed(answer.attempts) if a.request_id), "")


def attributes(answer: Answer) -> dict[str, Any]:
    """What is said of a call. Of its parameters nothing: they may name what is secret, and the evidence id finds them in the run."""
    call = answer.call
    said: Mapping[str, Any] = {
        "rpc.system": SYSTEM, "rpc.service": service_id(call.service), "rpc.method": call.operation,
        "cloud.provider": "aws", "cloud.account.id": call.account, "cloud.region": call.region,
        "aws.request_id": request_id(answer), "error.type": error_type(answer), "http.request.resend_count": resent(answer),
        "evidence.ending": answer.ending, "evidence.id": answer.id, "evidence.pages": len(answer.pages),
    }  # fmt: skip
    return {name: value for name, value in said.items() if value not in ("", 0) or name == "evidence.pages"}


def error_type(answer: Answer) -> str:
    """AWS's error code, or what went wrong on our side of the wire; nothing for a call that was answered."""
    return "" if answer.ending == "answered" else str(answer.code or "_OTHER")


def milliseconds(attempt: Attempt) -> float:
    took = dt.datetime.fromisoformat(attempt.ended) - dt.datetime.fromisoformat(attempt.started)
    return round(took.total_seconds() * 1000, 1)
