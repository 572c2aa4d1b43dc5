"""Answers of strangers: whatever AWS's own models allow an answer to be, read and judged like any other."""
