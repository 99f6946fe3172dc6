"""Text as AccountView can keep it: its storage knows one byte per letter (reference: 5 Quirks, encoding)."""

from __future__ import annotations

import unicodedata

_PAGE = "cp1252"
_BY_HAND = str.maketrans({"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ħ": "h", "Ħ": "H", "ı": "i", "ŧ": "t", "Ŧ": "T", "ĸ": "k"})


def keepable(text: str) -> str:
    """The same text with each letter that cannot be kept written plainly, without its marks; a sign that has
    no plain form becomes a question mark."""
    whole = unicodedata.normalize("NFC", text)
    return whole if _keeps(whole) else "".join(sign if _keeps(sign) else _plain(sign) for sign in whole)


def _plain(sign: str) -> str:
    letters = unicodedata.normalize("NFKD", sign.translate(_BY_HAND))
    kept = "".join(one for one in letters if not unicodedata.combining(one) and _keeps(one))
    return kept or ("" if unicodedata.combining(sign) else "?")


def _keeps(text: str) -> bool:
    try:
        text.encode(_PAGE)
    except UnicodeEncodeError:
        return False
    return True
