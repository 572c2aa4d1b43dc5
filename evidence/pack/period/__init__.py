"""A period, as people and machines read it: lines, period.json, period.xlsx, period.pdf; the same sheets and pages stand in a pack."""
