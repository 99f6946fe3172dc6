"""A process that keeps debtor numbers: told its name, the rounds and how many at a time, it answers what it was given."""

import json
import sys
from types import SimpleNamespace

from koppel.parties.ranges import read_range
from koppel.runner.numbers import _keep
from koppel.store.db import Database

url, connection, range_ = sys.argv[1], int(sys.argv[2]), read_range(sys.argv[3])
talk = SimpleNamespace(site=SimpleNamespace(db=Database(url)), target_id=connection)
print("ready", flush=True)
for line in sys.stdin:
    name, rounds, many = line.split()
    given: dict[str, str] = {}
    for turn in range(int(rounds)):
        given |= _keep(talk, range_, [f"{name}:{turn}:{number}" for number in range(int(many))])
    print(json.dumps(given), flush=True)
