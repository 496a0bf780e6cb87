"""The components as template tags (`{% load ui %}`); how to use each stands in jinlin/web/ui/README.md."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.forms.boundfield import BoundField
from django.template import Context
from django.template.loader import render_to_string
from django.utils.dateformat import format as date_format
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from jinlin.kernel import clock
from jinlin.kernel.ids import new_id
from jinlin.web.ui import due as due_words
from jinlin.web.ui.assets import asset_url
from jinlin.web.ui.fields import bound_field, error_lines, flat_attrs, plain_field
from jinlin.web.ui.words import words

register = template.Library()
GAP = "…"


@register.simple_tag
def asset(name: str) -> str:
    """Give the address of a built file."""
    return asset_url(name)


@register.simple_tag
def ui_meta() -> SafeString:
    """Tell the scripts where the parts they load on demand stand."""
    names = {
        "map": "map.js",
        "map-css": "map.css",
        "map-worker": "map-worker.js",
        "chart": "chart.js",
        "icons": "icons.svg",
    }
    return mark_safe(  # noqa: S308 - built by format_html
        "".join(
            format_html('<meta name="asset-{}" content="{}">', key, asset_url(file))
            for key, file in names.items()
        )
    )


@register.simple_tag
def ui_words() -> SafeString:
    """Send the sentences of the islands with the page, in its language."""
    return json_script(words(), "ui-words")


@register.inclusion_tag("ui/icon.html")
def icon(name: str, size: str = "", label: str = "") -> dict[str, Any]:
    """Draw an icon of the sprite; without a label it is decoration."""
    return {"name": name, "size": size, "label": label, "href": asset_url("icons.svg")}


@register.inclusion_tag("ui/theme.html", takes_context=True)
def ui_theme_switch(context: Context) -> dict[str, Any]:
    """Draw the board's switch between the dark wall and light."""
    return {"ui": context["ui"]}


@register.inclusion_tag("ui/button.html")
def ui_button(label: str, kind: str = "", **attrs: Any) -> dict[str, Any]:
    """Draw a button, or a link that looks like one when `href` is given; kind: primary, quiet, care or none."""
    parts = ["button", f"button-{kind}" if kind else ""]
    parts += [f"button-{flag}" for flag in ("wide", "large") if attrs.pop(flag, False)]
    return {
        "label": label,
        "classes": " ".join(filter(None, [*parts, attrs.pop("extra", "")])),
        "href": attrs.pop("href", ""),
        "icon": attrs.pop("icon", ""),
        "type": attrs.pop("type", "submit"),
        "attrs": flat_attrs(attrs),
    }


@register.inclusion_tag("ui/field.html")
def ui_field(bound: BoundField, **attrs: Any) -> dict[str, Any]:
    """Draw a Django form field with label, hint and error; further words become attributes of the control."""
    return {"f": bound_field(bound, attrs)}


@register.inclusion_tag("ui/field.html")
def ui_input(name: str, **attrs: Any) -> dict[str, Any]:
    """Draw a field without a Django form: label, type, value, hint, errors, required, choices, boxed, short."""
    return {"f": plain_field(name, attrs)}


@register.inclusion_tag("ui/errors.html")
def ui_errors(source: Any, focus: bool = True) -> dict[str, Any]:
    """Draw the error summary of a form or of `{field: [sentence]}`; it takes the focus."""
    return {"lines": error_lines(source), "focus": focus}


@register.simple_tag
def ui_key() -> SafeString:
    """Put the idempotency key and the phone's time into a form; the outbox makes both anew at the tap."""
    return format_html(
        '<input type="hidden" name="key" value="{}"><input type="hidden" name="made_at" value="">', new_id()
    )


@register.simple_tag
def ui_badge(label: str, tone: str = "", icon: str = "") -> SafeString:
    """Draw a state as shape and word; tone: action, wait, done, overdue (red), plain or none."""
    drawn = render_to_string("ui/icon.html", {"name": icon, "href": asset_url("icons.svg")}) if icon else ""
    return format_html('<span class="badge badge-{}">{}{}</span>', tone or "none", drawn, label)


@register.inclusion_tag("ui/due.html")
def ui_due(at: Any, met: Any = None, paused: bool = False) -> dict[str, Any]:
    """Draw how long is left to a due time, or by how much it passed; `met` is when it was kept."""
    told = due_words.told(at, clock.now(), met=met, paused=paused)
    return {"at": at, "words": told.words, "tone": told.tone, "icon": told.icon}


