"""Table of the files room: what is known of a cleaned picture; the picture itself is on the disk."""

from __future__ import annotations

from django.db import models

from jinlin.kernel import clock
from jinlin.kernel.ids import new_id


class StoredFile(models.Model):
    """One cleaned picture. The name it came with is not kept; who may see it is the owner's room to say."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=12, blank=True, default="")
    owner_kind = models.CharField(max_length=80, blank=True, default="")
    owner_id = models.CharField(max_length=64, blank=True, default="")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    sealed = models.BooleanField(default=False)  # lies encrypted on the disk: belongs to a sealed file
    stored_by = models.CharField(max_length=80)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [
            models.Index(fields=["county", "owner_kind", "owner_id"], name="file_by_owner"),
            models.Index(fields=["owner_kind", "created_at"], name="file_loose_age"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.width}x{self.height}"

    def aad(self, *, thumb: bool) -> str:
        """Bind sealed bytes to this picture, so that they can't be exchanged for another's."""
        return f"files_storedfile|{self.pk}|{'thumb' if thumb else 'jpeg'}"

    @property
    def attached(self) -> bool:
        """Whether a row of another room owns the file."""
        return self.owner_kind != ""
