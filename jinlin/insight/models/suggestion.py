"""What is learned about categories: confirmed labels without any text, and a county's model with its card."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jinlin.kernel.ids import new_id


class Confirmation(models.Model):
    """The category a person let a case go on with: the next label. `suggested` and `second` are what would have been
    suggested before anything was learned from it, so their hits are honest; no text stands here."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="+")
    category = models.ForeignKey("orgs.Category", on_delete=models.PROTECT, related_name="+")
    suggested = models.CharField(max_length=12, default="")  # code of a leaf; "" where nothing was
    second = models.CharField(max_length=12, default="")
    was_learned = models.BooleanField(default=False)  # the model said it, not the words of the tree
    confirmed_at = models.DateTimeField()
    unit = models.UUIDField(null=True)  # the office that let it go on
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "case"], name="confirmation_once")]
        indexes = [models.Index(fields=["county", "-confirmed_at"], name="confirmation_latest")]


class CategoryModel(models.Model):
    """One learned model of a county; only the current one that beats the words of the tree (`serves`) suggests."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12)
    made_at = models.DateTimeField()
    texts = models.PositiveIntegerField()
    content = (
        models.BinaryField()
    )  # a model file, weights of one and two characters; see insight/suggest/model.py
    card = models.JSONField()
    lexicon_right = models.FloatField()  # share of the same texts whose category the words of the tree find
    serves = models.BooleanField()
    is_current = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county"], condition=Q(is_current=True), name="category_model_one_current"
            )
        ]
        indexes = [models.Index(fields=["county", "-made_at"], name="category_model_history")]
