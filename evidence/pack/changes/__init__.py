"""A comparison of two runs, as people and machines read it: ten lines, changes.json, changes.xlsx, changes.pdf."""
