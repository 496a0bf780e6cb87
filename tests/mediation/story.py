"""A file from its opening to the archive, in a few words; nobody in it exists."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from jinlin.kernel import clock
from jinlin.mediation.actions import Dispute, Lengths, Said, make_move, open_file, put_paper, set_terms
from jinlin.mediation.models import Mediation
from jinlin.people.access import SYSTEM

PERFORM_IN = timedelta(days=10)


def keep_ten_years() -> None:
    """Let the deployer say how long files are kept."""
    set_terms(actor=SYSTEM, lengths=Lengths(30, 30, 30, 5, 10, "某市人民调解卷宗管理办法"))


class Story:
    """One file in the hands of one mediator; `words` marks every text that goes in."""

    def __init__(self, world: Any, who: str = "mediator", *, words: str = "甲", **fields: str) -> None:
        self.world, self.who, self.words = world, who, words
        given = {
            "kind": "neighbour",
            "origin": "applied",
            "title": f"{self.words}漏水",
            "facts": f"{self.words}楼上漏水",
        }
        self.file = open_file(actor=self.actor, dispute=Dispute({**given, **fields}))

    @property
    def actor(self) -> Any:
        return self.world.actor(self.who)

    @property
    def row(self) -> Mediation:
        return Mediation.unscoped.get(pk=self.file.pk)

    @property
    def parties(self) -> list[str]:
        return [str(pk) for pk in self.row.parties.order_by("seq").values_list("pk", flat=True)]

    def do(self, verb: str, **fields: Any) -> Mediation:
        """Take a step with these answers; what isn't given is answered in the ordinary way."""
        usual: Mapping[str, Any] = self.usual().get(verb, {})
        return make_move(actor=self.actor, file_id=self.file.pk, verb=verb, said=Said({**usual, **fields}))

    def usual(self) -> dict[str, dict[str, Any]]:
        today, words = clock.today().isoformat(), self.words
        first = next(iter(self.parties), "")
        said = {"words": f"{words}说明", "on": today}
        return {
            "party": {
                "side": "applicant",
                "called": f"{words}方",
                "reach": "10000000000",
                "home": f"{words}号楼",
            },
            "consent": {"party": first, "on": today},
            "refuse": {"party": first, **said},
            "accept": {"claims": f"{words}请求修好", "on": today},
            "tell": {"party": first, "checked": "seen", "on": today},
            "investigate": {"whom": f"{words}邻居", **said},
            "hear": {"place": f"{words}室", "openness": "closed", "objects": "no", "signed": "yes", **said},
            "extend": {"days": "10", "consents": self.parties, **said},
            "agree": {
                "form": "written",
                **{name: f"{words}{name}" for name in ("points", "duties", "manner")},
                "perform_on": (clock.today() + PERFORM_IN).isoformat(),
                "on": today,
                "signed": self.parties,
            },
            "fail": {"told": "yes", **said},
            "withdraw": {"party": first, **said},
            "perform": {"perform_on": (clock.today() + PERFORM_IN).isoformat()},
            "visit": {"how": "home", "performed": "full", "pleased": "yes", **said},
            "court": {"court": f"{words}法院", "result": "asked", "on": today},
        }

    def paper(self, slot: str, **words: Any) -> None:
        """Put a paper into a slot by hand."""
        said = Said({"words": f"{self.words}材料", "on": clock.today().isoformat()})
        put_paper(actor=self.actor, file_id=self.file.pk, slot=slot, said=said, **words)

    def to_hearing(self) -> Story:
        """Two parties who agree to be mediated, told their rights, heard once."""
        self.do("party")
        self.do("party", side="respondent", called=f"{self.words}乙方")
        for party in self.parties:
            self.do("consent", party=party)
        self.do("accept")
        for party in self.parties:
            self.do("tell", party=party)
        self.do("hear")
        return self

    def to_archive(self) -> Story:
        """Agreed in writing, performed, visited, filed."""
        self.to_hearing().do("agree")
        with clock.fixed(later(self.row.perform_on)):
            self.do("visit")
            self.paper("back")
            self.do("file")
        return self


def later(day: date | None) -> datetime:
    """Return ten in the morning of a day."""
    assert day is not None
    return datetime(day.year, day.month, day.day, 10, tzinfo=clock.LOCAL)
