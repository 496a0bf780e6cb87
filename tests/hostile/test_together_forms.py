"""Every form on the pages of what is done together, found by reading the pages: each field in turn typed by somebody hostile.

Things exist (tests.world.together); each post is taken back. A refusal is a sentence in Chinese and leaves no row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from jinlin.gatherings.queries import link_token
from jinlin.initiatives.queries import secret_of
from tests.api.test_hostile_together import Before
from tests.gatherings.town import undone
from tests.world import VILLAGE, together

TYPED = (
    "",
    "\x00",
    "a\x07b",
    "字" * 9_000,
    "-1",
    "9" * 30,
    "NaN",
    "²",
    "0001-01-01",
    "9999-12-31",
    "=1+1",
    "<b>x</b>",
)
SKIPPED = ("csrfmiddlewaretoken", "made_at")
ALLOWED = (200, 302, 400, 403, 404, 405, 409, 413, 422, 429)

# (whose things are needed, who opens it, address)
PAGES: tuple[tuple[str, str, str], ...] = (
    ("met", "", "/together/gatherings/{gathering_id}"),
    ("met", "", "/together/seat/{seat_id}/{seat_token}"),
    ("met", "", "/together/venues/{venue_id}"),
    ("met", "", "/together/booking/{booking_id}/{booking_token}"),
    ("met", "", "/together/lists/new"),
    ("met", "", "/together/lists/{offer_id}/claim"),
    ("met", "", "/together/match/{match_id}/{match_token}"),
    ("met", "", "/together/hours/{book_id}/{book_token}"),
    ("met", "village", "/gatherings/area/{village}/new"),
    ("met", "village", "/gatherings/{gathering_id}"),
    ("met", "village", "/gatherings/{gathering_id}/edit"),
    ("met", "grid", "/gatherings/{gathering_id}/door"),
    ("met", "town", "/gatherings/{gathering_id}/names"),
    ("met", "village", "/gatherings/{gathering_id}/minutes"),
    ("met", "village", "/gatherings/area/{village}/bookings"),
    ("met", "village", "/gatherings/area/{village}/venues/new"),
    ("met", "village", "/gatherings/venues/{venue_id}"),
    ("met", "village", "/gatherings/area/{village}/offers"),
    ("met", "grid", "/gatherings/area/{village}/offers/new"),
    ("met", "village", "/gatherings/contact/seat/{seat_id}"),
    ("hoped", "", "/together/wishes/new?place={village}&area={village}"),
    ("hoped", "", "/together/i/{initiative_id}"),
    ("hoped", "own:pass_id", "/together/mine"),
    ("hoped", "own:supervisor_pass", "/together/site"),
    ("hoped", "own:applicant_pass", "/together/application"),
    ("hoped", "own:reviewer_pass", "/together/review/{review_id}"),
    ("hoped", "", "/together/ventures/{round_id}/apply"),
    ("hoped", "village", "/initiatives/new"),
    ("hoped", "village", "/initiatives/{initiative_id}"),
    ("hoped", "village", "/initiatives/{topic}"),
    ("hoped", "town", "/initiatives/{works}"),
    ("hoped", "town", "/initiatives/{venture}"),
    ("hoped", "town", "/initiatives/ventures"),
    ("hoped", "town", "/initiatives/ventures/{round_id}"),
    ("sealed", "mediator", "/mediation/new"),
    ("sealed", "mediator", "/mediation/{file}"),
    ("sealed", "mediator", "/mediation/{file}/paper/evidence"),
    ("organised", "village", "/party/{village}/orgs/new"),
    ("organised", "village", "/party/org/{party_org}"),
    ("organised", "village", "/party/{village}/teams/new"),
    ("organised", "village", "/party/team/{team}"),
    ("organised", "village", "/party/{village}/heads"),
    ("organised", "county", "/party/{county}/training"),
    ("organised", "county", "/party/{county}/methods/1211"),
    ("organised", "county", "/manage/together"),
    ("reached", "town", "/desk/whistles/new"),
    ("reached", "town", "/desk/whistles/{whistle}"),
    ("reached", "dept", "/desk/whistles/{whistle}"),
    ("reached", "village", "/desk/campaigns/new"),
    ("reached", "town", "/desk/campaigns/{campaign}"),
    ("reached", "grid", "/field/visit"),
)


class Forms(HTMLParser):
    """Reads the posted forms of a page: where each goes and what it would send untouched."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, list[str]]]] = []
        self._form: dict[str, list[str]] | None = None
        self._select = self._area = ""

    def handle_starttag(self, tag: str, pairs: Any) -> None:
        """Note forms and what stands in them."""
        given = {name: value or "" for name, value in pairs}
        if tag == "form" and given.get("method", "").lower() == "post":
            self._form = {}
            self.found.append((given.get("action", ""), self._form))
        if self._form is None:
            return
        name = given.get("name", "")
        if tag == "input" and name and given.get("type") != "file":
            chosen = given.get("type") not in ("radio", "checkbox") or "checked" in given
            held = self._form.setdefault(name, [])
            if chosen or not held:
                held.append(given.get("value", "on"))
        elif tag in ("button", "textarea") and name:
            self._form.setdefault(name, []).append(given.get("value", ""))
        elif tag == "select":
            self._select = name
            self._form.setdefault(name, [])
        elif tag == "option" and self._select and ("selected" in given or not self._form[self._select]):
            self._form[self._select] = [given.get("value", "")]

    def handle_endtag(self, tag: str) -> None:
        """End what was begun."""
        if tag == "form":
            self._form = None
        if tag == "select":
            self._select = ""


