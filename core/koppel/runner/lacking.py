"""Which rows of value tables a paper would wait for: all of them, not only the first that was met."""

from __future__ import annotations

from collections.abc import Iterable

from koppel.errors import KoppelError, MappingError
from koppel.runner.deliver import as_drafted
from koppel.runner.job import Job
from koppel.runner.talk import Talk


def lacking(talk: Talk, job: Job) -> tuple[MappingError, ...]:
    """The rows that this paper and its customer lack, each once; also of a paper that waits for something else."""
    customer = _told(job.customer.error) if job.customer else ()
    return _once([*customer, *(_told(job.error) or _looked_for(talk, job))])


def _told(error: Exception | None) -> tuple[MappingError, ...]:
    return error.lacking if isinstance(error, MappingError) else ()


def _looked_for(talk: Talk, job: Job) -> tuple[MappingError, ...]:
    try:
        as_drafted(talk, job)
    except KoppelError as error:
        return _told(error)
    except Exception:  # it waits already, with what is wrong with it
        return ()
    return ()


def _once(rows: Iterable[MappingError]) -> tuple[MappingError, ...]:
    found: dict[str, MappingError] = {}
    for row in rows:
        found.setdefault(row.cause, row)
    return tuple(found.values())
