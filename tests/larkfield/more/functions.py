"""Functions: one that only events call, under a key of the shop's own; and one that anybody may call, forgotten for years."""

import json

from tests.larkfield.base import ago, arn, uuid
from tests.larkfield.more.place import FORMULA, Answer, More
from tests.larkfield.more.secrets import FUNCTION_VARIABLE
from tests.larkfield.network import Names


def add_functions(place: More, n: Names) -> None:
    function = "order-receipts" if n.good else "price-feed"
    own = place.arn("lambda", f"function:{function}")
    described: Answer = {
        "FunctionName": function, "FunctionArn": own, "Runtime": "python3.13" if n.good else "nodejs14.x", "PackageType": "Zip",
        "Role": arn("iam", "", f"role/{function}"), "Handler": "main.handler", "Description": FORMULA, "MemorySize": 256, "Timeout": 30,
        "Version": "$LATEST", "LastModified": ago(40).strftime("%Y-%m-%dT%H:%M:%S.000+0000"), "TracingConfig": {"Mode": "PassThrough"},
        "Environment": {"Variables": {"FEED_PASSWORD": FUNCTION_VARIABLE}}, "Architectures": ["x86_64"],
    }  # fmt: skip
    if n.good:
        described |= {"KMSKeyArn": place.arn("kms", f"key/{uuid('functions')}"), "VpcConfig": {"VpcId": n.vpc, "SubnetIds": []}}
    place.put("lambda", "ListFunctions", {"Functions": [described]})
    allowed = {"Sid": "call", "Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": own}
    rule = {
        "Principal": {"Service": "events.amazonaws.com"},
        "Condition": {"ArnLike": {"AWS:SourceArn": place.arn("events", "rule/beanstalk")}},
    }
    anybody = {
        "Principal": "*",
        "Action": "lambda:InvokeFunctionUrl",
        "Condition": {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}},
    }
    statement = {**allowed, **(rule if n.good else anybody)}
    policy = json.dumps({"Version": "2012-10-17", "Id": "default", "Statement": [statement]})
    place.put("lambda", "GetPolicy", {"Policy": policy, "RevisionId": uuid(function)}, FunctionName=function)
    place.put(
        "lambda",
        "ListFunctionUrlConfigs",
        {"FunctionUrlConfigs": [] if n.good else [_url(own, place.region)]},
        FunctionName=function,
    )


def _url(function: str, region: str) -> Answer:
    made = ago(900).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "FunctionUrl": f"https://q7w5larkfield.lambda-url.{region}.on.aws/", "FunctionArn": function, "AuthType": "NONE", "CreationTime": made,
        "LastModifiedTime": made,
    }  # fmt: skip
