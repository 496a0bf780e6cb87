"""Chinese first, English complete: every visible sentence is marked, and every marked one has its English."""

from __future__ import annotations

import re

from babel.messages.catalog import Catalog, Message

from tests.house import source, words
from tests.house.source import Fault, report
from tools import messages

PLACES = re.compile(r"%\(\w+\)[sd]|\{\w+\}")  # where a value is put in
ALSO_IN_ENGLISH = re.compile("中文|近邻")  # names that stay as they are in an English sentence
SPEAKS_BY_DATA = ("/data/", "/demo/", "/migrations/")  # names of places, offices and demo people


def lacking(catalogue: Catalog, gathered: list[messages.Message]) -> list[Fault]:
    """Return marked sentences without English."""
    faults = []
    for message in gathered:
        entry = catalogue.get(message.text, message.context or None)
        strings = entry.string if entry is not None else ""
        if not all(strings if isinstance(strings, tuple) else [strings]):
            faults.append(Fault(message.path, message.line, f"no English for {message.text[:40]!r}"))
    return faults


def wrong(entry: Message) -> list[str]:
    """Return what is wrong with a translation: other places for values than the source, or Chinese left in it."""
    strings = entry.string if isinstance(entry.string, tuple) else (entry.string,)
    sources = entry.id if isinstance(entry.id, tuple) else (entry.id,)
    wanted = set(PLACES.findall(" ".join(sources)))
    faults = []
    for string in filter(None, strings):
        extra = set(PLACES.findall(string)) - wanted
        if extra:
            faults.append(f"{sources[0]!r}: the English names {sorted(extra)}")
        if words.CHINESE.search(ALSO_IN_ENGLISH.sub("", string)):
            faults.append(f"{sources[0]!r}: Chinese in the English: {string!r}")
    if len(strings) == 1 and strings[0] and not wanted <= set(PLACES.findall(strings[0])):
        faults.append(f"{sources[0]!r}: the English leaves out {sorted(wanted)}")
    return faults


def test_templates_speak_through_translate_tags() -> None:
    templates = [path for path in source.files(under="jinlin/", suffix=".html") if "/templates/" in path]
    faults = [fault for path in templates for fault in words.in_template(path, source.text(path))]
    assert not faults, report(faults)


def test_code_speaks_through_gettext() -> None:
    paths = [path for path in source.python() if not any(part in path for part in SPEAKS_BY_DATA)]
    faults = [fault for path in paths for fault in words.in_python(path, source.text(path))]
    assert not faults, report(faults)


def chinese_in_script(path: str, content: str) -> list[Fault]:
    """Return lines of a script with Chinese outside comments: scripts take their words from the page."""
    bare = re.sub(r"/\*.*?\*/", lambda found: "\n" * found[0].count("\n"), content, flags=re.S)
    return [
        Fault(path, number, "Chinese in a script: hand the sentence over from a template")
        for number, line in enumerate(bare.splitlines(), 1)
        if words.CHINESE.search(re.sub(r"(^|\s)//.*", "", line))
    ]


def test_scripts_take_their_words_from_the_page() -> None:
    scripts = [path for path in source.files(under="jinlin/web/") if path.endswith((".js", ".mjs", ".ts"))]
    faults = [fault for path in scripts for fault in chinese_in_script(path, source.text(path))]
    assert not faults, report(faults)
    assert chinese_in_script("bad.js", 'say("好"); // 好')
    assert not chinese_in_script("good.js", "say(words.good); // 好\n/* 好\n好 */")


def test_every_sentence_has_its_english() -> None:
    faults = lacking(messages.read(), messages.gather())
    assert not faults, f"{len(faults)} sentences; run `make messages` and translate:{report(faults[:40])}"


def test_translations_fit_their_source() -> None:
    faults = [fault for entry in messages.read() if entry.id for fault in wrong(entry)]
    assert not faults, "\n".join(faults)


def test_it_bites_on_templates() -> None:
    bad = [
        "<p>你好</p>",
        '<p title="你好"></p>',
        '{{ name|default:"无" }}',
        '{% include "x.html" with title="标题" %}',
        "<p>Hello there</p>",
        '<input placeholder="Search">',
        "<!-- 注释 -->",
    ]
    assert [len(words.in_template("bad.html", sample)) for sample in bad] == [1] * len(bad)
    good = [
        '<p>{% translate "你好" %} {{ name }} · 3</p>',
        '{{ name|default:_("无") }}<p class="big" id="main">Jinlin</p>',
        "{% blocktranslate %}你好{% endblocktranslate %}{# 注释 #}{% comment %}注释{% endcomment %}",
        "<script>const word = 1;</script><code>GET /api</code>",
        "{% if en %}中文{% else %}English{% endif %}",
    ]
    assert [words.in_template("good.html", sample) for sample in good] == [[]] * len(good)


def test_it_bites_on_python() -> None:
    bad = ['raise Invalid("坏了")', '_(f"第{n}页")', 'LABELS = {\n    "a": "甲",\n}']
    assert [bool(words.in_python("bad.py", sample)) for sample in bad] == [True] * len(bad)
    good = [
        '"""文档"""',
        '_("好")',
        'x = (  # data: suffixes\n    "村",\n)',
        'a.removesuffix("村")',
        'a == "村"',
        're.compile("村")',
    ]
    assert [words.in_python("good.py", sample) for sample in good] == [[]] * len(good)


def test_it_bites_on_the_catalogue() -> None:
    gathered = [*messages.in_python("a.py", '_("一"); ngettext("%(n)s 件", "%(n)s 件事", n)')]
    gathered += messages.in_template("a.html", '{% translate "二" context "c" %}{{ x|default:_("三") }}')
    gathered += messages.in_template(
        "b.html", "{% blocktranslate count n=x %}一件{{ n }}{% plural %}{{ n }} 件{% endblocktranslate %}"
    )
    assert [message.text for message in gathered] == ["一", "%(n)s 件", "二", "三", "一件%(n)s"]
    assert (gathered[2].context, gathered[1].many, gathered[4].many) == ("c", "%(n)s 件事", "%(n)s 件")
    merged = messages.merge(Catalog(locale="en"), gathered)
    assert len(lacking(merged, gathered)) == 5
    merged["一"].string = "one"
    assert len(lacking(messages.merge(merged, gathered), gathered)) == 4
    assert wrong(Message("%(n)s 件", "%(m)s cases"))
    assert wrong(Message("件", "件"))
    assert not wrong(Message(("一件", "%(n)s 件"), ("one case", "%(n)s cases")))
