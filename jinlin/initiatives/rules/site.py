"""What residents' supervisors look at on a site, and how bad a finding is."""

from __future__ import annotations

from typing import Final

from jinlin.kernel.errors import gettext_noop as _

CHECKLIST: Final[dict[str, str]] = {
    "materials": _("材料对不对得上"),
    "hidden": _("隐蔽工程有没有留照片"),
    "safety": _("围挡、用电、通道安不安全"),
    "nuisance": _("噪声、扬尘、垃圾扰不扰民"),
}
ANSWERS: Final[dict[str, str]] = {"ok": _("没问题"), "wrong": _("有问题"), "unseen": _("没看到")}
SEVERITIES: Final[dict[str, str]] = {
    "slight": _("轻微"),
    "ordinary": _("一般"),
    "severe": _("严重（不整改不验收）"),
}
