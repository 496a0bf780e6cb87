"""Writes of this room; one function is one use case."""

from jinlin.gatherings.actions.arriving import (
    correct_figure,
    correct_stay,
    count_walk_ins,
    hold_gathering,
    note_arrival,
    note_leaving,
    undo_arrival,
)
from jinlin.gatherings.actions.booking import (
    BookingWish,
    Taken,
    book_venue,
    cancel_booking,
    confirm_booking,
    deny_booking,
)
from jinlin.gatherings.actions.contacts import open_number
from jinlin.gatherings.actions.doors import knock_again, knock_to_post, knock_to_sign_up
from jinlin.gatherings.actions.forgetting import forget_people
from jinlin.gatherings.actions.hosting import (
    change_host_link,
    count_walk_ins_by_link,
    note_arrival_by_link,
)
from jinlin.gatherings.actions.matching import (
    Taker,
    claim_need,
    confirm_match,
    drop_match,
    finish_match,
    match_offers,
)
from jinlin.gatherings.actions.minutes import ItemSaid, write_minutes
from jinlin.gatherings.actions.offers import (
    Draft,
    expire_offers,
    open_group,
    post_offer,
    publish_offer,
    refuse_offer,
    withdraw_offer,
)
from jinlin.gatherings.actions.planning import (
    Plan,
    announce_gathering,
    cancel_gathering,
    change_gathering,
    plan_gathering,
    set_agenda,
)
from jinlin.gatherings.actions.signing import (
    AlreadySigned,
    Person,
    erase_book,
    note_told,
    open_book,
    sign_up,
    withdraw,
)
from jinlin.gatherings.actions.venues import VenueFacts, change_venue, close_day, open_venue

__all__ = [
    "AlreadySigned",
    "BookingWish",
    "Draft",
    "ItemSaid",
    "Person",
    "Plan",
    "Taken",
    "Taker",
    "VenueFacts",
    "announce_gathering",
    "book_venue",
    "cancel_booking",
    "cancel_gathering",
    "change_gathering",
    "change_host_link",
    "change_venue",
    "claim_need",
    "close_day",
    "confirm_booking",
    "confirm_match",
    "correct_figure",
    "correct_stay",
    "count_walk_ins",
    "count_walk_ins_by_link",
    "deny_booking",
    "drop_match",
    "erase_book",
    "expire_offers",
    "finish_match",
    "forget_people",
    "hold_gathering",
    "knock_again",
    "knock_to_post",
    "knock_to_sign_up",
    "match_offers",
    "note_arrival",
    "note_arrival_by_link",
    "note_leaving",
    "note_told",
    "open_book",
    "open_group",
    "open_number",
    "open_venue",
    "plan_gathering",
    "post_offer",
    "publish_offer",
    "refuse_offer",
    "set_agenda",
    "sign_up",
    "undo_arrival",
    "withdraw",
    "withdraw_offer",
    "write_minutes",
]
