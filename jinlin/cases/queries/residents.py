"""Proof that a case is one's own: tracking code with four digits, or the link that was kept."""

from __future__ import annotations

import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Subquery
from django.utils.translation import gettext as _

from jinlin.cases.models import Appeal, Case, CasePhoto
from jinlin.cases.queries.merged import merged_chain
from jinlin.cases.queries.rows import reads_texts
from jinlin.cases.rules.tracking import county_of, typed_code
from jinlin.kernel import crypto, throttle
from jinlin.kernel.errors import Invalid, NotAllowed, NotFound
from jinlin.people import access
from jinlin.people.access import Actor
from jinlin.people.queries import phone_ends_with

TRIES, WINDOW = 10, 15 * 60


def _behind(tracking: str) -> tuple[Case, list[Appeal]] | None:
    code = typed_code(tracking)
    county = county_of(code)
    case = Case.unscoped.filter(county=county, tracking=code).first() if county else None
    if case is None:
        return None
    holder = [case, *merged_chain(case)][-1]
    rows = Appeal.unscoped.filter(county=case.county, case=holder).select_related("contact")
    said = list(rows.order_by("made_at")[:500])
    standing = [row for row in said if row.withdrawn_at is None]  # who took the words back is out of it
    return case, standing or said


@dataclass(frozen=True)
class OwnWords:
    """What this very person said, with whether a contact is still kept; never the words of a neighbour."""

    id: UUID
    text: str
    place_text: str
    made_at: datetime
    contact_id: UUID | None  # None: nothing was left, or it has been erased
    opened_it: bool  # the case bears the title of these words: not somebody who joined later


def proved_appeals(*, tracking: str, digits: str = "", token: str = "") -> frozenset[UUID]:
    """Return the appeals a person has shown to be their own; call it after `prove`, which limits the tries.

    Four digits that fit the phones of two people prove a neighbour of the matter, but nobody's own words.
    """
    found = _behind(typed_code(tracking))
    rows = [row for row in (found[1] if found else ())[:500] if _shown([row], digits, token)]
    phones = {bytes(row.contact.phone_index or b"") for row in rows if row.contact}
    return frozenset(row.pk for row in rows) if token or len(phones) <= 1 else frozenset()


def own_words(*, case: Case, appeals: Collection[UUID]) -> tuple[OwnWords, ...]:
    """Return the appeals among `appeals` that lie on this case, or went with it into another (1-2 queries)."""
    if not appeals:
        return ()
    homes = [case.pk, *(other.pk for other in merged_chain(case))]
    here = Appeal.unscoped.filter(county=case.county, case__in=homes)
    same = here.filter(title=case.title).order_by(
        "received_at", "id"
    )  # a neighbour may repeat the very words
    first = same.values("pk")[:1]
    rows = here.filter(pk__in=list(appeals)).annotate(first=Subquery(first)).select_related("contact")
    return tuple(
        OwnWords(
            id=row.pk,
            text=row.text,
            place_text=row.place_text,
            made_at=row.made_at,
            contact_id=row.contact_id if row.contact and row.contact.erased_at is None else None,
            opened_it=row.pk == row.first,
        )
        for row in rows.order_by("made_at")
    )


def prove(*, tracking: str, digits: str = "", token: str = "", address: str = "") -> Case:
    """Return the case once the person has shown it is theirs.

    Wrong tries are limited per code and per address, and a right one takes none of them back: who has joined a case
    could guess a neighbour's digits between their own. The link can't be guessed, so it opens whatever was tried.
    An unknown code and wrong digits answer alike. Raises Invalid with what to do, TooMany after too many wrong tries.
    """
    code = typed_code(tracking)
    if not token and throttle.is_blocked("track-code", code, limit=TRIES, seconds=WINDOW):
        raise throttle.TooMany(WINDOW)
    if not token and throttle.is_blocked("track-address", address, limit=TRIES * 12, seconds=WINDOW):
        raise throttle.TooMany(WINDOW)
    found = _behind(code)
    if found is not None and _shown(found[1], digits, token):
        return found[0]
    if not token:
        throttle.hit("track-code", code, limit=TRIES, seconds=WINDOW)
    throttle.hit("track-address", address, limit=TRIES * 12, seconds=WINDOW)
    raise Invalid(
        {"code": [_("没有查到。请核对查询码，以及您留的手机号后四位；没留电话的，请用提交时给您的链接。")]}
    )


def refuse_own_work(*, viewer: Actor, case: Case) -> None:
    """Raise NotAllowed when a member of staff would answer as a resident for what their own unit handles.

    Who opens a contact to call somebody has seen the digits that prove the case; the log-in says who it is.
    """
    own = {viewer.account_id, *viewer.units}
    if (
        viewer.kind == "staff"
        and ({case.holder_unit, case.handler_unit, case.handler_account} - {None}) & own
    ):
        raise NotAllowed("own_work", _("这件事由您的单位办理，不能用工作账号替居民回答。"))


def _shown(appeals: list[Appeal], digits: str, token: str) -> bool:
    if token:
        given = token.encode("utf-8", "replace")
        return any(hmac.compare_digest(link_token(row.pk).encode(), given) for row in appeals)
    return any(row.contact_id and phone_ends_with(row.contact_id, digits) for row in appeals[:50])


def link_token(appeal_id: UUID) -> str:
    """Return the secret part of the link a reporter keeps: made from the appeal by a key, stored nowhere."""
    return crypto.token_hash(f"appeal-link|{appeal_id}")[:26]


def reporter_cases(viewer: Actor) -> list[Case]:
    """Return the cases this resident has proved in this visit, newest first."""
    return list(access.visible(viewer, Case.objects.all()).order_by("-opened_at")[:20])


def may_see_photo(*, viewer: Actor, file_id: UUID) -> CasePhoto:
    """Return the photo of a case the viewer may see and read; NotFound otherwise (2 queries)."""
    photo = CasePhoto.objects.filter(stored_id=file_id).select_related("stored").first()
    case = access.visible(viewer, Case.objects.all()).filter(pk=photo.case_id).first() if photo else None
    if photo is None or case is None or not reads_texts(case, viewer):
        raise NotFound()
    return photo
