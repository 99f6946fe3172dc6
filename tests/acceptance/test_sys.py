"""Systems and entities."""

import json
import subprocess
import sys

import pytest
from koppel.store.models import Choice, Connection

pytestmark = pytest.mark.walk
ROW = ["name", "source", "target", "resource", "seen", "created", "updated", "unchanged", "skipped", "parked", "calls", "seconds"]


def demo(folder):
    command = [sys.executable, "-m", "koppel", "demo", "--once", "--json", "--home", str(folder)]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def forget_logins(file):
    state = json.loads(file.read_text(encoding="utf-8"))
    for kind in ("access_tokens", "refresh_tokens"):
        assert state["oauth"][kind]
        state["oauth"][kind] = []
    file.write_text(json.dumps(state), encoding="utf-8")


def test_sys_08_the_whole_product_runs_without_credentials_and_a_second_run_makes_nothing(tmp_path):
    first = demo(tmp_path / "demo")
    forget_logins(tmp_path / "demo" / "accountview.json")  # as after a power cut; the demo logs in again by itself
    second = demo(tmp_path / "demo")
    assert all(list(row) == ROW for row in first["flows"])
    made = {row["name"]: row["created"] for row in first["flows"]}
    assert made["orders-to-accountview"] == made["orders-to-exact"] == 60
    assert [row["created"] for row in second["flows"]] == [0] * len(second["flows"])
    assert second["systems"] == first["systems"]
    assert all(list(held) == ["customers", "products", "orders"] for held in first["systems"].values())
    assert all(list(one) == ["title", "count", "resolution"] for one in first["problems"])
    assert {one["title"] for one in first["problems"]} == {
        "SKU ROOS-12-ONBEKEND is not in AccountView.", "SKU ROOS-12-ONBEKEND is not in Exact Online.",
    }  # fmt: skip


def test_sys_11_lists_to_choose_from_are_live(done):
    with done.site.db.read() as session:
        rows = session.query(Connection.system, Choice.list, Choice.code, Choice.title).join(Choice).all()
    held = {}
    for system, name, code, title in rows:
        held.setdefault((system, name), {})[code] = title
    assert {name for system, name in held if system == "exactonline"} >= {
        "vat_code", "payment_term", "journal", "ledger_account", "warehouse", "shipping_method",
    }  # fmt: skip
    assert {name for system, name in held if system == "accountview"} >= {"vat_code", "payment_term", "journal"}
    assert "Btw hoog 21%" in held["exactonline", "vat_code"]["2"]