def ids_of(world: Any, make: str) -> dict[str, str]:
    found = getattr(together, make)(world) | {"village": VILLAGE, "county": VILLAGE[:6] + "000000"}
    kinds = {"seat_id": "seat", "booking_id": "booking", "match_id": "match", "book_id": "book"}
    return found | {
        f"{kind}_token": link_token(kind, found[name]) for name, kind in kinds.items() if name in found
    }


def opened_by(world: Any, who: str, ids: dict[str, str]) -> Client:
    if not who.startswith("own:"):
        return world.client(who)  # type: ignore[no-any-return]
    client, own = Client(), ids[who.removeprefix("own:")]
    assert client.get(f"/together/own/{own}/{secret_of(own)}").status_code in (200, 302)
    return client


def spoiled(number: int, form: dict[str, list[str]]) -> Iterator[dict[str, Any]]:
    """Yield a form as it stands, all fields spoiled, each field left out and spoiled.

    A page shares the texts out among its forms and their fields; to type them all everywhere takes minutes.
    """
    yield form
    fields = [name for name in form if name not in SKIPPED]
    for typed in TYPED[number % 3 :: 3]:
        yield form | {name: [typed] * max(1, len(form[name])) for name in fields if name != "key"}
    for at, name in enumerate(fields):
        yield {key: value for key, value in form.items() if key != name}
        typed = TYPED[(number + 5 * at) % len(TYPED)]
        yield form | {name: [typed] * max(1, len(form[name]))}


class Kept(Before):
    """Without the audit: a sealed file that is shown again with what is wrong was looked at, which is written down."""

    def counted(self) -> dict[str, int]:
        """Count rows."""
        return {table: n for table, n in super().counted().items() if not table.startswith("audit_")}


@pytest.mark.parametrize(("make", "who", "address"), PAGES, ids=[f"{who}{url}" for _m, who, url in PAGES])
def test_no_field_of_any_form_breaks_a_page(
    world: Any, home: Any, tuesday: Any, settings: Any, make: str, who: str, address: str
) -> None:
    settings.JINLIN_RATE_LIMITS = False
    ids = ids_of(world, make)
    url = address.format(**ids)
    client = opened_by(world, who, ids)
    page = client.get(url)
    assert page.status_code == 200, (url, page.status_code, page.get("Location"))
    reader = Forms()
    reader.feed(page.content.decode())
    forms = [
        (action or url, form)
        for action, form in reader.found
        if not action.startswith(("/prefs", "/logout", "/lang"))
    ]
    assert forms, "no form on this page"
    before = Kept()
    for number, (action, form) in enumerate(forms):
        for sent in spoiled(number, form):
            with undone():
                answer = client.post(action, sent)
                assert answer.status_code in ALLOWED, (action, sent, answer.status_code)
                if answer.status_code in (409, 422):
                    assert re.search("[一-鿿]{4,}。", answer.content.decode()), (action, sent)
                if answer.status_code >= 400:
                    wrong = re.findall(r'class="[^"]*error[^"]*"[^>]*>[^<]*', answer.content.decode())
                    assert before.holds(action, answer.status_code, *wrong), (action, sent)
