"""What a person decides about orders that wait: approved, or changed after they were booked."""

from support.pair import an_order


def test_an_order_that_waits_for_approval_is_approved_with_a_button(pair, owner):
    pair.ledger.add("product", sku="ROOS-1", name="Roos")
    pair.shop.add("sales_order", **an_order(1))
    name = pair.flow("sales_order", name="orders", hold_when="record.total > 5")
    assert pair.run(name).summary.parked == 1
    (row,) = pair.rows()
    page = owner.text(f"/admin/problems/{row.id}/")
    assert "meets the rule by which orders wait for approval" in page
    assert ">Approve</button>" in page
    assert "Retry" not in page, "trying again asks the same"
    record = owner.text(f"/admin/activity/order/{row.id}/")
    assert (">Decide</a>" in record, "Send again" in record) == (True, False)
    assert "book it anew" not in page
    answer = owner.post(f"/admin/problems/{row.id}/act/", {"act": "approve", "id": str(row.id)}, follow_redirects=True)
    assert "One record goes again with the next run." in answer.text
    assert pair.run(name).summary.created == 1


def test_a_changed_order_shows_both_versions_and_is_left_or_changed(pair, owner):
    pair.ledger.add("product", sku="ROOS-1", name="Roos")
    key = pair.shop.add("sales_order", **an_order(1))
    name = pair.flow("sales_order", name="orders")
    assert pair.run(name).summary.created == 1
    pair.shop.records["sales_order"][key] |= an_order(1, total="12.00")
    assert pair.run(name, ids=(key,)).summary.parked == 1
    (row,) = pair.rows()
    page = owner.text(f"/admin/activity/order/{row.id}/")
    for word in ("What changed", "10.00 EUR", "12.00 EUR"):
        assert word in page
    page = owner.text(f"/admin/problems/{row.id}/")
    assert ">Change it there</button>" in page
    assert "book it anew" not in page, "an order books nothing that could be credited"
    owner.post(f"/admin/problems/{row.id}/act/", {"act": "update", "id": str(row.id)})
    assert pair.run(name).summary.updated == 1


def test_what_no_choice_comes_to_is_said_in_the_choice_itself(pair, owner):
    pair.flow("sales_order", name="orders", discounts="line")
    page = owner.text("/admin/flow/orders/")
    assert '<option value="">Not chosen: in the price</option>' in page
    assert "Empty: in the price" not in page
    assert "Per day: one paper for all orders of a day, once it is over.</p>" in page
    assert '<option value="">Not chosen</option>' in page, "what does not fit in a phone stays below it"
    assert "Not chosen: it waits when they are very much alike, such as by VAT number, or by name and house.</p>" in page
