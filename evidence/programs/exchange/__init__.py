"""Programs from elsewhere and for elsewhere: OSCAL, AWS Audit Manager, AWS Config's conformance packs."""
