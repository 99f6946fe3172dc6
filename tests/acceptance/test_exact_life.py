"""Living with Exact Online: its limits, its apologies, its forgetful answers, and its own messages."""

import pytest
import sqlalchemy as sa
from koppel.actions.connections import save_connection
from koppel.actions.connections import test_connection as try_connection
from koppel.actions.hooks import receive
from koppel.records import Delivery
from koppel.store.models import CallCount, utcnow
from koppel_exactonline.sandbox.demo.basics import REDIRECT_URI, WEBHOOK_SECRET
from support.garden import Garden, purchase, shop_of, shopper, states_of

pytestmark = pytest.mark.walk
APOLOGY = '{"error":{"code":"","message":{"lang":"","value":"Er is een fout opgetreden. De oorzaak wordt zo snel mogelijk onderzocht."}}}'
ORDERS = tuple(purchase(number, shopper(number)) for number in range(4001, 4007))


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    """A shop with orders, and the books."""
    made = Garden(tmp_path_factory.mktemp("life"), states_of(shop_of(*ORDERS)))
    yield made
    made.close()


def references(garden):
    return sorted(row["YourRef"] for row in garden.exact("salesorder/SalesOrders"))


def test_ord_06_an_apology_after_the_order_was_stored_is_looked_up_and_never_repeated_blindly(garden):
    flow = garden.flow("apology", "shopify", "exactonline", settle_seconds=0)
    garden.faults("exactonline", {"match": "POST /api/v1/3012345/salesorder/SalesOrders", "kind": "status_after", "status": 500, "body": APOLOGY})
    assert garden.send(flow, 4001).created == 0
    (row,) = garden.inbox(flow)
    assert row.state == "retry"
    assert "may have been carried out" in row.reason
    garden.faults("exactonline")
    asked = len(garden.requests("exactonline"))
    assert garden.send(flow, 4001).created == 1
    assert not [one for one in garden.requests("exactonline")[asked:] if one["request"].startswith("POST") and "SalesOrders" in one["request"]]
    assert references(garden).count("#4001") == 1


def test_ux_02_a_test_of_the_connection_names_what_is_missing_before_the_first_order(garden):
    assert try_connection(garden.site, "exactonline").missing == ()
    state = garden.servers["exactonline"].shell.sandbox.state
    division, client = state.divisions[3012345], next(iter(state.register.clients.values()))
    kept = dict(division.tables["financial/Journals"]._rows)
    for row in list(division.table("financial/Journals")):
        if row["Type"] == 20:
            division.table("financial/Journals").drop(row["ID"])
    assert try_connection(garden.site, "exactonline").missing == ("a sales journal",)
    division.tables["financial/Journals"]._rows.update(kept)
    client.scopes = ["Crm accounts", "Logistics items", "Sales prices", "Financial accounting", "Financial cashflow",
                     "Financial generalledgers", "Organization administration"]  # fmt: skip
    assert try_connection(garden.site, "exactonline").missing == ("sales orders (scope of the app)", "sales invoices (scope of the app)")
    client.scopes = None


def test_ord_08_a_message_of_exact_makes_its_record_read_and_a_doubled_one_does_nothing(garden):
    """The simulator signs and sends; what it sent is handed in as the web server would."""
    connection = garden.site.connection("exactonline")
    save_connection(garden.site, "exactonline", "exactonline", {**connection.settings, "webhook_secret": WEBHOOK_SECRET})
    heard = []
    outbox = garden.servers["exactonline"].shell.sandbox.outbox
    outbox.post = lambda url, body: heard.append(body) or 200
    body = {"CallbackURL": REDIRECT_URI, "Topic": "Accounts"}
    garden.ask("exactonline", "POST", "/api/v1/3012345/webhooks/WebhookSubscriptions", json=body, headers={"Accept": "application/json"})
    assert receive(garden.site, "exactonline", Delivery(heard[0], {})) == 0  # the empty test call
    flow = garden.flow("told", "exactonline", "accountview", "customer")
    fields = {"Name": "Nieuw BV", "Status": "C", "Email": "nieuw@bv.example"}
    garden.ask("exactonline", "POST", "/api/v1/3012345/crm/Accounts", json=fields, headers={"Accept": "application/json"})
    outbox.wait()
    (told,) = heard[1:]
    assert receive(garden.site, "exactonline", Delivery(told, {})) == 1
    assert receive(garden.site, "exactonline", Delivery(told, {})) == 0
    garden.run(flow, limit=1)
    assert "Nieuw BV" in {row.label for row in garden.inbox(flow)}


