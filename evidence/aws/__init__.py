"""Asking AWS: who we are, where we look, one call and its one kept answer, and the wall that lets only reads through."""
