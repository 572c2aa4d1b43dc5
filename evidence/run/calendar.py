"""The audited period: what its name says, and the days and moments in it."""

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


def quarter_name(day: dt.date) -> str:
    """The name of the quarter that a day lies in: "2026-Q3"."""
    return f"{day.year:04}-Q{(day.month + 2) // 3}"


def asked_about(period: str, now: dt.datetime) -> tuple[str, str]:
    """The time that a run asks about besides the present: from the first moment of the quarter to now (UTC, ISO 8601), so that what it
    sees itself can be carried back into the quarter. Two empty texts where the period is no quarter, or has not begun."""
    days = quarter(period)
    first, last = midnight(days[0]) if days else None, now.replace(microsecond=0)
    return (iso(first), iso(last)) if first is not None and first < last else ("", "")


def days_between(since: str, until: str) -> list[dict[str, str]]:
    """Each day (UTC) that the time touches: {"day": "2026-07-01", "from": its first moment, "to": its last that counts}."""
    if not since or not until:
        return []
    first, last, days = dt.datetime.fromisoformat(since), dt.datetime.fromisoformat(until), []
    while first < last:
        after = min(midnight(first.date() + dt.timedelta(days=1)), last)
        days.append({"day": first.date().isoformat(), "from": iso(first), "to": iso(after)})
        first = after
    return days


BILLED = dt.timedelta(days=395)
"""How far back the bill is asked about: Cost Explorer keeps the current month and thirteen before it.
https://docs.aws.amazon.com/cost-management/latest/userguide/ce-api-best-practices.html"""


def billed_days(since: str, until: str) -> tuple[str, str]:
    """The first day of the time that is asked about, as far as Cost Explorer keeps it, and the day after its last, which may be the
    same day; two empty texts where no time is asked about."""
    if not since or not until:
        return "", ""
    first, last = dt.datetime.fromisoformat(since).date(), dt.datetime.fromisoformat(until).date()
    return max(first, last - BILLED).isoformat(), (last + dt.timedelta(days=1)).isoformat()


def midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def iso(moment: dt.datetime) -> str:
    """UTC as AWS and our own files write it: 2026-07-01T00:00:00Z."""
    return moment.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
