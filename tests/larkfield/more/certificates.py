"""Certificates, target groups behind the load balancers, and classic load balancers: one kept well, one forgotten."""

from tests.larkfield.base import ago, arn, digits, ident, uuid
from tests.larkfield.more.balancers import balancer_arn
from tests.larkfield.more.machines import target
from tests.larkfield.more.place import ARABIC, Answer, More
from tests.larkfield.network import Names

_NAMES = ("CertificateArn", "DomainName", "Status", "Type", "KeyAlgorithm", "NotAfter", "InUse", "Exported", "CreatedAt")


def add_certificates(place: More, n: Names, environment: str) -> None:
    """`environment` is the ARN of the environment's load balancer."""
    others = ("back-office",) if n.good else ("press-room", "old-shop")
    made = [_certificate(place, uuid(n.id), f"{n.environment}.larkfield.example", 200 if n.good else 9, environment)]
    made += [
        _certificate(
            place, digits(name, 8), f"{name}.larkfield.example", 9 if name == "old-shop" else 120, balancer_arn(place, name)
        )
        for name in others
    ]
    spare = _certificate(place, uuid(f"{n.id} spare"), "xn--mgbh0fb.example", -30, "", kind="RSA_1024")
    made.append({**spare, "Status": "EXPIRED", "InUse": False, "DomainName": "xn--mgbh0fb.example"})
    if not n.good:
        made[1] |= {"KeyAlgorithm": "RSA_1024", "Type": "IMPORTED"}
    place.put("acm", "ListCertificates", {"CertificateSummaryList": [{k: one[k] for k in _NAMES if k in one} for one in made]})
    place.put(
        "acm",
        "ListCertificates",
        {"CertificateSummaryList": []},
        RootHierarchyTypes=["N2_AMAZON_MANAGED", "N2_SFG2_AMAZON_MANAGED"],
    )
    place.put("acm", "SearchCertificates", {"Results": [{"CertificateArn": one["CertificateArn"]} for one in made]})
    for number, one in enumerate(made):
        details = {k: v for k, v in one.items() if k in _NAMES and k not in ("InUse", "Exported")}
        used = [] if not one["InUse"] else [one["used by"]]
        renewal = {} if n.good or number else {"RenewalSummary": _waiting(one["DomainName"])}
        place.put(
            "acm",
            "DescribeCertificate",
            {"Certificate": {**details, "InUseBy": used, **renewal}},
            CertificateArn=one["CertificateArn"],
        )
    _bound(place)


def _certificate(place: More, id: str, domain: str, days: float, used_by: str, kind: str = "RSA_2048") -> Answer:
    return {
        "CertificateArn": arn("acm", place.region, f"certificate/{id}"), "DomainName": domain, "Status": "ISSUED", "Type": "AMAZON_ISSUED",
        "KeyAlgorithm": kind, "NotAfter": ago(-days), "InUse": True, "Exported": False, "CreatedAt": ago(395 - days), "used by": used_by,
    }  # fmt: skip


def _waiting(domain: str) -> Answer:
    """A renewal that waits for somebody to put a DNS record back."""
    validation = {"DomainName": domain, "ValidationStatus": "PENDING_VALIDATION", "ValidationMethod": "DNS"}
    return {"RenewalStatus": "PENDING_VALIDATION", "DomainValidationOptions": [validation], "UpdatedAt": ago(20)}


