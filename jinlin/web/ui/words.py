"""Sentences the islands show, sent with the page as data so that they are translated like all others."""

from __future__ import annotations

from django.utils.translation import gettext as _


def words() -> dict[str, str]:
    """Return key -> sentence in the language of the page; `{n}` and the like are filled in by the island."""
    return {
        "saved": _("已存在手机里，有网后自动送出"),
        "waiting": _("{n} 条存在手机里，有网后自动送出"),
        "held": _("{n} 条没有送成，要您看一下"),
        "sending": _("正在送出…"),
        "sent": _("{n} 条已送出"),
        "sent_one": _("已送出"),
        "look": _("查看"),
        "open": _("修改"),
        "to_page": _("回到原页面"),
        "send_again": _("再送一次"),
        "discard": _("删掉"),
        "discard_sure": _("删掉后就没有了，确定删掉这一条吗？"),
        "keep": _("留着"),
        "save_send": _("改好了，送出"),
        "nothing": _("没有待送出的内容"),
        "state_waiting": _("等网络"),
        "state_held": _("要您看一下"),
        "state_old": _("已存了 30 天以上，要您确认再送"),
        "state_sent": _("已送出"),
        "made_at": _("写于 {when}"),
        "photos": _("{n} 张照片"),
        "other_account": _("这一条是另一个账号写的，请用那个账号登录后再送"),
        "log_in": _("请重新登录，登录后会自动送出"),
        "server_busy": _("服务器忙，稍后自动再送"),
        "not_found": _("收件的页面已经没有了，请打开后重新填写"),
        "refused": _("没有收下，请打开改好再送"),
        "too_large": _("内容太大，请少放几张照片再送"),
        "fix": _("还差一点，请改好再提交"),
        "photo_max": _("最多 {n} 张，多出的没有加进来"),
        "photo_bad": _("这个文件不是照片，没有加进来"),
        "photo_work": _("正在处理照片…"),
        "photo_remove": _("去掉这张照片"),
        "place_asking": _("正在取位置…"),
        "place_set": _("已标出位置（误差约 {n} 米）"),
        "place_tapped": _("已在地图上标出位置"),
        "place_none": _("还没有标位置，只写地址也可以"),
        "place_denied": _("没有取到位置。请写地址，或在地图上点一下"),
        "map_failed": _("地图没有打开，写清地址就可以"),
        "map_none": _("暂无数据"),
        "map_few": _("样本不足"),
        "open_it": _("打开"),
        "live_same": _("{when} 核对过，没有变化"),
        "live_failed": _("{when} 没能刷新，仍是之前的数"),
        "figures": _("数字"),
        "net_failed": _("没有连上服务器，请看看网络再试"),
        "copied": _("已复制"),
    }
