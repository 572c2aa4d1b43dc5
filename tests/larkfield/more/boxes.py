"""What runs things: repositories of images, containers and their clusters, notebooks, models and builds."""

import json

from tests.larkfield.base import ACCOUNT, ago, digits, uuid
from tests.larkfield.more.place import SCRIPT, Answer, More
from tests.larkfield.more.secrets import CONTAINER_PASSWORD, NOTE
from tests.larkfield.network import Names


def add_repositories(place: More, n: Names) -> None:
    """Scanned and immutable in the good Region; in the other one anybody may pull what nobody has scanned."""
    name = "shop/web" if n.good else "legacy/ftp"
    key = (
        {"encryptionType": "KMS", "kmsKey": place.arn("kms", f"key/{uuid('images')}")} if n.good else {"encryptionType": "AES256"}
    )
    repository = {
        "repositoryArn": place.arn("ecr", f"repository/{name}"), "registryId": ACCOUNT, "repositoryName": name, "createdAt": ago(500),
        "imageTagMutability": "IMMUTABLE" if n.good else "MUTABLE", "imageScanningConfiguration": {"scanOnPush": n.good},
        "encryptionConfiguration": key,
    }  # fmt: skip
    place.put("ecr", "DescribeRepositories", {"repositories": [repository]})
    rule = {"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": [{"filter": "*", "filterType": "WILDCARD"}]}
    registry = {"scanType": "BASIC", "rules": [rule] if n.good else []}
    place.put("ecr", "GetRegistryScanningConfiguration", {"registryId": ACCOUNT, "scanningConfiguration": registry})
    scanning = {"repositoryName": name, "scanOnPush": n.good, "scanFrequency": "SCAN_ON_PUSH" if n.good else "MANUAL"}
    found = {"scanningConfigurations": [scanning], "failures": []}
    place.put("ecr", "BatchGetRepositoryScanningConfiguration", found, repositoryNames=[name])
    if n.good:
        said = f"Repository policy does not exist for the repository with name '{name}' in the registry with id '{ACCOUNT}'"
        place.fail("ecr", "GetRepositoryPolicy", "RepositoryPolicyNotFoundException", 400, said, repositoryName=name)
    else:
        statement = {
            "Sid": "all",
            "Effect": "Allow",
            "Principal": "*",
            "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        }
        policy = json.dumps({"Version": "2008-10-17", "Statement": [statement]})
        place.put("ecr", "GetRepositoryPolicy", {"policyText": policy, "repositoryName": name}, repositoryName=name)


def add_containers(place: More, n: Names) -> None:
    """A service on Fargate, and on the neglected side one with a public address and all that a container should not have."""
    name = "shop" if n.good else "legacy"
    cluster, service = place.arn("ecs", f"cluster/{name}"), place.arn("ecs", f"service/{name}/web")
    task, definition = place.arn("ecs", f"task/{name}/{digits(name, 32)}"), place.arn("ecs", f"task-definition/{name}-web:7")
    place.put("ecs", "ListClusters", {"clusterArns": [cluster]})
    setting = {"name": "containerInsights", "value": "enhanced" if n.good else "disabled"}
    described = {"clusterArn": cluster, "clusterName": name, "status": "ACTIVE", "settings": [setting]}
    place.put("ecs", "DescribeClusters", {"clusters": [described], "failures": []}, clusters=[cluster])
    place.put("ecs", "ListServices", {"serviceArns": [service]}, cluster=cluster)
    network = {"subnets": ["subnet-0a1b2c3d4e5f60718"], "assignPublicIp": "DISABLED" if n.good else "ENABLED"}
    running = {
        "serviceArn": service, "serviceName": "web", "clusterArn": cluster, "status": "ACTIVE", "desiredCount": 1, "runningCount": 1,
        "launchType": "FARGATE", "platformVersion": "LATEST" if n.good else "1.3.0", "platformFamily": "Linux", "taskDefinition": definition,
        "networkConfiguration": {"awsvpcConfiguration": network}, "deployments": [],
    }  # fmt: skip
    place.put("ecs", "DescribeServices", {"services": [running], "failures": []}, cluster=cluster, services=[service])
    place.put("ecs", "ListTasks", {"taskArns": [task]}, cluster=cluster)
    one = {
        "taskArn": task,
        "clusterArn": cluster,
        "taskDefinitionArn": definition,
        "lastStatus": "RUNNING",
        "group": "service:web",
    }
    place.put("ecs", "DescribeTasks", {"tasks": [one], "failures": []}, cluster=cluster, tasks=[task])
    logs = {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/shop", "awslogs-region": place.region}}
    good = {
        "user": "1000:1000",
        "readonlyRootFilesystem": True,
        "logConfiguration": logs,
        "environment": [{"name": "MODE", "value": "web"}],
    }
    bad = {
        "privileged": True,
        "environment": [{"name": "FTP_PASSWORD", "value": CONTAINER_PASSWORD}],
        "dockerLabels": {"note": SCRIPT},
    }
    container: Answer = {"name": "web", "image": f"{ACCOUNT}.dkr.ecr.{place.region}.amazonaws.com/web:7", "essential": True}
    shared = {} if n.good else {"pidMode": "host"}
    files = {"fileSystemId": "fs-0f1e2d3c4b5a69788", "transitEncryption": "ENABLED" if n.good else "DISABLED"}
    registered = {
        "volumes": [{"name": "files", "efsVolumeConfiguration": files}],
        "taskDefinitionArn": definition, "family": f"{name}-web", "revision": 7, "status": "ACTIVE", "networkMode": "awsvpc" if n.good else "host",
        "containerDefinitions": [{**container, **(good if n.good else bad)}], **shared,
    }  # fmt: skip
    place.put("ecs", "DescribeTaskDefinition", {"taskDefinition": registered}, taskDefinition=definition)


def add_kubernetes(place: More, n: Names) -> None:
    """A cluster whose API is private, and one that the world reaches, on a version that AWS has given up."""
    name, version = ("shop", "1.34") if n.good else ("legacy", "1.24")
    place.put("eks", "ListClusters", {"clusters": [name]})
    states = {"1.34": "STANDARD_SUPPORT", "1.31": "EXTENDED_SUPPORT", "1.24": "UNSUPPORTED"}
    listed = [{"clusterVersion": one, "clusterType": "eks", "versionStatus": state} for one, state in states.items()]
    place.put("eks", "DescribeClusterVersions", {"clusterVersions": listed})
    kinds = ["api", "audit", "authenticator", "controllerManager", "scheduler"]
    secrets = {"resources": ["secrets"], "provider": {"keyArn": place.arn("kms", f"key/{uuid('kubernetes')}")}}
    cluster = {
        "name": name, "arn": place.arn("eks", f"cluster/{name}"), "version": version, "status": "ACTIVE", "createdAt": ago(900),
        "resourcesVpcConfig": {
            "endpointPublicAccess": not n.good, "endpointPrivateAccess": n.good, "publicAccessCidrs": [] if n.good else ["0.0.0.0/0"],
        },
        "logging": {"clusterLogging": [{"types": kinds, "enabled": n.good}]}, "deletionProtection": n.good,
        "encryptionConfig": [secrets] if n.good else [],
    }  # fmt: skip
    place.put("eks", "DescribeCluster", {"cluster": cluster}, name=name)


def add_models(place: More, n: Names) -> None:
    """A notebook with its model and endpoint: shut in and doubled, or open and alone."""
    name = "demand" if n.good else "prices"
    notebook, endpoint, model = (place.arn("sagemaker", f"{kind}/{name}") for kind in ("notebook-instance", "endpoint", "model"))
    listed = {"NotebookInstanceName": name, "NotebookInstanceArn": notebook, "NotebookInstanceStatus": "InService"}
    place.put("sagemaker", "ListNotebookInstances", {"NotebookInstances": [listed]})
    switch = "Disabled" if n.good else "Enabled"
    shut = {
        "SubnetId": "subnet-0a1b2c3d4e5f60718", "KmsKeyId": place.arn("kms", f"key/{uuid('notebooks')}"),
        "InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": "2"},
    }  # fmt: skip
    platform = {"PlatformIdentifier": "notebook-al2023-v1" if n.good else "notebook-al2-v1"}
    described = {**listed, **platform, "DirectInternetAccess": switch, "RootAccess": switch, **(shut if n.good else {})}
    place.put("sagemaker", "DescribeNotebookInstance", described, NotebookInstanceName=name)
    times = {"CreationTime": ago(200), "LastModifiedTime": ago(30)}
    one = {"EndpointName": name, "EndpointArn": endpoint, "EndpointStatus": "InService", **times}
    place.put("sagemaker", "ListEndpoints", {"Endpoints": [one]})
    count = 2 if n.good else 1
    variant = {"VariantName": "all", "CurrentInstanceCount": count, "DesiredInstanceCount": count}
    place.put("sagemaker", "DescribeEndpoint", {**one, "ProductionVariants": [variant]}, EndpointName=name)
    made = {"ModelName": name, "ModelArn": model, "CreationTime": ago(200)}
    place.put("sagemaker", "ListModels", {"Models": [made]})
    network = (
        {"VpcConfig": {"SecurityGroupIds": ["sg-0a1b2c3d4e5f60718"], "Subnets": ["subnet-0a1b2c3d4e5f60718"]}} if n.good else {}
    )
    container = {
        "Image": f"{ACCOUNT}.dkr.ecr.{place.region}.amazonaws.com/{name}:3",
        "Environment": {"PRICES_PASSWORD": CONTAINER_PASSWORD},
    }
    isolated = {"EnableNetworkIsolation": n.good, "PrimaryContainer": container, **network}
    place.put("sagemaker", "DescribeModel", {**made, **isolated}, ModelName=name)


def add_agents(place: More, n: Names) -> None:
    """Calls to models are recorded in the good Region only; the other one's agent has no guardrail."""
    name = "clerk" if n.good else "oracle"
    group = {"logGroupName": "/bedrock/shop", "roleArn": f"arn:aws:iam::{ACCOUNT}:role/bedrock-logs"}
    setting = {"loggingConfig": {"cloudWatchConfig": group, "textDataDeliveryEnabled": True}} if n.good else {}
    place.put("bedrock", "GetModelInvocationLoggingConfiguration", setting)
    id = digits(name, 10).upper()
    listed = {"agentId": id, "agentName": name, "agentStatus": "PREPARED", "updatedAt": ago(20)}
    place.put("bedrock-agent", "ListAgents", {"agentSummaries": [listed]})
    guarded = {
        "guardrailConfiguration": {"guardrailIdentifier": digits("guardrail", 12), "guardrailVersion": "1"},
        "customerEncryptionKeyArn": place.arn("kms", f"key/{uuid('agents')}"),
    }  # fmt: skip
    agent = {
        **listed, "agentArn": place.arn("bedrock", f"agent/{id}"), "agentVersion": "DRAFT", "idleSessionTTLInSeconds": 600, "createdAt": ago(90),
        "agentResourceRoleArn": f"arn:aws:iam::{ACCOUNT}:role/agents", "instruction": f"Answer politely. {NOTE}", **(guarded if n.good else {}),
    }  # fmt: skip
    place.put("bedrock-agent", "GetAgent", {"agent": agent}, agentId=id)


def add_builds(place: More, n: Names) -> None:
    """A build whose password stands in Parameter Store, and one that has it in a variable and a token in its address."""
    name = "shop-web" if n.good else "legacy-ftp"
    place.put("codebuild", "ListProjects", {"projects": [name]})
    reference = {"name": "DB_PASSWORD", "value": "/shop/db/password", "type": "PARAMETER_STORE"}
    clear = {"name": "DB_PASSWORD", "value": CONTAINER_PASSWORD, "type": "PLAINTEXT"}
    image = {
        "type": "LINUX_CONTAINER",
        "image": "aws/codebuild/amazonlinux-x86_64-standard:5.0",
        "computeType": "BUILD_GENERAL1_SMALL",
    }
    address = f"https://github.example/{name}.git" if n.good else f"https://{CONTAINER_PASSWORD}@github.example/{name}.git"
    project = {
        "name": name, "arn": place.arn("codebuild", f"project/{name}"), "source": {"type": "GITHUB_ENTERPRISE", "location": address},
        "artifacts": {"type": "S3", "location": "larkfield-builds", "encryptionDisabled": not n.good},
        "environment": {**image, "environmentVariables": [reference if n.good else clear], "privilegedMode": not n.good},
        "logsConfig": {"cloudWatchLogs": {"status": "ENABLED" if n.good else "DISABLED"}}, "projectVisibility": "PRIVATE",
    }  # fmt: skip
    place.put("codebuild", "BatchGetProjects", {"projects": [project], "projectsNotFound": []}, names=[name])


def add_others(place: More, n: Names) -> None:
    """A state machine, a server for files and a desktop."""
    machine = place.arn("states", "stateMachine:orders")
    listed = {"stateMachineArn": machine, "name": "orders", "type": "EXPRESS", "creationDate": ago(400)}
    place.put("stepfunctions", "ListStateMachines", {"stateMachines": [listed]})
    group = {"cloudWatchLogsLogGroup": {"logGroupArn": f"{place.arn('logs', 'log-group:/states/orders')}:*"}}
    logging = {"level": "ALL" if n.good else "OFF", "destinations": [group] if n.good else []}
    described = {**listed, "definition": "", "roleArn": f"arn:aws:iam::{ACCOUNT}:role/orders", "loggingConfiguration": logging}
    place.put("stepfunctions", "DescribeStateMachine", described, stateMachineArn=machine)
    id = f"s-{digits(place.region, 17)}"
    server = {"Arn": place.arn("transfer", f"server/{id}"), "ServerId": id, "State": "ONLINE"}
    place.put("transfer", "ListServers", {"Servers": [server]})
    logs = {"StructuredLogDestinations": [f"{place.arn('logs', 'log-group:/transfer')}:*"]} if n.good else {}
    spoken = ["SFTP"] if n.good else ["SFTP", "FTP"]
    place.put("transfer", "DescribeServer", {"Server": {**server, "Protocols": spoken, **logs}}, ServerId=id)
    desktop = {"WorkspaceId": f"ws-{digits(place.region, 9)}", "State": "AVAILABLE", "RootVolumeEncryptionEnabled": n.good}
    place.put("workspaces", "DescribeWorkspaces", {"Workspaces": [{**desktop, "UserVolumeEncryptionEnabled": True}]})


ADD = (add_repositories, add_containers, add_kubernetes, add_models, add_agents, add_builds, add_others)