def test_ord_07_messages_are_tried_again_and_a_lost_one_is_caught_by_the_nightly_reading(garden):
    """A test of the connection subscribes; the first delivery fails, the next comes twice, and one never arrives."""
    connection, sandbox = garden.site.connection("exactonline"), garden.servers["exactonline"].shell.sandbox
    heard, answers = [], iter([500])
    sandbox.outbox.post = lambda url, body: heard.append(body) or (next(answers, 200) if body else 200)
    address = REDIRECT_URI.rpartition("/oauth")[0] + "/hooks/exactonline"
    settings = {**connection.settings, "webhook_secret": WEBHOOK_SECRET, "webhook_address": address}
    for row in garden.exact("webhooks/WebhookSubscriptions"):
        sandbox.state.divisions[3012345].table("webhooks/WebhookSubscriptions").drop(row["ID"])
    save_connection(garden.site, "exactonline", "exactonline", settings)
    assert try_connection(garden.site, "exactonline").missing == ()
    flow = garden.flow("nightly", "exactonline", "accountview", "customer")
    garden.run(flow)
    heard.clear()
    new_customer(garden, "Later BV")
    sandbox.outbox.wait()
    assert len(heard) == 1
    sandbox.outbox.deliver(sandbox.clock.now().timestamp() + 130)  # two minutes later
    first, second = heard
    assert first == second
    assert [receive(garden.site, "exactonline", Delivery(one, {})) > 0 for one in heard] == [True, False]
    garden.run(flow)
    assert [row.state for row in garden.inbox(flow) if row.label == "Later BV"] == ["done"]
    sandbox.outbox.post = lambda url, body: 503
    new_customer(garden, "Never told BV")
    sandbox.outbox.wait()
    sandbox.outbox.parcels.clear()
    garden.run(flow)  # as the schedule does at night
    assert [row.state for row in garden.inbox(flow) if row.label == "Never told BV"] == ["done"]
    assert [row["ACCT_NAME"] for row in garden.accountview("CONTACT")].count("Later BV") == 1


def new_customer(garden, name):
    """Somebody makes a customer in Exact Online."""
    fields = {"Name": name, "Status": "C", "Email": f"{name.partition(' ')[0].lower()}@bv.example"}
    garden.ask("exactonline", "POST", "/api/v1/3012345/crm/Accounts", json=fields, headers={"Accept": "application/json"})


def test_a_spent_day_is_told_and_the_flow_goes_on_by_itself_after_the_reset(tmp_path):
    garden = Garden(tmp_path, states_of(shop_of(*ORDERS)))
    try:
        flow = garden.flow("spent", "shopify", "exactonline", settle_seconds=0)
        limit_calls(garden, 16)
        result = garden.run(flow, ids=tuple(garden.order_id(one.number) for one in ORDERS))
        assert result.summary.outcome == "resting"
        assert result.reason.startswith("Today's calls to Exact Online are used up; Koppel continues at ")
        done = len(references(garden))
        assert 0 < done < len(ORDERS)
        assert garden.site.flow(flow).note == result.reason
        limit_calls(garden, 5000)  # midnight passes
        with garden.site.db.write() as session:
            session.execute(sa.update(CallCount).where(CallCount.window == "day").values(reset_at=utcnow()))
        again = garden.run(flow, ids=tuple(garden.order_id(one.number) for one in ORDERS))
        assert again.reason == ""
        assert references(garden) == [f"#{one.number}" for one in ORDERS]
    finally:
        garden.close()


def limit_calls(garden, left):
    """Let the service have so many calls left today, as after a busy morning."""
    sandbox = garden.servers["exactonline"].shell.sandbox
    for usage in sandbox.state.register.usage.values():
        if usage.key.endswith("/day"):
            usage.count = sandbox.switches.day_limit - left
