"""Ask AWS, keep every answer, judge the answers, say what they support, hand over a pack that anyone can check."""

__version__ = "0.1.0"
