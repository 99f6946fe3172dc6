"""Secrets are sealed with keys outside the database, and nothing shown or logged contains one."""

from __future__ import annotations

import json
import stat
import threading
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st
from koppel.connections.redaction import FIELDS, HIDDEN, Redactor
from koppel.connections.secrets import Vault, redact
from koppel.errors import ConfigurationError


def new_key() -> str:
    return Fernet.generate_key().decode()


def test_values_come_back_exactly(vault: Vault) -> None:
    values = {"client_secret": "é\"x'\n", "amount": Decimal("1.10"), "none": None}
    sealed = vault.seal(values)
    assert "client_secret" not in sealed
    assert vault.unseal(sealed) == values
    assert str(vault.unseal(sealed)["amount"]) == "1.10"
    assert vault.unseal("") == {}
    assert vault.seal_text("") == vault.unseal_text("") == vault.rotate("") == ""


def test_another_key_says_so() -> None:
    sealed = Vault([new_key()]).seal_text("secret")
    for act in (Vault([new_key()]).unseal_text, Vault([new_key()]).rotate):
        with pytest.raises(ConfigurationError, match="cannot be read with this key") as caught:
            act(sealed)
        assert caught.value.field == "secret_key"


def test_keys_rotate(tmp_path: Path) -> None:
    old, new = new_key(), new_key()
    sealed = Vault([old]).seal_text("secret")
    both = Vault.open(tmp_path / "none", f" {new}, {old} ")
    rotated = both.rotate(sealed)
    assert Vault([new]).unseal_text(rotated) == "secret"
    with pytest.raises(ConfigurationError):
        Vault([old]).unseal_text(rotated)


def test_the_key_file_is_private_and_made_once(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "koppel.key"
    sealed = Vault.create(file).seal_text("secret")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Vault.create(file).unseal_text(sealed) == "secret"
    assert Vault.open(file, None).unseal_text(sealed) == "secret"
    assert [one.name for one in file.parent.iterdir()] == ["koppel.key"]


def test_makers_of_a_key_file_at_the_same_moment_share_it(tmp_path: Path) -> None:
    vaults: list[Vault] = []
    makers = [threading.Thread(target=lambda: vaults.append(Vault.create(tmp_path / "k"))) for _ in range(8)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    sealed = vaults[0].seal_text("secret")
    assert [one.unseal_text(sealed) for one in vaults] == ["secret"] * 8


@pytest.mark.parametrize("content", ["", "not a key", "é"])
def test_a_bad_key_file_is_a_setting_to_correct(tmp_path: Path, content: str) -> None:
    (tmp_path / "k").write_text(content, encoding="latin-1")
    with pytest.raises(ConfigurationError):
        Vault.open(tmp_path / "k", None)
    with pytest.raises(ConfigurationError, match="not there"):
        Vault.open(tmp_path / "gone", "")


# Letters that the rest of a document made below cannot contain, so that finding a secret is never chance.
secret_text = st.text("sS3krÉt$&=\"'\\/+ %<>{}\n", min_size=4, max_size=30).filter(lambda text: text.strip())
plain_text = st.text("abcdefgh 0126:,", max_size=20)


def nested(leaf: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.lists(inner, max_size=4),
            st.tuples(inner, inner, inner),
            st.dictionaries(st.one_of(plain_text, st.sampled_from(sorted(FIELDS))), inner, max_size=4),
        ),
        max_leaves=12,
    )


@given(st.data())
def test_no_secret_survives_in_any_shape(data: st.DataObject) -> None:
    secrets = data.draw(st.lists(secret_text, min_size=1, max_size=3))
    one = st.sampled_from(secrets)
    around = st.tuples(plain_text, one, plain_text).map("".join)
    leaf = st.one_of(
        plain_text,
        around,
        one,
        one.map(str.encode),
        one.map(json.dumps),
        one.map(lambda secret: f"a=1&b={quote_plus(secret)}"),
        around.map(lambda text: json.dumps({"deep": text})),
        st.integers(0, 9),
        st.none(),
        around.map(ValueError),
    )
    shown = redact(data.draw(nested(leaf)), secrets)
    texts = list(leaves(shown))
    for secret in secrets:
        forms = (secret, quote_plus(secret), json.dumps(secret)[1:-1])
        assert not [text for text in texts for form in forms if form in text]


def leaves(value: Any) -> Any:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(key)
            yield from leaves(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from leaves(inner)
    else:
        yield value.decode() if isinstance(value, bytes) else str(value)


@given(st.sampled_from(sorted(FIELDS)), st.text("xyzXYZ79-._~+/", min_size=6, max_size=40))
def test_known_fields_are_hidden_in_every_notation(name: str, value: str) -> None:
    for shown in (
        redact({name.title(): value}),
        redact({"a": [{name: [value]}]}),
        redact([(name.upper(), value)]),
        redact(json.dumps({name: value, "next": 1})),
        redact(json.dumps({"body": json.dumps({name: value})})),
        redact(repr({name: value})),
        redact(f"{name}={value}&grant_type=refresh_token"),
        redact(f"{name}: Bearer {value}\r\nAccept: x"),
        redact(f"{name}: {value}"),
    ):
        assert value not in str(shown)
        assert HIDDEN in str(shown)


def test_what_is_no_secret_stays_as_it_is() -> None:
    value = {"order": 12, "lines": [("sku", Decimal("1.10")), None, True], "text": "token of thanks, no word"}
    assert redact(value, ["hunter22"]) == value
    assert redact({"password": "", "access_token": None}) == {"password": "", "access_token": None}
    shown = redact('{"access_token": "abc\\"def", "id": 7}')
    assert json.loads(shown) == {"access_token": HIDDEN, "id": 7}
    assert redact({"n": 123456}, ["123456"]) == {"n": HIDDEN}


@given(st.integers(0, 60), st.integers(1, 80))
def test_half_a_secret_at_the_cut_does_not_survive(before: int, length: int) -> None:
    secret = "ABCDEFGHIJKLMNOP"
    shown = Redactor([secret]).cut("." * before + secret * 3 + "." * 50, length)
    assert not set(shown) & set(secret)
    assert len(shown) <= length + 1
