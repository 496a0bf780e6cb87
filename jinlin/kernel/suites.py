"""The two cipher suites: intl (AES-256-GCM, SHA-256) and gm 国密 (SM4-GCM, SM3). No keys and no Django here.

AEAD comes from `cryptography`; SM3 from the system's OpenSSL through hashlib where it has it, else from
`cryptography`. Sources: GB/T 32907-2016 (SM4), GB/T 32905-2016 (SM3), RFC 8998 (SM4-GCM), SP 800-38D (GCM).
Software alone does not pass a formal 密评: a certified module takes this place there (design/trust.md section 5).
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Literal, TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

Suite: TypeAlias = Literal["intl", "gm"]

KEY_BYTES: dict[Suite, int] = {"intl": 32, "gm": 16}
NONCE_BYTES = 12
TAG_BYTES = 16
_BLOCK = 64  # of SHA-256 and of SM3, for HMAC


def as_suite(name: str) -> Suite:
    """Return a stored or configured name as a suite; ValueError for another word."""
    if name == "intl":
        return "intl"
    if name == "gm":
        return "gm"
    raise ValueError(f"a cipher suite is intl or gm, not {name!r}")


class Tampered(Exception):
    """The bytes are not what was encrypted, or not with this key, or not for this place."""


def encrypt(suite: Suite, key: bytes, nonce: bytes, plaintext: bytes, aad: bytes) -> bytes:
    """Return ciphertext and tag; `key` is KEY_BYTES[suite] long, `nonce` 12 bytes and never used twice."""
    if suite == "intl":
        return AESGCM(key).encrypt(nonce, plaintext, aad)
    cipher = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    cipher.authenticate_additional_data(aad)
    return cipher.update(plaintext) + cipher.finalize() + cipher.tag


def decrypt(suite: Suite, key: bytes, nonce: bytes, sealed: bytes, aad: bytes) -> bytes:
    """Return the plaintext of `encrypt`; Tampered if anything differs by a bit."""
    if len(sealed) < TAG_BYTES:
        raise Tampered
    try:
        if suite == "intl":
            return AESGCM(key).decrypt(nonce, sealed, aad)
        body, tag = sealed[:-TAG_BYTES], sealed[-TAG_BYTES:]
        cipher = Cipher(algorithms.SM4(key), modes.GCM(nonce, tag)).decryptor()
        cipher.authenticate_additional_data(aad)
        return cipher.update(body) + cipher.finalize()
    except InvalidTag as error:
        raise Tampered from error


def digest(suite: Suite, data: bytes) -> bytes:
    """Return the 32-byte hash: SHA-256 or SM3."""
    if suite == "intl":
        return hashlib.sha256(data).digest()
    try:
        return hashlib.new("sm3", data).digest()
    except ValueError:  # an OpenSSL built without the Chinese algorithms
        hasher = hashes.Hash(hashes.SM3())
        hasher.update(data)
        return hasher.finalize()


def mac(suite: Suite, key: bytes, data: bytes) -> bytes:
    """Return the 32-byte keyed hash: HMAC (RFC 2104) with SHA-256 or SM3."""
    if suite == "intl":
        return hmac.digest(key, data, "sha256")
    block = (key if len(key) <= _BLOCK else digest(suite, key)).ljust(_BLOCK, b"\0")
    inner = digest(suite, bytes(b ^ 0x36 for b in block) + data)
    return digest(suite, bytes(b ^ 0x5C for b in block) + inner)


def derive(suite: Suite, secret: bytes, purpose: str, size: int = 32) -> bytes:
    """Return a key of up to 32 bytes for one purpose from a secret (HKDF, RFC 5869, one block, no salt)."""
    pseudo_random = mac(suite, b"\0" * 32, secret)
    return mac(suite, pseudo_random, purpose.encode() + b"\x01")[:size]