@register.filter
def ui_when(value: date) -> str:
    """Say a day, or a moment with its hour; the year only where it is not this one."""
    moment = clock.local(value) if isinstance(value, datetime) else value
    same = moment.year == clock.today().year
    if isinstance(value, datetime):
        return date_format(moment, _("n月j日 H:i") if same else _("Y年n月j日 H:i"))
    return date_format(moment, _("n月j日") if same else _("Y年n月j日"))


@register.inclusion_tag("ui/timeline.html")
def ui_timeline(items: Any) -> dict[str, Any]:
    """Draw what happened: rows with title, when, by, text, inner, photos, state (now, done, next, care, overdue)."""
    return {"items": items}


@register.inclusion_tag("ui/stages.html")
def ui_stages(stages: Any) -> dict[str, Any]:
    """Draw the parcel strip: rows with label, state (done, now, todo), note, late."""
    return {"stages": stages}


@register.inclusion_tag("ui/row.html")
def ui_row(row: Any, **attrs: Any) -> dict[str, Any]:
    """Draw one row of a list: url, title, meta (a list), badge, tone, due_at, side, icon, current."""
    return {"row": row, "attrs": flat_attrs(attrs)}


@register.inclusion_tag("ui/tabs.html")
def ui_tabs(items: Any, label: str) -> dict[str, Any]:
    """Draw tabs that are links: rows with label, url, current, count, overdue, hx (target of a fragment)."""
    return {"items": items, "label": label}


@register.inclusion_tag("ui/tabbar.html")
def ui_tabbar(items: Any) -> dict[str, Any]:
    """Draw the bottom menu of the field frame: rows with label, url, icon, current, main, count, overdue."""
    return {"items": items}


@register.inclusion_tag("ui/pages.html", takes_context=True)
def ui_pages(context: Context, page: Any) -> dict[str, Any]:
    """Draw the page numbers of a Django `Page`, keeping the filters of the address."""
    query = context["request"].GET.copy() if "request" in context else None
    if query is not None:
        query.pop("page", None)
    base = f"{query.urlencode()}&" if query else ""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {"page": page, "numbers": list(numbers), "base": base, "gap": GAP}


@register.inclusion_tag("ui/more.html")
def ui_more(words: str = "", previous: str = "", next: str = "") -> dict[str, Any]:  # noqa: A002
    """Draw earlier and later links for lists that are read by key, not by page number."""
    return {"words": words, "previous": previous, "next": next}


@register.inclusion_tag("ui/progress.html")
def ui_progress(value: int, max: int, label: str, id: str = "progress") -> dict[str, Any]:  # noqa: A002
    """Draw how far long work has come."""
    return {"value": value, "max": max, "label": label, "id": id, "words": f"{value} / {max}"}


@register.inclusion_tag("ui/photos.html")
def ui_photos(
    name: str = "photos",
    label: str = "",
    max: int = 3,
    errors: Any = (),
    id: str = "",  # noqa: A002
) -> dict[str, Any]:
    """Draw the photo picker: never required; pictures are made smaller on the phone before sending."""
    hint = _("有照片更好办，没有也能交。请不要拍到别人的脸和车牌。最多 {n} 张。").format(n=max)
    return {
        "name": name, "id": id or f"f-{name}", "label": label or _("照片"), "max": max, "errors": errors, "hint": hint,
    }  # fmt: skip


@register.inclusion_tag("ui/place.html")
def ui_place(name: str = "address", **words_: Any) -> dict[str, Any]:
    """Draw the place picker: words first, then the phone's position or a tap on the map; hidden lon, lat, accuracy."""
    return {
        "name": name,
        "id": f"f-{name}",
        "label": words_.get("label") or _("地点"),
        "hint": words_.get("hint") or _("写清路名、小区或村组，附近有什么，比如“文昌路小学东门口”。"),
        "value": words_.get("value", ""),
        "lon": words_.get("lon", ""),
        "lat": words_.get("lat", ""),
        "errors": words_.get("errors", ()),
        "polygons": words_.get("polygons", ""),
        "centre": words_.get("centre", ""),
        "layers": words_.get("layers", ""),
    }


@register.inclusion_tag("ui/map.html")
def ui_map(title: str, polygons: str = "", **words_: Any) -> dict[str, Any]:
    """Draw a map of areas coloured by a number (`value`), each a link; always beside a table, never instead of one."""
    keys = ("value", "words", "scale", "label", "unit", "link", "points", "centre", "layers")
    found = {key: words_.get(key, "") for key in keys}
    return {**found, "title": title, "polygons": polygons, "kind": words_.get("kind", "areas")}


