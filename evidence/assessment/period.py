"""The audited period, as its name says it."""

import datetime as dt

_QUARTERS = {"Q1": (1, 3), "Q2": (4, 6), "Q3": (7, 9), "Q4": (10, 12)}


def quarter(name: str) -> tuple[dt.date, dt.date] | None:
    """The first and last day of a quarter such as "2026-Q3"; None for any other name."""
    year, _, part = name.partition("-")
    if not (len(year) == 4 and year.isascii() and year.isdigit() and int(year) and part in _QUARTERS):
        return None
    first, last = _QUARTERS[part]
    after = dt.date(int(year) + last // 12, last % 12 + 1, 1) if int(year) < 9999 else dt.date.max
    return dt.date(int(year), first, 1), after - dt.timedelta(days=1)
