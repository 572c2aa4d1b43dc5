"""Kept answers as populations of typed columns: each cell a value, absent, or a gap."""
