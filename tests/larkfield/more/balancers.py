"""Load balancers that no environment made: the back office's, a shared one, and one that passes TCP through."""

from tests.larkfield.base import ago, arn, digits, ident
from tests.larkfield.more.machines import target
from tests.larkfield.more.place import Answer, More, tags
from tests.larkfield.more.secrets import OIDC_SECRET
from tests.larkfield.network import Names


def add_balancers(place: More, n: Names) -> None:
    if n.good:
        _balancer(place, n, "back-office", "application", n.zones, _attributes(place, True, protected=True))
        _listener(
            place,
            "back-office",
            443,
            "HTTPS",
            [_sign_in(), {"Type": "forward", "Order": 2, "TargetGroupArn": target(place, n)}],
            n,
        )
        shop, sale = (
            {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}},
            {"Type": "fixed-response"},
        )
        sale |= {"FixedResponseConfig": {"StatusCode": "200", "ContentType": "text/plain", "MessageBody": "sale"}}
        listener = _listener(place, "back-office", 80, "HTTP", [shop], n)
        rules = [_rule(listener, "1", [sale]), _rule(listener, "default", [shop])]
        place.put("elbv2", "DescribeRules", {"Rules": rules}, ListenerArn=listener)
        _balancer(place, n, "ingest", "network", n.zones[:1], _attributes(place, False, protected=False))
        _listener(place, "ingest", 9094, "TCP", [{"Type": "forward", "TargetGroupArn": target(place, n)}], n)
        return
    _balancer(
        place,
        n,
        "press-room",
        "application",
        (f"{place.region}a", f"{place.region}b"),
        _attributes(place, False, protected=False),
    )
    _listener(place, "press-room", 443, "HTTPS", [{"Type": "forward", "TargetGroupArn": target(place, n)}], n)


def balancer_arn(place: More, name: str) -> str:
    kind = "net" if name == "ingest" else "app"
    return place.arn("elasticloadbalancing", f"loadbalancer/{kind}/{name}/{digits(name)}")


def _balancer(place: More, n: Names, name: str, kind: str, zones: tuple[str, ...], attributes: list[Answer]) -> None:
    balancer = balancer_arn(place, name)
    place.add(
        "elbv2", "DescribeLoadBalancers", "LoadBalancers",
        {
            "LoadBalancerArn": balancer, "LoadBalancerName": name, "Type": kind, "Scheme": "internal", "VpcId": n.vpc, "CreatedTime": ago(640),
            "State": {"Code": "active"}, "IpAddressType": "ipv4", "DNSName": f"{name}.elb.{place.region}.amazonaws.com", "SecurityGroups": [],
            "AvailabilityZones": [{"ZoneName": zone, "SubnetId": ident("subnet", zone)} for zone in zones],
        },
    )  # fmt: skip
    place.put("elbv2", "DescribeLoadBalancerAttributes", {"Attributes": attributes}, LoadBalancerArn=balancer)
    described = [{"ResourceArn": balancer, "Tags": tags(team="back office")}]
    place.put("elbv2", "DescribeTags", {"TagDescriptions": described}, ResourceArns=[balancer])


def _attributes(place: More, good: bool, *, protected: bool) -> list[Answer]:
    values = {
        "access_logs.s3.enabled": str(good).lower(), "access_logs.s3.bucket": "larkfield-archive" if good else "",
        "deletion_protection.enabled": str(protected).lower(), "routing.http.drop_invalid_header_fields.enabled": str(good).lower(),
        "routing.http.desync_mitigation_mode": "strictest" if good else "monitor",
    }  # fmt: skip
    return [{"Key": key, "Value": value} for key, value in values.items()]


def _listener(place: More, name: str, port: int, protocol: str, actions: list[Answer], n: Names) -> str:
    balancer = balancer_arn(place, name)
    listener = f"{balancer.replace(':loadbalancer/', ':listener/')}/{digits(f'{name} {port}')}"
    one: Answer = {
        "ListenerArn": listener,
        "LoadBalancerArn": balancer,
        "Port": port,
        "Protocol": protocol,
        "DefaultActions": actions,
    }
    if protocol == "HTTPS":
        certificate = arn("acm", place.region, f"certificate/{digits(name, 8)}")
        policy = "ELBSecurityPolicy-TLS13-1-2-2021-06" if n.good else "ELBSecurityPolicy-2016-08"
        one |= {"SslPolicy": policy, "Certificates": [{"CertificateArn": certificate}]}
    place.add("elbv2", "DescribeListeners", "Listeners", one, LoadBalancerArn=balancer)
    place.put("elbv2", "DescribeRules", {"Rules": [_rule(listener, "default", actions)]}, ListenerArn=listener)
    return listener


def _rule(listener: str, priority: str, actions: list[Answer]) -> Answer:
    paths = [] if priority == "default" else [{"Field": "path-pattern", "Values": ["/sale/*"]}]
    return {
        "RuleArn": f"{listener.replace(':listener/', ':listener-rule/')}/{ident('r', priority)[3:]}", "Priority": priority,
        "IsDefault": priority == "default", "Conditions": paths, "Actions": actions,
    }  # fmt: skip


def _sign_in() -> Answer:
    """Staff sign in first. The client secret must not be kept."""
    provider = "https://login.larkfield.example"
    config = {
        "Issuer": provider, "AuthorizationEndpoint": f"{provider}/authorize", "TokenEndpoint": f"{provider}/token",
        "UserInfoEndpoint": f"{provider}/me", "ClientId": "back-office", "ClientSecret": OIDC_SECRET,
    }  # fmt: skip
    return {"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": config}
