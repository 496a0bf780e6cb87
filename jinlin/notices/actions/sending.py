"""The seam to SMS and WeCom: digests as counts and a link, posted to one gateway a deployer names; off by default.

The gateway (the deployer's own) turns a unit's code into its duty phone or group; no number and no name of a person
is known here, and no word of a case leaves the node.
"""

from __future__ import annotations

import json
import logging
import urllib.error
import urllib.request
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from jinlin.kernel import clock
from jinlin.notices.models import Digest
from jinlin.notices.queries.wording import digest_words
from jinlin.orgs.models import Organisation

MOST: Final = 50
ATTEMPTS: Final = 5
SECONDS: Final = 10
_log = logging.getLogger(__name__)


def send_outside() -> int:
    """Post waiting digests to the gateway and return how many it took; does nothing while none is set.

    The post happens outside any transaction: the network never holds a lock. A digest may arrive twice after a
    crash, so it carries its id.
    """
    address: str = settings.JINLIN_NOTICE_WEBHOOK
    if not address:
        return 0
    waiting = list(Digest.unscoped.filter(waits_outside=True).order_by("made_at")[:MOST])
    units = Organisation.objects.in_bulk({row.unit for row in waiting})
    sent = 0
    for row in waiting:
        unit = units.get(row.unit)
        took = unit is not None and _post(address, row, unit)
        _note(row, took)
        sent += took
    return sent


def _post(address: str, row: Digest, unit: Organisation) -> bool:
    body = {
        "id": str(row.pk),
        "unit_code": unit.code,
        "unit_name": unit.name,
        "text": digest_words(row, unit.name),
        "path": "/desk/notices",
        "urgent": row.is_urgent,
    }
    asked = urllib.request.Request(  # noqa: S310  the address is the deployer's own setting, http or https only
        address, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    try:
        with urllib.request.urlopen(asked, timeout=SECONDS) as answer:  # noqa: S310
            return bool(200 <= answer.status < 300)
    except (urllib.error.URLError, OSError, ValueError) as error:
        _log.warning("the gateway took no digest: %s", type(error).__name__)
        return False


def _note(row: Digest, took: bool) -> None:
    with transaction.atomic():
        row.attempts += 1
        row.sent_at = clock.now() if took else None
        row.waits_outside = not took and row.attempts < ATTEMPTS
        row.save(update_fields=["attempts", "sent_at", "waits_outside"])


def check_address(address: str) -> str:
    """Return a sentence when the setting can't be an address, "" when it can, for the doctor."""
    if not address or address.startswith(("https://", "http://")):
        return ""
    return _("JINLIN_NOTICE_WEBHOOK 要以 https:// 开头，请改正，或留空只用系统内消息。")