@register.inclusion_tag("ui/chart.html")
def ui_chart(id: str, title: str, names: Any, series: Any, **words_: Any) -> dict[str, Any]:  # noqa: A002
    """Draw a bar or line chart above its table: names of the points, series as [{name, numbers, tone}].

    A series may have `urls` (one per number: its cell is a link) or be `only_table`; `links` are where a bar leads;
    `bars` is how many of the names are drawn, the others stand in the table only.
    """
    names, series = list(names), [dict(line) for line in series]
    drawn = [
        {key: line[key] for key in line if key != "urls"} for line in series if not line.get("only_table")
    ]
    shown = words_.get("bars", len(names))
    drawn = [line | {"numbers": list(line["numbers"])[:shown]} for line in drawn]
    data = {"title": title, "names": names[:shown], "series": drawn, "kind": words_.get("kind", "bar")}
    data |= {key: words_[key] for key in ("stacked", "sideways", "links") if words_.get(key)}
    columns = [
        list(zip(line["numbers"], line.get("urls") or [""] * len(names), strict=True)) for line in series
    ]
    rows = [{"name": name, "cells": cells} for name, *cells in zip(names, *columns, strict=True)]
    return {
        "id": id, "title": title, "series": series, "rows": rows, "json": json_script(data, f"{id}-data"),
        "corner": words_.get("corner", ""), "open": words_.get("open", False),
    }  # fmt: skip


@register.simple_block_tag(end_name="endui_card")
def ui_card(content: SafeString, title: str = "", **attrs: Any) -> SafeString:
    """Wrap content in a card; `title` heads it, `level` is the heading's level, `bare` leaves out the padding."""
    level, bare = attrs.pop("level", 2), attrs.pop("bare", False)
    head = format_html('<div class="card-head"><h{0}>{1}</h{0}></div>', level, title) if title else ""
    inner = content if bare else format_html('<div class="card-in">{}</div>', content)
    return format_html('<section class="card"{}>{}{}</section>', flat_attrs(attrs), head, inner)


@register.simple_block_tag(end_name="endui_note")
def ui_note(content: SafeString, tone: str = "", title: str = "") -> SafeString:
    """Wrap a sentence to be noticed; tone: care, done, overdue or none (also Django's message levels)."""
    tone = {"success": "done", "warning": "care", "error": "care", "info": ""}.get(tone, tone)
    name = {"care": "alert", "done": "check", "overdue": "clock"}.get(tone, "info")
    drawn = render_to_string("ui/icon.html", {"name": name, "href": asset_url("icons.svg")})
    head = format_html('<p class="note-title">{}</p>', title) if title else ""
    return format_html(
        '<div class="note note-{}">{}<div class="note-body">{}{}</div></div>',
        tone or "info",
        drawn,
        head,
        content,
    )


@register.simple_block_tag(end_name="endui_empty")
def ui_empty(content: SafeString, title: str, icon: str = "box") -> SafeString:
    """Wrap what to do next when a list is empty."""
    drawn = render_to_string("ui/icon.html", {"name": icon, "href": asset_url("icons.svg")})
    return format_html('<div class="empty">{}<h2>{}</h2>{}</div>', drawn, title, content)


@register.simple_block_tag(end_name="endui_table")
def ui_table(content: SafeString, caption: str, hidden: bool = True) -> SafeString:
    """Wrap thead and tbody in a table that scrolls sideways on a phone; the caption is read aloud, shown on demand."""
    words_ = format_html('<span class="unseen">{}</span>', caption) if hidden else caption
    cell = format_html("<caption{}>{}</caption>", mark_safe(' class="unseen"') if hidden else "", words_)
    return format_html(
        '<div class="table-wrap" tabindex="0" role="region" aria-label="{}"><table class="table">{}{}</table></div>',
        caption, cell, content,
    )  # fmt: skip


@register.simple_block_tag(end_name="endui_fold")
def ui_fold(content: SafeString, title: str, open: bool = False) -> SafeString:  # noqa: A002
    """Wrap content that opens on demand (native details)."""
    flag = mark_safe(" open") if open else ""
    return format_html(
        '<details class="fold"{}><summary>{}</summary><div class="fold-in">{}</div></details>',
        flag,
        title,
        content,
    )


@register.simple_block_tag(end_name="endui_dialog")
def ui_dialog(content: SafeString, id: str, title: str) -> SafeString:  # noqa: A002
    """Wrap content in a native dialog, opened by any button with `data-dialog="<id>"`."""
    return render_to_string("ui/dialog.html", {"id": id, "title": title, "content": content})
