"""Every command of the README as a newcomer types it: help, tables, JSON, and what is typed wrongly."""

import re
import socket
from pathlib import Path

import pytest
from koppel.errors import BookedWrong
from koppel.runner.lease import Lease
from koppel.testing.fakes import FakeConnector
from support.pair import an_order

README = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
COMMANDS = sorted(set(re.findall(r"^\| `koppel (\w+)", README, re.M)))
PARTS = (
    ("flows", "add"), ("flows", "pause"), ("flows", "resume"), ("connections", "add"), ("connections", "test"),
    ("connections", "login"), ("db", "upgrade"), ("db", "status"),
)  # fmt: skip
READERS = {
    "flows": ("flows",), "connections": ("connections",), "check": ("check",), "plugins": ("plugins",),
    "test": ("connections", "test", "shop"), "db": ("db", "status"), "run": ("run", "orders"),
    "plan": ("run", "orders", "--dry-run"),
}  # fmt: skip


@pytest.fixture
def orders(pair):
    """Two orders, of which one names an article that nobody knows, on a flow called orders."""
    pair.ledger.add("product", sku="ROOS-1")
    pair.shop.add("sales_order", **an_order(1))
    pair.shop.add("sales_order", **an_order(2, sku="GEEN-9"))
    pair.flow("sales_order", name="orders")
    return pair


@pytest.mark.parametrize("words", [*((one,) for one in COMMANDS), *PARTS], ids=" ".join)
def test_every_command_explains_itself(koppel, words):
    for flag in ("--help", "-h"):
        said = koppel(*words, flag)
        assert said.code == 0
        sentence = said.out.split("\n\n")[1].strip()
        assert sentence.endswith((".", "…")), sentence
        assert "Options:" in said.out


def test_the_list_of_commands_says_what_each_does_in_one_line_and_the_exit_codes(koppel):
    said = koppel("--help").out
    for name in COMMANDS:
        line = next(line for line in said.splitlines() if line.strip().startswith(f"{name} "))
        assert line.endswith("."), line
    for code in range(6):
        assert f"  {code}  " in said


@pytest.mark.parametrize("words", READERS.values(), ids=READERS)
def test_what_reads_gives_one_json_document(orders, koppel, words):
    said = koppel(*words, "--json")
    assert isinstance(said.json, (dict, list))
    assert said.out.count("\n") == 1


def test_the_json_of_a_run_has_the_names_that_programs_rely_on(orders, koppel):
    said = koppel("run", "orders", "--json")
    assert said.code == 5
    names = {"name", "source", "target", "resource", "seen", "created", "updated", "unchanged", "skipped", "parked", "calls"}
    assert names <= said.json.keys()
    assert (said.json["seen"], said.json["created"], said.json["parked"]) == (2, 1, 1)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("runn",), "Did you mean 'run'?"),
        (("nonsense-all-over",), "See `koppel --help`"),
        (("run",), "Missing argument 'FLOW'"),
        (("run", "orders", "--since", "yesterday"), "does not match the format"),
        (("run", "orders", "--limit", "0"), "not in the range"),
        (("run", "orders", "--wait", "-1"), "not in the range"),
        (("run", "orders", "extra"), "unexpected extra argument"),
        (("flows", "remove", "orders"), "No such command 'remove'"),
        (("flows", "add", "x"), "Missing argument"),
        (("flows", "add", "x", "shop", "ledger", "product", "--set", "update"), "NAME=VALUE, not 'update'"),
        (("sandbox", "shop", "--port", "99999"), "not in the range"),
        (("serve", "--port", "0"), "not in the range"),
        (("explain", "orders"), "Missing argument 'RECORD'"),
    ],
)
def test_what_is_typed_wrongly_is_code_2(pair, koppel, words, says):
    said = koppel(*words)
    assert (said.code, said.out) == (2, "")
    assert says in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("run", "ordres"), ("There is no flow called 'ordres'", "Known flows: orders")),
        (("retry", "ordres"), ("There is no flow called 'ordres'",)),
        (("flows", "pause", "ordres"), ("There is no flow called 'ordres'",)),
        (("explain", "orders", "#9"), ("No record '#9' came in on flow orders",)),
        (("retry", "orders", "#9"), ("No record '#9' came in on flow orders",)),
        (("connections", "test", "shpo"), ("no connection called 'shpo'", "Known connections: ledger, shop")),
        (("connections", "add", "x", "shoppify"), ("no plugin called 'shoppify'", "`koppel plugins`")),
        (("connections", "add", "X y", "shop"), ("The name 'X y' cannot be used", "small letters")),
        (("connections", "add", "x", "shop", "--set", "wrold=1"), ("no setting called 'wrold'", "world")),
        (("connections", "login", "shop", "--redirect-uri", "https://x"), ("needs no login by a person",)),
        (("flows", "add", "x", "shop", "ledger", "prodcut"), ("does not give prodcut records", "product")),
        (("flows", "add", "x", "nowhere", "ledger", "product"), ("no connection called 'nowhere'",)),
        (("flows", "add", "x", "shop", "ledger", "product", "--schedule", "soon"), ("schedule 'soon'", "such as 5m")),
        (("flows", "add", "x", "shop", "ledger", "product", "--set", "updaet=no"), ("updaet", "Did you mean update?")),
        (("sandbox", "shpo"), ("no plugin called 'shpo'",)),
        (("sandbox", "shop"), ("This system has no simulator",)),
    ],
)
def test_a_name_that_nobody_knows_is_code_3_with_the_ones_there_are(orders, koppel, words, says):
    assert koppel(*words).refused(3, *says).out == ""


