"""Golden orders are of this year, since the books take nothing of another one."""

from datetime import UTC, datetime

YEAR = datetime.now(UTC).year


def moment(day: str) -> str:
    """Noon UTC of a month and day, or that moment when there is a clock time in it: `01-20`, `01-20T23:30`."""
    return f"{YEAR}-{day if 'T' in day else day + 'T12:00'}:00Z"
