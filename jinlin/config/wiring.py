"""The only list of who listens to which event; read it to know every effect that runs upwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinlin.cases import events as cases
from jinlin.kernel import bus
from jinlin.orgs import events as orgs
from jinlin.people import events as people

# (event type, handler, after_commit)
WIRING: tuple[tuple[type, Callable[[Any], None], bool], ...] = ()

# Announced facts nobody listens to yet: named here so that a forgotten listener can't hide.
UNHEARD: frozenset[type] = frozenset(
    {
        *cases.ALL,
        orgs.CatalogueChanged,
        orgs.OrganisationClosed,
        people.ContactOpened,
    }
)


def connect() -> None:
    """Subscribe every handler; called once when the web app is ready."""
    for event_type, handler, after_commit in WIRING:
        bus.subscribe(event_type, handler, after_commit=after_commit)
