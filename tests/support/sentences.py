"""What a person may be asked to read."""

import re

_JARGON = re.compile(r"Traceback|Exception|NoneType|<class|object at 0x|\\x")


def is_one_sentence(text):
    """Whether a text is something to say to a person: one line, not empty, no traces of a program."""
    assert text, "nothing was said"
    assert "\n" not in text, text
    assert not _JARGON.search(text), text
    assert len(text) < 600, text[:700]
    return True
