"""Pure: judge, conclude, reconcile. Values in, values out; no files, no formats, no clocks."""
