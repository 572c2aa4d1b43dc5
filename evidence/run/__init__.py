"""The run kept on disk: every answer of one collection, append-only, chained, readable with zcat."""
