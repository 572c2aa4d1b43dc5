"""The ticket: one control of one assessment on one sheet, with the raw answers it cites and nothing else."""
