"""Two items that ask for the same become one: supports move over, each resident once; the page stays and leads on."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Sum
from django.utils.translation import gettext as _

from jinlin.initiatives.actions.stepping import Words, entry, locked
from jinlin.initiatives.models import Initiative, PaperTally, Support
from jinlin.initiatives.rules import kinds
from jinlin.kernel.errors import Invalid, RuleBroken
from jinlin.people.access import Actor


def absorb(item: Initiative, target_id: UUID, actor: Actor, words: Words) -> Words:
    """Move the supports of a locked item to another one and link the two; returns the words of the move."""
    if target_id == item.pk:
        raise Invalid({"target": [_("不能并到自己。")]})
    target = locked(target_id)
    if target.kind != item.kind or target.county != item.county:
        raise Invalid({"target": [_("只能并到同一个县（市、区）的同类事项。")]})
    if not target.is_open or target.merged_into_id is not None or not target.is_public:
        raise RuleBroken("target_over", _("对方已经结束或没有公开，请另选一件。"))
    moved = _move_supports(item, target)
    papers = item.paper_count
    item.merged_into = target
    item.online_count = item.assisted_count = item.paper_count = item.support_total = 0
    target.paper_count += papers
    _recount(target)
    said = _("“%(title)s”并了进来，带来 %(n)d 位新的支持人。") % {"title": item.title, "n": moved}
    if papers:
        said += _("另有纸上支持 %(n)d 人，纸上的没法去重，单独列出。") % {"n": papers}
    entry(target, actor, "absorb", Words(said))
    target.version += 1
    target.save()
    return Words(words.public + "\n" + _("并入：%(title)s") % {"title": target.title}, words.inner)


def _move_supports(item: Initiative, target: Initiative) -> int:
    ours = Support.objects.filter(initiative=target).values("resident")
    moved = Support.objects.filter(initiative=item).exclude(resident__in=ours).update(initiative=target)
    Support.objects.filter(initiative=item).delete()  # those who support the other one already
    return moved


def _recount(item: Initiative) -> None:
    rows = Support.objects.filter(initiative=item)
    item.online_count = rows.filter(channel="online").count()
    item.assisted_count = rows.filter(channel="assisted").count()
    item.support_total = item.online_count + item.assisted_count + item.paper_count


def papers_of(item: Initiative) -> int:
    """Return the sum of an item's own sheets, without those of merged ones (one query)."""
    return PaperTally.objects.filter(initiative=item).aggregate(n=Sum("count"))["n"] or 0


def root(item: Initiative) -> Initiative:
    """Return what an item has become by merges (a query a step; chains are short)."""
    while item.stage == kinds.MERGED and item.merged_into is not None:
        item = item.merged_into
    return item