def test_a_dry_run_tells_every_field_and_writes_nothing(orders, koppel):
    said = koppel("run", "orders", "--dry-run")
    assert "create     sales order #1" in said.out
    assert "           reference: #1" in said.out
    assert "           total: 10.00" in said.out
    assert "create     customer" in said.out
    assert "parked     sales order #2  (SKU GEEN-9 is not in Ledger.)" in said.out
    assert "Nothing was written." in said.out
    assert (orders.ledger.upserts, orders.rows()) == (0, [])
    plans = koppel("run", "orders", "--dry-run", "--json").json["plans"]
    order = next(plan for plan in plans if plan["label"] == "#1")
    assert {"field": "reference", "now": None, "then": "#1"} in order["fields"]


def test_records_that_wait_are_code_5_and_go_once_the_cause_is_gone(orders, koppel):
    assert koppel("run", "orders").code == 5
    assert "GEEN-9" in koppel("explain", "orders", "#2").out
    orders.ledger.add("product", sku="GEEN-9")
    assert koppel("retry", "orders").out == "1 record of orders will be sent at the next run.\n"
    assert koppel("run", "orders").code == 0
    assert [row["reference"] for row in orders.ledger.all("sales_order")] == ["#1", "#2"]


def test_a_target_that_is_down_is_code_4_with_one_record_as_with_many(orders, koppel):
    orders.ledger.down = True
    koppel("run", "orders", "--ids", "sales_order-1").refused(4, "#1 is tried again later: The fake system cannot be reached")
    for number in range(10, 16):
        orders.shop.add("sales_order", **an_order(number))
    koppel("run", "orders").refused(4, "cannot be reached")
    koppel("connections", "test", "ledger").refused(4, "cannot be reached")


def test_a_source_that_is_down_is_code_4(orders, koppel):
    orders.shop.down = True
    koppel("run", "orders").refused(4, "The fake system cannot be reached")


def test_a_flow_that_runs_already_is_code_4(orders, koppel):
    lease = Lease(orders.site.db, orders.site.flow("orders").id)
    lease.take()
    koppel("run", "orders").refused(4, "orders is running already")
    lease.give_back()


def test_a_bug_is_one_sentence_and_its_traceback_is_kept_in_a_file(orders, koppel, monkeypatch):
    monkeypatch.setattr("koppel.cli.run.run_flow", lambda *_: 1 / 0)
    said = koppel("run", "orders").refused(1, "does not understand (ZeroDivisionError)", "to your supplier")
    file = Path(re.search(r"Send (\S+)", said.err)[1])
    assert "ZeroDivisionError: division by zero" in file.read_text(encoding="utf-8")
    file.unlink()


