"""Made-up content for the gallery, so that every component can be seen and tested without a database."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from django.core.paginator import Paginator
from django.utils.translation import gettext as _

from jinlin.kernel import clock

FRAMES: Final = ("field", "desk", "board", "slip")


def _stages() -> list[dict[str, Any]]:
    return [
        {"label": _("已收到"), "state": "done", "note": "5-12 09:10"},
        {"label": _("网格核实"), "state": "done", "note": "5-12 10:02"},
        {"label": _("部门处置"), "state": "now", "note": _("住建局")},
        {"label": _("核查"), "state": "todo"},
        {"label": _("办结回访"), "state": "todo"},
    ]


def _timeline() -> list[dict[str, Any]]:
    now = clock.now()
    return [
        {
            "title": _("住建局已联系您"),
            "when": now - timedelta(hours=2),
            "by": _("区住建局"),
            "text": _("维修人员今天下午到场，先停水再换阀门。"),
            "state": "now",
        },
        {
            "title": _("交给区住建局主办"),
            "when": now - timedelta(hours=20),
            "by": _("七一路街道治理中心"),
            "inner": _("内部说明：供水公司协办，已电话告知。"),
            "state": "done",
        },
        {
            "title": _("网格员到现场看过"),
            "when": now - timedelta(days=1),
            "by": _("文昌社区第三网格"),
            "state": "done",
        },
        {"title": _("接下来：修好后由网格员核查"), "state": "next"},
    ]


def _rows() -> list[dict[str, Any]]:
    now = clock.now()
    raw = (
        (_("单元门口水管漏水，路面结冰"), _("水电气暖"), _("处置中"), "action", timedelta(hours=30)),
        (_("小区西门路灯三盏不亮"), _("市政设施"), _("待签收"), "wait", timedelta(hours=3)),
        (_("楼道堆放杂物，挡住消防通道"), _("安全隐患"), _("超时"), "overdue", timedelta(hours=-5)),
        (_("广场舞音响晚上十点后还很响"), _("噪声"), _("已办结"), "done", None),
    )
    places = (_("文昌社区第三网格"), _("文昌社区第一网格"), _("陈州社区第二网格"), _("文昌社区第三网格"))
    return [
        {
            "url": f"#row-{number}",
            "title": title,
            "meta": [kind, places[number]],
            "badge": state,
            "tone": tone,
            "due_at": now + left if left else None,
            "current": number == 0,
        }
        for number, (title, kind, state, tone, left) in enumerate(raw)
    ]


def _menus() -> dict[str, Any]:
    return {
        "tabbar": [
            {"label": _("待办"), "url": "#todo", "icon": "list", "current": True, "count": 7},
            {"label": _("地图"), "url": "#map", "icon": "map"},
            {"label": _("随手报"), "url": "#new", "icon": "plus", "main": True},
            {"label": _("核查"), "url": "#verify", "icon": "check", "count": 2, "overdue": True},
            {"label": _("我的"), "url": "#me", "icon": "user"},
        ],
        "tabs": [
            {"label": _("待派"), "url": "#tab-1", "current": True, "count": 12},
            {"label": _("办理中"), "url": "#tab-2", "count": 48},
            {"label": _("超时"), "url": "#tab-3", "count": 3, "overdue": True},
            {"label": _("已办结"), "url": "#tab-4"},
        ],
        "filters": [
            {"label": _("待我处理"), "count": 12, "current": True},
            {"label": _("今天到期"), "count": 5},
            {"label": _("超时"), "count": 3, "overdue": True},
            {"label": _("退单异议"), "count": 1},
            {"label": _("挂账"), "count": 4},
        ],
    }


def _figures() -> dict[str, Any]:
    days = ["5-6", "5-7", "5-8", "5-9", "5-10", "5-11", "5-12"]
    areas = [_("七一路街道"), _("陈州街道"), _("荷花路街道"), _("人和街道"), _("小桥街道"), _("搬口街道")]
    return {
        "days": days,
        "week": [
            {"name": _("收到"), "numbers": [42, 51, 38, 60, 47, 22, 35]},
            {"name": _("办结"), "numbers": [39, 44, 41, 55, 49, 18, 30], "tone": "green"},
        ],
        "areas": areas,
        "by_area": [
            {"name": _("在办"), "numbers": [86, 64, 58, 41, 33, 20]},
            {"name": _("超时"), "numbers": [3, 1, 4, 0, 2, 0], "tone": "overdue"},
        ],
        "board_rows": [
            (_("七一路街道"), 86, 12, 3, 141),
            (_("陈州街道"), 64, 9, 1, 118),
            (_("荷花路街道"), 58, 7, 4, 96),
            (_("人和街道"), 41, 4, 0, 77),
        ],
    }


def samples() -> dict[str, Any]:
    """Return the context of every gallery page. No database query."""
    now = clock.now()
    return {
        **_menus(),
        **_figures(),
        "stages": _stages(),
        "timeline": _timeline(),
        "rows": _rows(),
        "page": Paginator(range(240), 20).page(4),
        "due_left": now + timedelta(days=2, hours=3),
        "due_soon": now + timedelta(minutes=95),
        "due_past": now - timedelta(hours=5),
        "errors": {"title": [_("请写一句话说清是什么事。")], "phone": [_("电话号码应是 11 位数字。")]},
        "kinds": [
            ("water", _("水电气暖"), _("停水、漏水、停电、暖气不热")),
            ("road", _("道路设施"), _("路灯、井盖、路面")),
            ("noise", _("噪声扰民"), ""),
            ("other", _("说不清"), _("我们帮您分")),
        ],
        "yes_no": [("yes", _("解决了")), ("partly", _("解决了一部分")), ("no", _("没有解决"))],
        "icons": sorted(_icon_names()),
    }


def _icon_names() -> list[str]:
    return [path.stem for path in (Path(__file__).parent / "icons").glob("*.svg")]


def areas() -> dict[str, Any]:
    """Return a made-up honeycomb of communities as GeoJSON (WGS84), counts included."""
    names = (
        _("文昌社区"),
        _("陈州社区"),
        _("荷花社区"),
        _("建设社区"),
        _("东风社区"),
        _("沙北社区"),
        _("关帝社区"),
    )
    spots = ((0, 0), (1, 0), (-1, 0), (0.5, 0.87), (-0.5, 0.87), (0.5, -0.87), (-0.5, -0.87))
    counts = (31, 17, 9, 42, 5, 0, 23)
    corners = (
        (0, 0.577),
        (0.5, 0.289),
        (0.5, -0.289),
        (0, -0.577),
        (-0.5, -0.289),
        (-0.5, 0.289),
        (0, 0.577),
    )
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"name": name, "open": count, "url": "/ui#s-list"},
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [
                        [[114.65 + (x + dx) * 0.012, 33.62 + (y + dy) * 0.01] for dx, dy in corners]
                    ],
                },
            }
            for name, (x, y), count in zip(names, spots, counts, strict=True)
        ],
    }
