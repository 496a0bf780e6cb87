"""Everybody can use it: 长辈版 in pixels on every resident page, axe on a page of each kind, the desk by keyboard alone."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from jinlin.cases.models import Appeal, Case
from jinlin.cases.queries import link_token
from tests.e2e.measure import SMALL_TARGETS, TEXTS, contrast
from tests.e2e.town import PHONE, Person, Town, comes_true
from tests.world import COUNTY, TOWN

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OPEN_FOLDS = "() => document.querySelectorAll('details').forEach(part => { part.open = true; })"
# a phone zooms out when a page is too wide and then calls the page's width its own, so the width is told from outside
SPILLS = """width => [...document.querySelectorAll('main *, header *')].filter(e => e.getClientRects().length
  && !e.closest('.maplibregl-map, .unseen, .skip') && e.getBoundingClientRect().right > width + 1
  && ![...(function* () { for (let n = e.parentElement; n; n = n.parentElement) yield n; })()].some(n => ['auto', 'scroll', 'hidden'].includes(getComputedStyle(n).overflowX)))
  .slice(0, 3).map(e => `${e.tagName} ${e.className} ${e.textContent.trim().slice(0, 20)}`)"""
SERIOUS = """async tags => (await axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})).violations
  .filter(found => ['serious', 'critical'].includes(found.impact))
  .map(found => `${found.id}: ${found.nodes.slice(0, 3).map(node => node.target.join(' ') + ' ' + node.html.slice(0, 120)).join(' | ')}`)"""


def shown(person: Person, case: Case) -> None:
    """Let somebody open their case by the link they kept."""
    appeal = Appeal.unscoped.get(case=case)
    person.go(f"/t/{case.shown_code}/{link_token(appeal.pk)}")
    person.page.wait_for_url(f"**/t/{case.shown_code}")


def a_day(town: Town) -> dict[str, Case]:
    """Return cases in the states that give residents different pages."""
    world = town.world
    asked = world.to_department()
    world.do("dept", "report_done", asked, words="清走了，地面也冲洗了", claim="solved")
    world.do("grid", "verify", asked, passed=True, on_spot=True, words="看过了")
    closed = world.report("井盖翘起来了", category="FAC-02")
    world.do("grid", "solve_on_spot", closed, words="已经垫平")
    return {"open": world.report("楼道灯不亮", category="FAC-04"), "asked": asked, "closed": closed}


def faults_of(page: Page, size: int) -> list[str]:
    """Measure a page of 长辈版 at a size of text; return what falls short, in words."""
    page.evaluate(f"document.documentElement.dataset.size = '{size}'")
    page.evaluate(OPEN_FOLDS)
    comes_true(page, "document.getAnimations().length === 0")  # colours have arrived
    texts = page.evaluate(TEXTS)
    short = [f"text {text['size']:.1f} px: {text['what']}" for text in texts if text["size"] < size - 0.05]
    short += [f"line {text['line']:.2f}: {text['what']}" for text in texts if text["line"] < 1.29]
    pale = [text for text in texts if contrast(text) < 4.5 and not text["off"]]
    short += [f"contrast {contrast(text):.1f}: {text['what']}" for text in pale]
    short += [f"target {target}" for target in page.evaluate(SMALL_TARGETS, 60)]
    return short + [f"wider than the phone: {part}" for part in page.evaluate(SPILLS, PHONE["width"])]


def test_elder_mode_of_every_resident_page(town: Town) -> None:
    cases = a_day(town)
    person = town.phone()
    person.refusals = (404, 422)
    person.context.add_cookies([{"name": "jl_mode", "value": "elder", "url": town.line.url}])
    for case in cases.values():
        shown(person, case)
    code = {name: case.shown_code for name, case in cases.items()}
    pages = [
        "/",
        "/track",
        "/privacy",
        "/login",
        f"/done/{code['open']}",
        "/regions",
        f"/regions/{TOWN}",
        "/none",
    ]
    pages += [f"/t/{one}" for one in code.values()]
    pages += [f"/t/{code['open']}/{verb}" for verb in ("withdraw", "seen", "erase")]
    pages += [f"/t/{code['asked']}/follow_up", f"/t/{code['closed']}/reopen"]
    short: list[str] = []
    for path in pages:
        page = person.go(path)
        assert page.locator("html").get_attribute("data-mode") == "elder"
        expect(page.locator("a[href^='tel:']").first).to_be_attached()  # a telephone number on every page
        for size in (18, 30):
            short += [f"{path} at {size}: {one}" for one in faults_of(page, size)]
    page = person.go("/")
    page.get_by_role("button", name="提交", exact=True).last.click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.locator("button.is-busy")).to_have_count(0)
    short += [f"/ refused: {one}" for one in faults_of(page, 18)]
    assert short == [], "\n".join(short)


def kinds_of_pages(cases: dict[str, Case]) -> list[tuple[str, str]]:
    """Return (who, path) for a page of each kind."""
    code, shown_code = cases["open"].tracking, cases["asked"].shown_code
    return [
        ("", "/"),
        ("", "/track"),
        ("", f"/t/{shown_code}"),
        ("", f"/t/{shown_code}/follow_up"),
        ("", "/regions"),
        ("", "/login"),
        ("grid", "/field/"),
        ("grid", f"/field/case/{code}"),
        ("grid", "/field/new"),
        ("village", "/desk/"),
        ("village", f"/desk/case/{code}"),
        ("village", f"/desk/case/{code}/decline"),
        ("village", "/desk/new"),
        ("village", f"/desk/case/{code}/slip"),
        ("county", f"/board/{COUNTY}"),
        ("admin", "/manage/"),
        ("county", "/me"),
    ]


def test_axe_finds_nothing_serious_on_a_page_of_each_kind(town: Town) -> None:
    assert AXE.exists(), "axe-core is missing; `make assets` installs the pinned JavaScript packages"
    axe = AXE.read_text(encoding="utf-8")
    cases = a_day(town)
    resident = town.phone()
    shown(resident, cases["asked"])
    people = {"": resident, "grid": town.phone("grid")}
    short: list[str] = []
    for who, path in kinds_of_pages(cases):
        if who not in people:
            people[who] = town.desktop(who)
        page = people[who].go(path)
        page.evaluate(axe)
        short += [f"{who} {path}: {one}" for one in page.evaluate(SERIOUS, WCAG)]
        if who in ("", "grid"):
            page.set_viewport_size({"width": 320, "height": 640})  # WCAG 1.4.10: no scrolling to the side
            short += [f"{who} {path} wider than 320 px: {part}" for part in page.evaluate(SPILLS, 320)]
            page.set_viewport_size(PHONE)
    assert short == [], "\n".join(short)


def test_a_script_smuggled_into_a_page_does_not_run(town: Town) -> None:
    """Words are never markup; and were they, the policy would stop them."""
    smuggled = '<script>window.stolen = 1</script><img src=x onerror="window.stolen = 2">楼道灯不亮'
    case = town.world.report(smuggled, category="FAC-04")
    desk = town.desktop("village")
    page = desk.go(f"/desk/case/{case.tracking}")
    expect(page.locator("main")).to_contain_text("window.stolen = 1")
    page.evaluate(
        "part => document.body.append(document.createRange().createContextualFragment(part))", smuggled
    )
    page.wait_for_timeout(300)
    assert page.evaluate("window.stolen") is None
    blocked = [fault for fault in desk.faults if "Content Security Policy" in fault]
    assert len(blocked) == 2
    desk.faults = [fault for fault in desk.faults if fault not in blocked and not fault.endswith("/x")]


def in_sight(page: Page) -> str:
    """Return what has the focus, and insist that one can see it."""
    found = page.evaluate(
        """() => { const e = document.activeElement; const s = getComputedStyle(e); const b = e.getBoundingClientRect();
        const ring = s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0;
        const near = e.matches('input') && e.closest('label') ? getComputedStyle(e.closest('label')).outlineStyle !== 'none' : false;
        return {words: (e.getAttribute('aria-label') || e.textContent || e.name || '').trim().slice(0, 40), tag: e.tagName, id: e.id,
          ring: ring || near || s.boxShadow !== 'none', seen: b.bottom > 0 && b.top < innerHeight && b.right > 0 && b.left < innerWidth}; }"""
    )
    assert found["tag"] != "BODY", "the focus is lost"
    assert found["ring"], f"no ring around {found}"
    assert found["seen"], f"out of sight: {found}"
    return f"{found['tag']} {found['id']} {found['words']}"


def test_the_desk_by_keyboard_alone(town: Town) -> None:
    world = town.world
    for text in ("楼道灯不亮", "井盖翘起来了", "垃圾没人清"):
        case = world.report(text, category="ENV-01", phone="")
        world.do("grid", "accept", case)
        world.do("grid", "escalate", case, reason="网格处理不了")
    page = town.desktop("village").go("/desk/")
    keys = page.keyboard
    keys.press("Tab")
    assert "跳到正文" in in_sight(page)
    keys.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    keys.press("/")
    expect(page.locator("#q")).to_be_focused()
    keys.press("Escape")
    picks_by_key(page)
    opens_by_key(page)
    moves_by_key(page)
    for _ in range(60):  # and everything on the page can be reached and seen
        keys.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        in_sight(page)


def picks_by_key(page: Page) -> None:
    """j and k walk along the rows, x picks."""
    keys = page.keyboard
    rows = page.locator("[data-rows] [data-row]")
    keys.press("j")
    expect(rows.nth(0).locator("a.cell-link")).to_be_focused()
    keys.press("j")
    expect(rows.nth(1).locator("a.cell-link")).to_be_focused()
    in_sight(page)
    keys.press("k")
    expect(rows.nth(0).locator("a.cell-link")).to_be_focused()
    keys.press("x")
    expect(page.locator("[data-pick-count]")).to_have_text("1")
    keys.press("x")
    expect(page.locator("[data-pick-bar]")).not_to_be_visible()
    keys.press("?")
    expect(page.locator("#keys")).to_be_visible()
    assert page.evaluate("document.getElementById('keys').contains(document.activeElement)")
    keys.press("Escape")
    expect(page.locator("#keys")).not_to_be_visible()


def opens_by_key(page: Page) -> None:
    """Enter opens the case beside the list and goes into it, Esc comes back to the row, j goes on."""
    keys = page.keyboard
    first = page.locator("[data-rows] [data-row]").nth(0)
    first.locator("a.cell-link").focus()
    keys.press("Enter")
    expect(page.locator("#detail .case-head")).to_be_visible()
    expect(page.locator("#detail")).to_be_focused()
    keys.press("Escape")
    expect(first.locator("a.cell-link")).to_be_focused()
    keys.press("Enter")
    expect(page.locator("#detail")).to_be_focused()


def moves_by_key(page: Page) -> None:
    """Tab to the first form of a move, fill it, send it; the focus stays with the case."""
    keys = page.keyboard
    for _ in range(15):
        keys.press("Tab")
        if "直接答复" in in_sight(page):
            break
    assert "直接答复" in in_sight(page)
    keys.press("Enter")
    expect(page.locator("#move form[method=post]")).to_be_visible()
    assert page.evaluate("document.getElementById('move').contains(document.activeElement)")
    keys.press("Escape")
    expect(page.locator("#move")).not_to_be_visible()
    assert "直接答复" in in_sight(page)
    keys.press("Enter")
    expect(page.locator("#move #f-words")).to_be_focused()
    keys.type("灯已报修")
    for _ in range(3):
        keys.press("Tab")
        if "直接答复" in in_sight(page):
            break
    keys.press("Enter")
    expect(page.locator("#detail .case-head .badge").first).to_have_text("已直接答复")
    expect(page.locator("#detail")).to_be_focused()
    in_sight(page)
