"""Data protection: at rest, in transit, and who can read it."""

from evidence.requirements.data_protection import ec2

REQUIREMENTS = (*ec2.REQUIREMENTS,)
