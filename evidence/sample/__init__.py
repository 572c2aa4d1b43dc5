"""The sample organisation: a kept run that `evidence sample` replays."""
