"""The seal of a pack: manifest and verification in numbered steps. Knows bytes, nothing of AWS or judgements."""
