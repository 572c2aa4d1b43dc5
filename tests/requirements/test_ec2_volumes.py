from tests.judging import answered, ended, judge_answers


def test_encrypted_volume_meets_plain_one_is_an_exception_and_an_absent_field_is_a_gap() -> None:
    volumes = [{"VolumeId": "good", "Encrypted": True}, {"VolumeId": "bad", "Encrypted": False}, {"VolumeId": "strange"}]
    judged = judge_answers("ec2.volumes.encrypted", answered("ec2", "DescribeVolumes", {"Volumes": volumes}))
    assert (judged["good"], judged["bad"], judged["strange"]) == ("meets", "exception", "gap")


def test_a_denied_list_is_a_gap_without_members() -> None:
    judged = judge_answers("ec2.volumes.encrypted", ended("ec2", "DescribeVolumes", "denied"))
    assert judged.members == () and judged.result.judgement == "gap" and len(judged.result.population.unread) == 1


def test_an_empty_list_is_not_applicable() -> None:
    judged = judge_answers("ec2.volumes.encrypted", answered("ec2", "DescribeVolumes", {"Volumes": []}))
    assert judged.result.judgement == "not_applicable"
