"""Telling every process that places have changed."""

from __future__ import annotations

from django.db.models import F

from jinlin.kernel.ids import new_id
from jinlin.places.models import PlacesVersion
from jinlin.places.queries import memory


def mark_changed() -> None:
    """Give the places a new version token, in the transaction of the change; call it last."""
    memory.changed_here()
    token = new_id()
    if not PlacesVersion.objects.filter(pk=1).update(number=F("number") + 1, token=token):
        PlacesVersion.objects.get_or_create(pk=1, defaults={"number": 1, "token": token})
