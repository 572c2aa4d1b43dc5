"""What is handed over: one file a format, each reading an `Assessment` and the kept run behind it."""
