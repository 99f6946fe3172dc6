"""Every first answer is lost, before or after the write: each order and each customer is there once all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("koppel_accountview.sandbox", reason="the simulator is not installed")
pytestmark = pytest.mark.walk


@pytest.mark.parametrize("document", ["sales_order", "sales_invoice", "direct_invoice", "sales_entry", "credit_note"])
def test_as_many_documents_as_orders_whatever_the_line_does(tmp_path: Path, document: str) -> None:
    from support.lost_answers import LostAnswers

    world = LostAnswers(tmp_path, 12, customers=3, document=document)
    try:
        world.run()
        references, mails = world.documents()
        assert sorted(references) == sorted(f"#{number}" for number in range(1, 13))
        assert sorted(mails) == ["c0@example.nl", "c1@example.nl", "c2@example.nl", "klant@example.nl"]
        assert world.lost() == 15
    finally:
        world.close()
