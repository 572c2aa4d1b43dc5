"""Larkfield Books Ltd, the sample organisation: a world for the bench, and the run that `evidence sample` replays."""
