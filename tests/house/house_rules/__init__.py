"""A program of somebody else's, found through its entry point: few controls, so that a pack of them is made quickly."""

from pathlib import Path

PROGRAM = Path(__file__).with_name("house-rules.yaml")
