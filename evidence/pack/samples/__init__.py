"""Samples: a draw as a folder, for the auditor who tests its items and whoever redoes it."""
