"""Sealed values, blind indexes and tokens, with keys that live outside the database.

Keys are files of mode 0600 in JINLIN_HOME/keys, made on first use: `data-<n>.key` (n from 1, the highest seals,
all of them open) and `index.key`. Losing them loses every sealed value: they belong in a backup of their own.
Layout of a sealed value: 1 byte suite | 1 byte key version | nonce 12 | ciphertext and tag 16.
The first two bytes are authenticated too, and `aad` ("table|row|column") ties the value to its place.
"""

from __future__ import annotations

import os
import re
import secrets
import unicodedata
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from . import suites
from .errors import JinlinError, gettext_noop
from .suites import Suite

_SUITE_BYTE: dict[Suite, int] = {"intl": 1, "gm": 2}
_SUITE_OF = {byte: suite for suite, byte in _SUITE_BYTE.items()}
_HEADER = 2
_KEY_FILE = re.compile(r"data-(\d{1,3})\.key")
BLIND_BYTES = 16


class Unreadable(JinlinError):
    """A sealed value that this node's keys do not open here: altered, moved, or from elsewhere."""

    code = "sealed_unreadable"
    http_status = 500
    default_message = gettext_noop("这项加密信息无法读取，请联系平台管理员检查密钥。")


def _suite() -> Suite:
    return suites.as_suite(getattr(settings, "JINLIN_CRYPTO_SUITE", "intl"))


def _folder() -> Path:
    return _keys_in(settings.JINLIN_HOME)


@lru_cache(maxsize=64)
def _keys_in(home: Path | str) -> Path:
    return Path(home) / "keys"


def _read_or_make(path: Path) -> bytes:
    """Return the 32-byte secret of a key file; whoever makes it first wins, and it is whole or absent."""
    with suppress(FileNotFoundError):
        return bytes.fromhex(path.read_text("ascii").strip())
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(part, path)
    finally:
        part.unlink()
    return bytes.fromhex(path.read_text("ascii").strip())


@lru_cache(maxsize=512)
def _secret(folder: str, name: str) -> bytes:
    return _read_or_make(Path(folder) / name)


@lru_cache(maxsize=2048)
def _derived(folder: str, name: str, suite: Suite, purpose: str, size: int) -> bytes:
    return suites.derive(suite, _secret(folder, name), purpose, size)


@lru_cache(maxsize=64)
def _newest(folder: str) -> int:
    try:
        found = [int(m.group(1)) for name in os.listdir(folder) if (m := _KEY_FILE.fullmatch(name))]
    except FileNotFoundError:
        found = []
    return max(found, default=1)


def _data_key(version: int, suite: Suite, *, make: bool) -> bytes | None:
    name = f"data-{version}.key"
    if not make and not (_folder() / name).exists():
        return None
    return _derived(str(_folder()), name, suite, f"seal|{suite}", suites.KEY_BYTES[suite])


def new_data_key() -> int:
    """Make the next data key, which seals from now on, and return its version; older values stay readable."""
    _data_key(_newest(str(_folder())), _suite(), make=True)
    version = _newest(str(_folder())) + 1
    if version > 255:
        raise ValueError("a node has at most 255 data keys")
    _read_or_make(_folder() / f"data-{version}.key")
    _newest.cache_clear()
    return version


def seal(plaintext: str, *, aad: str) -> bytes:
    """Encrypt a text for one place in the database; equal texts give different bytes."""
    return seal_bytes(plaintext.encode(), aad=aad)


def seal_bytes(plaintext: bytes, *, aad: str) -> bytes:
    """Encrypt bytes (a picture) for one place; equal bytes give different ones."""
    suite, version = _suite(), _newest(str(_folder()))
    key = _data_key(version, suite, make=True)
    assert key is not None
    header = bytes((_SUITE_BYTE[suite], version))
    nonce = secrets.token_bytes(suites.NONCE_BYTES)
    return header + nonce + suites.encrypt(suite, key, nonce, plaintext, header + aad.encode())


def open_sealed(blob: bytes | memoryview, *, aad: str) -> str:
    """Return what `seal` was given with the same `aad`; Unreadable for anything else."""
    try:
        return open_bytes(blob, aad=aad).decode()
    except UnicodeDecodeError as error:
        raise Unreadable from error


def open_bytes(blob: bytes | memoryview, *, aad: str) -> bytes:
    """Return what `seal_bytes` was given with the same `aad`; Unreadable for anything else."""
    blob = bytes(blob)
    body = _HEADER + suites.NONCE_BYTES
    suite = _SUITE_OF.get(blob[0]) if len(blob) >= body + suites.TAG_BYTES else None
    key = _data_key(blob[1], suite, make=False) if suite is not None else None
    if suite is None or key is None:
        raise Unreadable
    try:
        return suites.decrypt(suite, key, blob[_HEADER:body], blob[body:], blob[:_HEADER] + aad.encode())
    except suites.Tampered as error:
        raise Unreadable from error


def needs_resealing(blob: bytes | memoryview) -> bool:
    """Say whether a value was sealed with an older key or another suite than the node uses now."""
    return bytes(blob)[:_HEADER] != bytes((_SUITE_BYTE[_suite()], _newest(str(_folder()))))


def _keyed(value: str, purpose: str) -> bytes:
    suite = _suite()
    return suites.mac(suite, _derived(str(_folder()), "index.key", suite, purpose, 32), value.encode())


def blind_index(value: str, *, column: str) -> bytes:
    """Return 16 bytes by which an exact value can be found without being stored ("people.phone").

    The key differs per column, so that two columns can't be joined. The value is compared after NFKC and
    trimming; callers bring it into one form first (a phone number: digits only). A change of suite changes
    every index: rebuild the columns afterwards.
    """
    return _keyed(unicodedata.normalize("NFKC", value).strip(), f"blind|{column}")[:BLIND_BYTES]


def new_token() -> str:
    """Return 128 random bits as text that fits into an address (22 characters)."""
    return secrets.token_urlsafe(16)


def token_hash(token: str) -> str:
    """Return the keyed MAC (64 hex characters) under which a token is stored; the token itself never is."""
    return _keyed(token, "token").hex()