def _bound(place: More) -> None:
    """The certificates of every HTTPS listener there is: the default one."""
    for balancer in place.said("elbv2", "DescribeLoadBalancers")["LoadBalancers"]:
        listeners = place.said("elbv2", "DescribeListeners", LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
        for listener in (found for found in listeners if found["Protocol"] in ("HTTPS", "TLS")):
            bound = [{**one, "IsDefault": True} for one in listener["Certificates"]]
            place.put("elbv2", "DescribeListenerCertificates", {"Certificates": bound}, ListenerArn=listener["ListenerArn"])


def add_targets(place: More, n: Names, environment: str) -> None:
    one = target(place, n)
    group = {
        "TargetGroupArn": one, "TargetGroupName": f"awseb-AWSEB-{n.id[2:]}", "Protocol": "HTTPS" if n.good else "HTTP", "Port": 443 if n.good else 80,
        "VpcId": n.vpc, "TargetType": "instance", "LoadBalancerArns": [environment], "HealthCheckEnabled": True, "HealthCheckProtocol": "HTTP",
    }  # fmt: skip
    unused = {**group, "TargetGroupArn": f"{one[:-4]}0000", "TargetGroupName": "blue", "LoadBalancerArns": []}
    place.put("elbv2", "DescribeTargetGroups", {"TargetGroups": [group, unused]})
    cross = "use_load_balancer_configuration" if n.good else "false"
    attributes = [{"Key": "load_balancing.cross_zone.enabled", "Value": cross}, {"Key": "stickiness.enabled", "Value": "false"}]
    healthy = {"State": "healthy"}
    ill = {
        "State": "unhealthy",
        "Reason": "Target.ResponseCodeMismatch",
        "Description": "Health checks failed with these codes: [503]",
    }
    states = [
        {"Target": {"Id": n.instance(i), "Port": group["Port"]}, "TargetHealth": healthy if n.good else ill}
        for i in range(len(n.zones))
    ]
    for group_arn, found in ((one, states), (unused["TargetGroupArn"], [])):
        place.put("elbv2", "DescribeTargetGroupAttributes", {"Attributes": attributes}, TargetGroupArn=group_arn)
        place.put("elbv2", "DescribeTargetHealth", {"TargetHealthDescriptions": found}, TargetGroupArn=group_arn)
    place.amend_attributes(environment, {"load_balancing.cross_zone.enabled": "true"})


def add_classics(place: More, n: Names) -> None:
    name = "partner-api" if n.good else "old-shop"
    certificate = arn("acm", place.region, f"certificate/{uuid(n.id) if n.good else digits('old-shop', 8)}")
    policy = "ELBSecurityPolicy-TLS-1-2-2017-01" if n.good else "ELBSecurityPolicy-2015-05"
    secure = {
        "Listener": {
            "Protocol": "HTTPS", "LoadBalancerPort": 443, "InstanceProtocol": "HTTPS" if n.good else "HTTP",
            "InstancePort": 443 if n.good else 80, "SSLCertificateId": certificate,
        },
        "PolicyNames": [policy],
    }  # fmt: skip
    plain = {
        "Listener": {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstanceProtocol": "HTTP", "InstancePort": 80},
        "PolicyNames": [],
    }
    zones = [*n.zones[:2]]
    described = {
        "LoadBalancerName": name, "DNSName": f"{name}.{place.region}.elb.amazonaws.com", "ListenerDescriptions": [secure] if n.good else [plain, secure],
        "AvailabilityZones": zones, "Subnets": [ident("subnet", zone) for zone in zones], "VPCId": n.vpc, "Instances": [], "Scheme": "internal",
        "SecurityGroups": [n.sg("b")], "CreatedTime": ago(2900), "SourceSecurityGroup": {"OwnerAlias": ARABIC, "GroupName": "web"},
    }  # fmt: skip
    place.put("elb", "DescribeLoadBalancers", {"LoadBalancerDescriptions": [described]})
    log = {"Enabled": True, "S3BucketName": "larkfield-archive", "EmitInterval": 60} if n.good else {"Enabled": False}
    mode = {"Key": "elb.http.desyncmitigationmode", "Value": "defensive" if n.good else "monitor"}
    draining = {"Enabled": n.good, "Timeout": 300}
    attributes = {
        "CrossZoneLoadBalancing": {"Enabled": n.good},
        "AccessLog": log,
        "ConnectionDraining": draining,
        "AdditionalAttributes": [mode],
    }
    place.put("elb", "DescribeLoadBalancerAttributes", {"LoadBalancerAttributes": attributes}, LoadBalancerName=name)
    on = {"Protocol-SSLv3": False, "Protocol-TLSv1": not n.good, "Protocol-TLSv1.1": not n.good, "Protocol-TLSv1.2": True}
    said = [{"AttributeName": key, "AttributeValue": str(value).lower()} for key, value in on.items()]
    said.append({"AttributeName": "Reference-Security-Policy", "AttributeValue": policy})
    bound = {"PolicyName": policy, "PolicyTypeName": "SSLNegotiationPolicyType", "PolicyAttributeDescriptions": said}
    place.put("elb", "DescribeLoadBalancerPolicies", {"PolicyDescriptions": [bound]}, LoadBalancerName=name, PolicyNames=[policy])
