"""Suites against published vectors; sealing, blind indexes and tokens with their keys."""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jinlin.kernel import crypto, suites

SUITES = ("intl", "gm")


@pytest.fixture(autouse=True)
def _own_home(home):
    yield
    for cache in (crypto._secret, crypto._derived, crypto._newest):
        cache.cache_clear()


def test_sm3_vectors():  # GB/T 32905-2016 appendix A
    assert suites.digest("gm", b"abc").hex() == (
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    )
    assert suites.digest("gm", b"abcd" * 16).hex() == (
        "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    )


def test_sm3_without_the_systems_openssl(monkeypatch):
    def missing(name, data=b""):
        raise ValueError(name)

    expected = suites.digest("gm", b"abc")
    monkeypatch.setattr(hashlib, "new", missing)
    assert suites.digest("gm", b"abc") == expected


RFC8998 = {  # RFC 8998 appendix A.1
    "key": "0123456789ABCDEFFEDCBA9876543210",
    "nonce": "00001234567800000000ABCD",
    "aad": "FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2",
    "plain": "A" * 16 + "B" * 16 + "C" * 16 + "D" * 16 + "E" * 16 + "F" * 16 + "E" * 16 + "A" * 16,
    "sealed": "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
    "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
    "83DE3541E4C2B58177E065A9BF7B62EC",
}


def test_sm4_gcm_vector():
    v = {name: bytes.fromhex(value) for name, value in RFC8998.items()}
    assert suites.encrypt("gm", v["key"], v["nonce"], v["plain"], v["aad"]) == v["sealed"]
    assert suites.decrypt("gm", v["key"], v["nonce"], v["sealed"], v["aad"]) == v["plain"]


def test_aes_256_gcm_vector():  # the GCM specification (McGrew and Viega), test case 16
    key = bytes.fromhex("feffe9928665731c6d6a8f9467308308" * 2)
    nonce = bytes.fromhex("cafebabefacedbaddecaf888")
    plain = bytes.fromhex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
    )
    aad = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    assert suites.encrypt("intl", key, nonce, plain, aad)[-16:].hex() == "76fc6ece0f4e1768cddf8853bb2d551b"


def test_hkdf_vector():  # RFC 5869 appendix A.3: no salt, no info; the first block of it
    prk = suites.mac("intl", b"\0" * 32, bytes.fromhex("0b" * 22))
    assert prk.hex() == "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04"
    assert suites.derive("intl", bytes.fromhex("0b" * 22), "").hex() == (
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
    )


@given(st.binary(max_size=100), st.binary(max_size=200))
def test_hmac_sm3_agrees_with_the_library(key, data):
    try:
        expected = hmac.digest(key, data, "sm3")
    except ValueError:
        pytest.skip("this Python's OpenSSL has no SM3 to compare with")
    assert suites.mac("gm", key, data) == expected


@pytest.mark.parametrize("suite", SUITES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60), aad=st.text(max_size=30))
def test_seal_and_open(suite, settings, text, aad):
    settings.JINLIN_CRYPTO_SUITE = suite
    blob = crypto.seal(text, aad=aad)
    assert crypto.open_sealed(blob, aad=aad) == text
    assert crypto.open_sealed(memoryview(blob), aad=aad) == text
    assert blob != crypto.seal(text, aad=aad)
    with pytest.raises(crypto.Unreadable):
        crypto.open_sealed(blob, aad=aad + "x")


@pytest.mark.parametrize("suite", SUITES)
def test_every_flipped_bit_is_noticed(suite, settings):
    settings.JINLIN_CRYPTO_SUITE = suite
    blob = crypto.seal("13812345678", aad="people|1|phone")
    for at in range(len(blob) * 8):
        bad = bytearray(blob)
        bad[at // 8] ^= 1 << (at % 8)
        with pytest.raises(crypto.Unreadable):
            crypto.open_sealed(bytes(bad), aad="people|1|phone")
    for size in range(len(blob)):
        with pytest.raises(crypto.Unreadable):
            crypto.open_sealed(blob[:size], aad="people|1|phone")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=80))
def test_rubbish_is_unreadable_and_nothing_else(blob):
    with pytest.raises(crypto.Unreadable):
        crypto.open_sealed(blob, aad="x")


def test_suites_and_key_versions_live_side_by_side(settings):
    old = crypto.seal("旧", aad="x")
    settings.JINLIN_CRYPTO_SUITE = "gm"
    middle = crypto.seal("中", aad="x")
    assert crypto.needs_resealing(old)
    assert not crypto.needs_resealing(middle)
    assert crypto.new_data_key() == 2
    new = crypto.seal("新", aad="x")
    assert crypto.needs_resealing(middle)
    assert [crypto.open_sealed(b, aad="x") for b in (old, middle, new)] == ["旧", "中", "新"]
    assert (old[0], old[1], middle[0], new[1]) == (1, 1, 2, 2)


def test_keys_are_private_files_outside_the_database(home):
    crypto.seal("x", aad="x")
    crypto.blind_index("x", column="a.b")
    keys = sorted((home / "keys").iterdir())
    assert [k.name for k in keys] == ["data-1.key", "index.key"]
    assert {stat.S_IMODE(k.stat().st_mode) for k in keys} == {0o600}


def test_another_nodes_keys_open_nothing(home, settings, tmp_path_factory):
    blob = crypto.seal("x", aad="x")
    settings.JINLIN_HOME = tmp_path_factory.mktemp("other")
    with pytest.raises(crypto.Unreadable):
        crypto.open_sealed(blob, aad="x")
    crypto.seal("y", aad="x")
    with pytest.raises(crypto.Unreadable):
        crypto.open_sealed(blob, aad="x")


def test_many_processes_make_one_key(home):
    code = (
        "import sys; from pathlib import Path; from jinlin.kernel.crypto import _read_or_make;"
        "print(_read_or_make(Path(sys.argv[1])).hex())"
    )
    path = home / "keys" / "data-1.key"

    def made(_n):
        command = [sys.executable, "-c", code, str(path)]
        return subprocess.run(
            command, capture_output=True, text=True, check=True, env=dict(os.environ)
        ).stdout

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(made, range(4)))) == 1
    assert [p.name for p in path.parent.iterdir()] == ["data-1.key"]


@pytest.mark.parametrize("suite", SUITES)
def test_blind_index(suite, settings):
    settings.JINLIN_CRYPTO_SUITE = suite
    a = crypto.blind_index("13812345678", column="people.phone")
    assert len(a) == 16
    assert a == crypto.blind_index(" １３８12345678", column="people.phone")
    assert a != crypto.blind_index("13812345678", column="cases.phone")
    assert a != crypto.blind_index("13812345679", column="people.phone")
    assert a != hashlib.sha256(b"13812345678").digest()[:16]


def test_tokens():
    tokens = {crypto.new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(len(t) == 22 for t in tokens)
    token = tokens.pop()
    assert len(crypto.token_hash(token)) == 64
    assert crypto.token_hash(token) == crypto.token_hash(token)
    assert token not in crypto.token_hash(token)
