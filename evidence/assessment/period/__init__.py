"""What can be said of a whole period, and with which limits: from several runs, AWS Config's history and CloudTrail's events."""
