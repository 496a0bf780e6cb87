"""Events: in the transaction at once, after the commit at least once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction

from jinlin.kernel import bus, clock
from jinlin.kernel.models import OutboxMessage, Throttle
from tests.kernel.threads import together


@dataclass(frozen=True)
class LampMended:
    lamp: UUID
    street: str
    at: datetime
    day: date
    count: int = 1
    by: UUID | None = None
    posts: tuple[UUID, ...] = ()


EVENT = LampMended(
    UUID(int=7),
    "七一路",
    datetime(2026, 3, 10, 2, tzinfo=UTC),
    date(2026, 3, 10),
    2,
    None,
    (UUID(int=1), UUID(int=2)),
)
heard: list[LampMended] = []
broken: list[int] = []


def hear(event):
    heard.append(event)


def write(event):
    Throttle.objects.create(bucket="heard", subject=event.lamp.hex)


def write_then_break(event):
    Throttle.objects.create(bucket="broken", subject=event.lamp.hex)
    broken.append(1)
    raise RuntimeError("电话 13800000000")


@pytest.fixture(autouse=True)
def _listeners():
    heard.clear()
    broken.clear()
    yield
    for handler in (hear, write, write_then_break):
        bus.unsubscribe(LampMended, handler)


def test_an_event_survives_json():
    assert bus.from_payload(LampMended, bus.to_payload(EVENT)) == EVENT
    full = LampMended(UUID(int=7), "街", EVENT.at, EVENT.day, by=UUID(int=9))
    assert bus.from_payload(LampMended, bus.to_payload(full)) == full


def test_events_carry_plain_values_only():
    with pytest.raises(TypeError):
        bus.to_payload(LampMended(UUID(int=7), object(), EVENT.at, EVENT.day))
    with pytest.raises(TypeError):
        bus.subscribe(str, hear, after_commit=False)
    with pytest.raises(TypeError):
        bus.subscribe(LampMended, lambda event: None, after_commit=True)


@pytest.mark.django_db(transaction=True)
class TestDelivery:
    def test_outside_a_transaction_nothing_is_true_yet(self):
        with pytest.raises(RuntimeError):
            bus.announce(EVENT)

    def test_in_the_transaction_at_once_and_once(self):
        bus.subscribe(LampMended, hear, after_commit=False)
        bus.subscribe(LampMended, hear, after_commit=False)
        with transaction.atomic():
            bus.announce(EVENT)
            assert heard == [EVENT]
        assert bus.listeners(LampMended) == (hear,)
        assert OutboxMessage.objects.count() == 0

    def test_a_listener_in_the_transaction_can_undo_it(self):
        bus.subscribe(LampMended, write_then_break, after_commit=False)
        with pytest.raises(RuntimeError), transaction.atomic():
            bus.announce(EVENT)
        assert Throttle.objects.count() == 0

    def test_after_the_commit(self):
        bus.subscribe(LampMended, hear, after_commit=True)
        with transaction.atomic():
            bus.announce(EVENT)
            assert heard == []
            assert OutboxMessage.objects.count() == 1
        assert heard == [EVENT]
        assert OutboxMessage.objects.count() == 0

    def test_a_rolled_back_fact_is_never_told(self):
        bus.subscribe(LampMended, hear, after_commit=True)
        with transaction.atomic():
            bus.announce(EVENT)
            transaction.set_rollback(True)
        assert heard == []
        assert bus.deliver_outbox() == 0

    def test_one_bad_listener_stops_nobody_and_is_tried_again(self):
        for handler in (write_then_break, write):
            bus.subscribe(LampMended, handler, after_commit=True)
        with clock.fixed(EVENT.at):
            with transaction.atomic():
                bus.announce(EVENT)
            assert list(Throttle.objects.values_list("bucket", flat=True)) == ["heard"]
            left = OutboxMessage.objects.get()
            assert (left.attempts, left.last_error) == (1, "RuntimeError")
            assert bus.deliver_outbox() == 0
            assert len(broken) == 1
        with clock.fixed(EVENT.at + timedelta(seconds=5)):
            bus.deliver_outbox()
        assert len(broken) == 2
        assert OutboxMessage.objects.get().attempts == 2
        assert Throttle.objects.filter(bucket="broken").count() == 0
        assert bus.stuck_messages(2) == 1

    def test_a_listener_that_no_longer_exists_waits_for_a_person(self):
        with transaction.atomic():
            OutboxMessage.objects.create(handler="jinlin.gone.away", event="jinlin.gone.Event", payload={})
        assert bus.deliver_outbox() == 0
        assert OutboxMessage.objects.get().attempts == 1

    def test_several_deliverers_deliver_each_message_once(self):
        with transaction.atomic():
            bus.subscribe(LampMended, write, after_commit=True)
            rows = [
                OutboxMessage(
                    handler=f"{write.__module__}.write",
                    event=f"{LampMended.__module__}.LampMended",
                    payload=bus.to_payload(LampMended(UUID(int=n + 1), "街", EVENT.at, EVENT.day)),
                )
                for n in range(40)
            ]
            OutboxMessage.objects.bulk_create(rows)
        counts = together(4, lambda _n: sum(bus.deliver_outbox(5) for _ in range(10)))
        assert sum(counts) == 40
        assert Throttle.objects.count() == 40
        assert OutboxMessage.objects.count() == 0
