"""Distributions: the shop's, set as it should be and logged the new way; and one of an old campaign."""

from tests.larkfield.base import ACCOUNT, GOOD, ago, digits, uuid
from tests.larkfield.more.edge import blocking, web_acl
from tests.larkfield.more.place import Answer, More
from tests.larkfield.more.secrets import FRONT_DOOR


def add_distributions(everywhere: More, home: More) -> None:
    acl = f"arn:aws:wafv2:us-east-1:{ACCOUNT}:global/webacl/shop/{uuid('shop acl')}"
    listed = {"Name": "shop", "Id": uuid("shop acl"), "ARN": acl, "LockToken": uuid("lock")}
    home.put("wafv2", "ListWebACLs", {"WebACLs": [listed]}, Scope="CLOUDFRONT")
    home.put("wafv2", "ListWebACLs", {"WebACLs": []}, Scope="REGIONAL")
    described = {"WebACL": web_acl("shop", acl, [blocking("common", 0)]), "LockToken": uuid("lock")}
    home.put("wafv2", "GetWebACL", described, Scope="CLOUDFRONT", Name="shop", Id=listed["Id"])
    logging = {"ResourceArn": acl, "LogDestinationConfigs": ["arn:aws:s3:::aws-waf-logs-larkfield"]}
    home.put("wafv2", "GetLoggingConfiguration", {"LoggingConfiguration": logging}, ResourceArn=acl)
    shop, campaign = _distribution("shop", good=True, acl=acl), _distribution("campaign-2019", good=False, acl="")
    page = {"Marker": "", "MaxItems": 100, "IsTruncated": False, "Quantity": 2, "Items": [shop, campaign]}
    everywhere.put("cloudfront", "ListDistributions", {"DistributionList": page})
    for one in (shop, campaign):
        off = {"Enabled": False, "IncludeCookies": False, "Bucket": "", "Prefix": ""}
        shared = ("Origins", "OriginGroups", "DefaultCacheBehavior", "Comment", "Enabled")
        root = {"DefaultRootObject": "index.html" if one is shop else ""}
        config = {"CallerReference": one["Id"], "Logging": off, **root, **{name: one[name] for name in shared}}
        everywhere.put("cloudfront", "GetDistributionConfig", {"DistributionConfig": config, "ETag": one["Id"]}, Id=one["Id"])
    source = {
        "name": "shop-access", "arn": home.arn("logs", "delivery-source:shop-access"), "resourceArns": [shop["ARN"]], "service": "cloudfront",
        "logType": "ACCESS_LOGS",
    }  # fmt: skip
    home.put("logs", "DescribeDeliverySources", {"deliverySources": [source]})
    delivery = {
        "id": digits("delivery"), "arn": home.arn("logs", f"delivery:{digits('delivery')}"), "deliverySourceName": "shop-access",
        "deliveryDestinationArn": home.arn("logs", "delivery-destination:archive"), "deliveryDestinationType": "S3",
    }  # fmt: skip
    home.put("logs", "DescribeDeliveries", {"deliveries": [delivery]})


def _distribution(name: str, *, good: bool, acl: str) -> Answer:
    id = f"E{digits(name, 13).upper()}"
    aliases = {"Quantity": 1, "Items": ["larkfield.example"]} if good else {"Quantity": 0}
    own = {
        "CloudFrontDefaultCertificate": False, "MinimumProtocolVersion": "TLSv1.2_2021", "SSLSupportMethod": "sni-only",
        "ACMCertificateArn": f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/{uuid('front')}",
    }  # fmt: skip
    pages = {
        "Id": "pages", "FailoverCriteria": {"StatusCodes": {"Quantity": 2, "Items": [500, 503]}},
        "Members": {"Quantity": 2, "Items": [{"OriginId": "images"}, {"OriginId": "shop"}]},
    }  # fmt: skip
    given = {"CloudFrontDefaultCertificate": True, "MinimumProtocolVersion": "TLSv1", "SSLSupportMethod": "vip"}
    return {
        "Id": id, "ARN": f"arn:aws:cloudfront::{ACCOUNT}:distribution/{id}", "Status": "Deployed", "LastModifiedTime": ago(90), "Aliases": aliases,
        "DomainName": f"d{digits(name, 13)}.cloudfront.net", "Origins": _origins(good), "CacheBehaviors": {"Quantity": 0}, "Comment": name,
        "OriginGroups": {"Quantity": 1, "Items": [pages]} if good else {"Quantity": 0},
        "DefaultCacheBehavior": {"TargetOriginId": "pages" if good else "images", "ViewerProtocolPolicy": "redirect-to-https" if good else "allow-all"},
        "CustomErrorResponses": {"Quantity": 0}, "PriceClass": "PriceClass_100", "Enabled": True, "WebACLId": acl, "HttpVersion": "http2",
        "ViewerCertificate": own if good else given, "IsIPV6Enabled": True,
        "Restrictions": {"GeoRestriction": {"RestrictionType": "none", "Quantity": 0}}, "Staging": False,
    }  # fmt: skip


def _origins(good: bool) -> Answer:
    """A bucket and a server, which knows the distribution by a header that must not be kept."""
    header = {"HeaderName": "x-front-door", "HeaderValue": FRONT_DOOR}
    protocols = ["TLSv1.2"] if good else ["TLSv1", "TLSv1.1", "TLSv1.2"]
    server = {
        "HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only" if good else "http-only",
        "OriginSslProtocols": {"Quantity": len(protocols), "Items": protocols},
    }  # fmt: skip
    bucket = {
        "Id": "images", "DomainName": f"larkfield-images.s3.{GOOD}.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""},
        "OriginAccessControlId": f"E{digits('control', 13).upper()}" if good else "",
    }  # fmt: skip
    custom = {
        "Id": "shop",
        "DomainName": "shop.larkfield.example",
        "CustomHeaders": {"Quantity": 1, "Items": [header]},
        "CustomOriginConfig": server,
    }
    return {"Quantity": 2, "Items": [bucket, custom]}
