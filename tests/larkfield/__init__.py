"""Larkfield Books Ltd, the sample organisation: one account, two Regions, a good environment and a neglected one."""
