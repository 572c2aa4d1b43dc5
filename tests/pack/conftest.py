"""What tests of packs of parts share."""

import pytest

RULES = """
id: across
name: Across
edition: "1"
body: Larkfield
text: ours
aws: {attested: true, artifact: SOC 2 report}
controls:
  - id: A-1
    title: What is seen from outside is found
    responsibility: customer
    requirements:
      - {id: accessanalyzer.regions.external-access, reach: full}
      - {id: iam.account.root-managed-centrally, reach: full}
    adds: Who deals with findings.
  - id: A-2
    title: Logs are kept, and disks are encrypted
    responsibility: customer
    requirements:
      - {id: logs.groups.retention, reach: full}
      - {id: ec2.volumes.encrypted, reach: part}
    adds: How long.
  - {id: A-3, title: Buildings are guarded, responsibility: aws}
"""


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("rules") / "across.yaml"
    path.write_text(RULES)
    return str(path)
