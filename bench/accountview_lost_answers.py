"""500 orders into AccountView, the first answer of each write lost: count the documents. Run from the root:

    .venv/bin/python bench/accountview_lost_answers.py [ORDERS] [KIND]

KIND is sales_order, sales_invoice, direct_invoice, sales_entry or credit_note.
"""

from __future__ import annotations

import logging
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from support.lost_answers import LostAnswers


def main(count: int = 500, document: str = "sales_order") -> int:
    """Exit code 0 when there are as many documents as orders, each once."""
    logging.disable(logging.CRITICAL)  # the simulator's server logs every line that it breaks on request
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        world = LostAnswers(Path(folder), count, customers=25, document=document)
        runs = world.run(most=count + 50)
        references, mails = world.documents()
        lost = world.lost()
        world.close()
    doubles = [one for one, times in Counter(references).items() if times > 1]
    print(f"{document}: {count} orders, {lost} answers lost, {runs} runs, {time.monotonic() - started:.0f} s")
    print(f"{len(references)} documents, {len(doubles)} doubles; {len(mails)} debtors, {len(mails) - len(set(mails))} doubles")
    return 0 if sorted(references) == sorted(f"#{number}" for number in range(1, count + 1)) else 1


if __name__ == "__main__":
    sys.exit(main(*(kind(word) for kind, word in zip((int, str), sys.argv[1:], strict=False))))