def test_a_record_that_meets_a_bug_waits_and_the_next_goes_on(orders, koppel, monkeypatch):
    write_one = FakeConnector._one

    def fails_once(self, here, resource, write):
        if write.draft.fields.get("reference") == "#1":
            raise ZeroDivisionError
        return write_one(self, here, resource, write)

    monkeypatch.setattr(FakeConnector, "_one", fails_once)
    orders.shop.records["sales_order"]["sales_order-2"]["lines"][0]["sku"] = "ROOS-1"
    assert koppel("run", "orders").code == 5
    assert [row["reference"] for row in orders.ledger.all("sales_order")] == ["#2"]


def test_check_names_what_is_wrong_and_is_code_3(orders, koppel):
    assert koppel("check").code == 0
    orders.shop.down = True
    said = koppel("check")
    assert said.code == 3
    assert "✕ connection shop: The fake system cannot be reached." in said.out
    assert "✓ flow orders" in said.out


def test_a_flow_whose_booking_came_out_wrong_is_paused_and_check_says_so_until_it_is_resumed(orders, koppel, monkeypatch):
    def wrong(self, here, resource, write):
        raise BookedWrong("Ledger counted #2 the other way round.", field="sign")

    monkeypatch.setattr(FakeConnector, "_one", wrong)
    orders.shop.records["sales_order"]["sales_order-2"]["lines"][0]["sku"] = "ROOS-1"
    assert koppel("run", "orders").code == 3
    flow = orders.site.flow("orders")
    assert (flow.paused, flow.paused_by, flow.held) == (True, "Koppel", True)
    said = koppel("check")
    assert said.code == 3
    assert "✕ flow orders: Koppel paused it. Ledger counted #2 the other way round." in said.out
    assert koppel("flows", "resume", "orders").code == 0
    assert koppel("check").code == 0


@pytest.mark.parametrize("system", ["shopify", "accountview", "exactonline"])
@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "There is no file state.json"),
        ("", "state.json is no JSON"),
        ('{"orders": [', "state.json is no JSON"),
        ("[" * 5000, "state.json is no JSON"),
        ("[]", "state.json must hold one JSON object"),
        ('{"nonsense": []}', "nonsense"),
        (b"\xff\xfe\x00", "state.json is no JSON"),
    ],
)
def test_a_state_file_that_cannot_be_used_is_named(folder, koppel, system, content, says):
    if content is not None:
        Path("state.json").write_bytes(content if isinstance(content, bytes) else content.encode())
    koppel("sandbox", system, "--state", "state.json").refused(3, says)


def test_a_state_that_is_a_folder_or_may_not_be_read_is_named(folder, koppel):
    Path("state.json").mkdir()
    koppel("sandbox", "shopify", "--state", "state.json").refused(3, "state.json cannot be read: Is a directory")


@pytest.mark.parametrize(
    ("system", "state"),
    [
        ("shopify", '{"orders": {"a": 1}}'), ("shopify", '{"products": [{"title": 5, "variants": 3}]}'), ("shopify", '{"orders": [7]}'),
        ("accountview", '{"companies": 5}'), ("accountview", '{"companies": [{"administrations": 3}]}'),
        ("exactonline", '{"data": []}'), ("exactonline", '{"data": {"3012345": {"crm/Accounts": 7}}}'),
        ("exactonline", '{"data": {"3012345": {"crm/Accounts": [7]}}}'),
    ],
)  # fmt: skip
def test_records_in_the_wrong_shape_are_named(folder, koppel, system, state):
    Path("state.json").write_text(state, encoding="utf-8")
    koppel("sandbox", system, "--state", "state.json").refused(3, "The simulator cannot start")


@pytest.mark.parametrize("words", [("sandbox", "shopify"), ("serve",)], ids=["sandbox", "serve"])
def test_a_port_in_use_is_named(request, koppel, words):
    request.getfixturevalue("pair" if words == ("serve",) else "folder")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        koppel(*words, "--port", port).refused(3, f"Port {port}", "Choose another")
