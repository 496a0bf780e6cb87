"""What is measured on a page in pixels: touch targets, sizes of text, contrast (policy of 长辈版, WCAG 2.2)."""

from __future__ import annotations

SMALL_TARGETS = """least => [...document.querySelectorAll('a, button, input, select, textarea, summary, label.choice, label.tile')].filter(e => {
  if (e.closest('p, .hint, .maplibregl-map') && !e.matches('.button, .bar-link')) return false;  // a link inside a sentence is exempt
  if (e.matches('.unseen, .choice input, .tile input, .pick-box input, .photos-add input, .skip, [type=hidden]')) return false;  // their label is the target
  const b = e.getBoundingClientRect(); const s = getComputedStyle(e);
  if (!b.width || s.visibility === 'hidden') return false;
  return b.height < least - 0.5 || b.width < least - 0.5;
}).map(e => `${e.tagName} ${e.className} ${Math.round(e.getBoundingClientRect().width)}x${Math.round(e.getBoundingClientRect().height)} ${e.textContent.trim().slice(0, 12)}`)"""

TEXTS = """() => { const out = []; const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) { const e = walk.currentNode.parentElement; if (!walk.currentNode.data.trim() || e.closest('script, option, .unseen, .maplibregl-map, .skip')) continue;
    const s = getComputedStyle(e); if (!e.getClientRects().length) continue;
    let bg = null; for (let n = e; n; n = n.parentElement) { const c = getComputedStyle(n).backgroundColor; if (!/, 0\\)|transparent/.test(c)) { bg = c; break; } }
    out.push({size: parseFloat(s.fontSize), line: parseFloat(s.lineHeight) / parseFloat(s.fontSize), fg: s.color, bg: bg || 'rgb(255,255,255)', what: walk.currentNode.data.trim().slice(0, 16), off: Boolean(e.closest('[disabled]'))}); }
  return out; }"""


def light(colour: str) -> float:
    """Relative luminance (WCAG 2.2) of a CSS rgb() colour."""
    parts = [float(part) / 255 for part in colour[colour.index("(") + 1 : -1].replace(",", " ").split()[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(text: dict[str, str]) -> float:
    one, two = sorted((light(text["fg"]), light(text["bg"])))
    return (two + 0.05) / (one + 0.05)
