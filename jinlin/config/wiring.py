"""The only list of who listens to which event; read it to know every effect that runs upwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinlin.cases import events as cases
from jinlin.cases.actions import supervising
from jinlin.circle import events as circle
from jinlin.gatherings import events as gatherings
from jinlin.initiatives import events as initiatives
from jinlin.initiatives.actions import listening
from jinlin.insight import events as insight
from jinlin.insight.actions import unsaying
from jinlin.kernel import bus
from jinlin.mediation import events as mediation
from jinlin.notices.actions import foresight, personal, telling
from jinlin.orgs import events as orgs
from jinlin.people import events as people
from jinlin.performance.actions import keeping

# (event type, handler, after_commit)
WIRING: tuple[tuple[type, Callable[[Any], None], bool], ...] = (
    (cases.CaseMoved, keeping.keep, False),
    (cases.SupervisionOpened, telling.on_supervision, False),
    (cases.SupervisionAnswered, telling.on_supervision, False),
    (cases.SupervisionReturned, telling.on_supervision, False),
    (cases.SupervisionEnded, telling.on_supervision, False),
    (cases.WhistleBlown, telling.on_whistle, False),
    (cases.WhistleAnswered, telling.on_whistle, False),
    (cases.WhistleEnded, telling.on_whistle, False),
    (cases.MeetingCalled, telling.on_meeting_called, False),
    (cases.MeetingHeld, telling.on_meeting_held, False),
    (cases.CaseClosed, telling.on_case_closed, False),
    (cases.CaseClosed, supervising.end_with_case, False),
    (cases.WordsWithdrawn, unsaying.on_words_withdrawn, False),
    (cases.ContactErased, unsaying.on_contact_erased, False),
    (circle.GapWished, listening.on_gap_wished, False),
    (gatherings.OfferMatched, listening.on_offer_matched, False),
    (gatherings.GatheringHeld, listening.on_gathering_held, False),
    (gatherings.MinutesPublished, listening.on_minutes_published, False),
    (initiatives.ReviewDue, telling.on_review_due, False),
    (initiatives.ResolutionReviewed, telling.on_resolution_reviewed, False),
    (insight.WarningRaised, foresight.on_warning_raised, False),
    (insight.WarningDecided, foresight.on_warning_decided, False),
    (insight.SlipSent, foresight.on_slip, False),
    (insight.SlipAnswered, foresight.on_slip, False),
    (insight.SlipReturned, foresight.on_slip, False),
    (insight.SlipLate, foresight.on_slip, False),
    (insight.SlipClosed, foresight.on_slip, False),
    (insight.PlanComing, foresight.on_plan_coming, False),
    (insight.PlanEnded, foresight.on_plan_ended, False),
    (mediation.MediatorReminded, personal.remind, False),
)

# Announced facts nobody listens to yet: named here so that a forgotten listener can't hide.
UNHEARD: frozenset[type] = frozenset(
    {
        *cases.ALL,
        *circle.ALL,
        *gatherings.ALL,
        *initiatives.ALL,
        *insight.ALL,
        orgs.CatalogueChanged,
        orgs.OrganisationClosed,
        people.ContactOpened,
    }
) - {event_type for event_type, _handler, _after in WIRING}


def connect() -> None:
    """Subscribe every handler; called once when the web app is ready."""
    for event_type, handler, after_commit in WIRING:
        bus.subscribe(event_type, handler, after_commit=after_commit)
