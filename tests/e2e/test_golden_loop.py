"""The golden loop in a real Chromium: said, taken, sent up, dispatched, done, looked at, said "partly", done again, closed.

After each step the resident's own page is read: it must tell the same story in plain words.
"""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from jinlin.cases.models import Case, CaseEvent, FollowUp, Verification
from jinlin.orgs.queries import unit_name
from tests.e2e.town import Person, Town, comes_true, picture

SAID = "3 号楼下的垃圾两天没人清，味道很大"
DONE = "垃圾已经清走，地面也冲洗了"
DONE_AGAIN = "剩下的两袋也清走了，往后每天来一趟"
STILL = "还剩两袋没拉走"
CHECKER, YOU = "没有经手的核查人", "您：等您回答"
WORD = {
    "taken": "已接单，正在安排由谁来办",
    "sent": "已派给承办单位，等他们签收",
    "signed": "承办单位已签收，会先和您联系",
    "doing": "正在办理",
    "checking": "承办单位说办好了，正由其他人核查",
    "asking": "核查通过，请您说说办得怎么样",
    "again": "还没办好，退回重新办理",
    "closed": "已办结",
}


class Reporter:
    """The resident with the phone, who looks again after each step."""

    def __init__(self, person: Person, code: str) -> None:
        self.person, self.code = person, code

    @property
    def page(self) -> Page:
        return self.person.page

    def reads(self, state: str, *, who: str, step: str, newest: str, words: str = "") -> None:
        """Read the parcel page: the state in plain words, who has it, the step of the strip, what happened last."""
        page = self.person.go(f"/t/{self.code}")
        expect(page.locator("main .badge").first).to_have_text(state)
        expect(page.locator(".stages [aria-current=step]")).to_contain_text(step)
        expect(page.locator("dl.facts dd").first).to_have_text(who)
        last = page.locator(".timeline li").first
        expect(last.locator(".timeline-title")).to_have_text(newest)
        expect(last).to_contain_text(words)


def test_golden_loop(town: Town) -> None:
    town.give_passwords("grid", "county")
    reporter = says_it(town)
    code = reporter.code.replace("-", "")
    grid = takes_it(town, reporter, code)
    sends_up(town, grid, reporter, code)
    dept = dispatched_and_signed(town, reporter, code)
    done_and_checked(dept, grid, reporter, code)
    partly(dept, grid, reporter, code)
    solved(town, reporter, code)


def says_it(town: Town) -> Reporter:
    """The resident writes a sentence, takes a photo, lets the phone give the place, and gets a code."""
    person = town.phone()
    page = person.go("/")
    page.fill("#f-text", SAID)
    page.get_by_text("用我现在的位置").click()
    expect(page.locator("[data-place-lon]")).to_have_value(re.compile(r"^114\.645"))
    page.locator("label:has(input[name=category][value=ENV-01])").first.click()
    page.set_input_files("#f-photos", [picture()])
    expect(page.locator(".photo canvas")).to_have_count(1)
    page.fill("#f-phone", "13800138000")
    page.get_by_role("button", name="提交", exact=True).last.click()
    page.wait_for_url("**/done/*")
    code = page.locator(".track-code").inner_text().strip()
    expect(page.locator("main")).to_contain_text("您手机号的后四位")
    reporter = Reporter(person, code)
    reporter.reads("已收到，等网格员接单", who="网格员", step="已提交", newest="已收到您反映的事")
    expect(page.locator("main")).to_contain_text(SAID)
    shows_picture(page)
    return reporter


def shows_picture(page: Page) -> None:
    """See that a photo of the timeline really arrives."""
    image = page.locator(".photo-grid img").first
    image.scroll_into_view_if_needed()
    comes_true(page, "image => image.complete && image.naturalWidth > 0", image.element_handle())


def takes_it(town: Town, reporter: Reporter, code: str) -> Person:
    """The grid worker logs in on a phone, finds it in the list and accepts with one tap."""
    grid = town.phone()
    page = grid.log_in("grid", "/field/")
    line = page.locator(f"#todo [data-case='{code}']")
    expect(line).to_contain_text("3 号楼下的垃圾")
    line.get_by_role("button", name=re.compile("^接单")).click()
    page.wait_for_url(f"**/field/case/{code}")
    expect(page.locator("main")).to_contain_text(SAID)
    shows_picture(page)
    reporter.reads(WORD["taken"], who="网格员", step="已接单", newest="已接单")
    return grid


def sends_up(town: Town, grid: Person, reporter: Reporter, code: str) -> None:
    """Too much for a grid: up to the community, the street and the county, each with a reason."""
    page = grid.page
    page.get_by_role("link", name="上报").click()
    page.fill("#f-escalate-reason", "量太大，要环卫车来")
    page.locator("#m-escalate").get_by_role("button", name="上报").click()
    page.wait_for_url("**/field/")
    expect(page.locator(f"#elsewhere [data-case='{code}']")).to_have_count(1)
    reporter.reads(WORD["taken"], who="柳岸社区居民委员会", step="已接单", newest="已报到上一级处理")
    for username, above in (("village", "柳河街道"), ("town", "川汇区")):
        desk = opened(town, username, code)
        asks(desk, "上报")
        desk.fill("#move #f-reason", "本级没有环卫车")
        desk.locator("#move").get_by_role("button", name="上报").click()
        expect(desk.locator("#move")).not_to_be_visible()
        town.until(lambda name=above: name in holder(code), f"held by {above}")
        town.people[-1].context.close()
        town.people.pop()
    reporter.reads(WORD["taken"], who=holder(code), step="已接单", newest="已报到上一级处理")
    assert (
        "本级没有环卫车" not in reporter.page.locator("main").inner_text()
    )  # an office's reason stays inside


def holder(code: str) -> str:
    """Name the unit that has the case now."""
    return unit_name(Case.unscoped.get(tracking=code).holder_unit)


def opened(town: Town, username: str, code: str) -> Page:
    """Find the case in the desk's list and open it beside the list."""
    page = town.desktop(username).go("/desk/")
    row = page.locator(f"#row-{code}")
    row.locator("a.cell-link").click()
    expect(page.locator("#detail .case-head h2")).to_contain_text("3 号楼下的垃圾")
    return page


def asks(page: Page, label: str) -> None:
    """Open the dialog of a move."""
    page.locator(".case-acts").get_by_role("link", name=label, exact=True).click()
    expect(page.locator("#move form[method=post]")).to_be_visible()


def dispatched_and_signed(town: Town, reporter: Reporter, code: str) -> Page:
    """The county sees whom the catalogue proposes and why, confirms; the department signs, calls, writes it down."""
    clerk = town.desktop()
    page = clerk.log_in("county", "/desk/")
    page.locator(f"#row-{code} a.cell-link").click()
    proposal = page.locator("#detail .proposal")
    expect(proposal).to_contain_text("为什么派到这里")
    lead = proposal.locator(".lead").inner_text().split()[0]
    proposal.get_by_role("button", name="确认派单").click()
    expect(page.locator("#detail .case-head .badge").first).to_have_text("已派单")
    assert holder(code) == lead
    reporter.reads(WORD["sent"], who=lead, step="已派单", newest="已派给承办单位", words=lead)

    dept = opened(town, "dept", code)
    dept.locator(".case-acts").get_by_role("button", name="签收").click()
    expect(dept.locator("#detail .case-head .badge").first).to_have_text("已签收")
    reporter.reads(WORD["signed"], who=lead, step="已派单", newest="承办单位已签收")
    calls(dept)
    asks(dept, "已联系居民")
    dept.fill("#move #f-words", "下午三点派车来清")
    dept.locator("#move").get_by_role("button", name="已联系居民").click()
    expect(dept.locator("#detail .case-head .badge").first).to_have_text("办理中")
    reporter.reads(
        WORD["doing"], who=lead, step="办理中", newest="承办单位已和您联系", words="下午三点派车来清"
    )
    seen = reporter.person.go(f"/t/{reporter.code}/seen")
    expect(seen.locator(".rows li").first).to_contain_text(lead)
    expect(seen.locator(".rows li").first).to_contain_text("为了：联系核实情况")
    return dept


def calls(page: Page) -> None:
    """Open the telephone number once, for a purpose the resident can read."""
    page.get_by_role("link", name="看联系方式").click()
    dialog = page.locator("#move")
    dialog.get_by_text("联系核实情况").click()
    dialog.get_by_role("button", name="显示一次").click()
    expect(dialog).to_contain_text("13800138000")
    dialog.get_by_role("button", name="关闭").click()
    expect(dialog).not_to_be_visible()


def reports_done(page: Page, claim: str, words: str, photo: bool = False) -> None:
    """The department says it is done, with words for the resident."""
    asks(page, "报告办结")
    page.fill("#move #f-words", words)
    page.locator("#move label.choice", has_text=re.compile(f"^{claim}$")).click()
    if photo:
        page.set_input_files("#move input[name=photos]", [picture("after.jpg", (180, 180, 170))])
        expect(page.locator("#move .photo canvas")).to_have_count(1)
    page.locator("#move").get_by_role("button", name="报告办结").click()
    expect(page.locator("#detail .case-head .badge").first).to_have_text("待核查")


def verifies(grid: Person, code: str, words: str) -> None:
    """The grid worker goes there and looks."""
    page = grid.go("/field/")
    page.locator(f"#check [data-case='{code}'] .list-row-act a").click()
    page.wait_for_url(f"**/field/case/{code}*")
    form = page.locator("#m-verify")
    form.locator("label:has([name=on_spot])").click()
    page.fill("#f-verify-words", words)
    form.locator("button[name=passed][value=yes]").click()
    page.wait_for_url("**/field/")
    expect(page.locator(f"#check [data-case='{code}']")).to_have_count(0)


def done_and_checked(dept: Page, grid: Person, reporter: Reporter, code: str) -> None:
    """Done, says the department; the grid worker goes to see."""
    reports_done(dept, "已解决", DONE, photo=True)
    reporter.reads(WORD["checking"], who=CHECKER, step="核查", newest="承办单位说办好了", words=DONE)
    shows_picture(reporter.page)
    verifies(grid, code, "到现场看了，桶边清干净了")
    reporter.reads(WORD["asking"], who=YOU, step="回访", newest="已由其他人核查", words="桶边清干净了")


def follows_up(reporter: Reporter, solved: str, satisfied: str, words: str = "") -> None:
    """The resident answers the two questions."""
    page = reporter.page
    page.get_by_role("link", name="去回答").click()
    page.locator("#f-solved label.choice", has_text=re.compile(f"^{solved}$")).click()
    page.locator("#f-satisfied label.choice", has_text=re.compile(f"^{satisfied}$")).click()
    page.fill("#f-words", words)
    page.get_by_role("button", name="提交回答").click()
    page.wait_for_url(f"**/t/{reporter.code}")


def partly(dept: Page, grid: Person, reporter: Reporter, code: str) -> None:
    """ "Partly", says the resident: back to the department, done again, looked at again."""
    lead = holder(code)
    follows_up(reporter, "解决了一部分", "不满意", STILL)
    reporter.reads(WORD["again"], who=lead, step="办理中", newest="已回访", words=STILL)
    dept.goto("/desk/")
    dept.locator(f"#row-{code} a.cell-link").click()
    expect(dept.locator("#detail .timeline")).to_contain_text(STILL)
    reports_done(dept, "已解决", DONE_AGAIN)
    reporter.reads(WORD["checking"], who=CHECKER, step="核查", newest="承办单位说办好了", words=DONE_AGAIN)
    verifies(grid, code, "全清了")
    reporter.reads(WORD["asking"], who=YOU, step="回访", newest="已由其他人核查", words="全清了")


def solved(town: Town, reporter: Reporter, code: str) -> None:
    """ "Solved", says the resident, and that ends it; the whole story stays, in order."""
    follows_up(reporter, "解决了", "满意")
    page = reporter.page
    expect(page.locator("main .badge").first).to_have_text(WORD["closed"])
    expect(page.locator("main")).to_contain_text("结果：已解决")
    expect(page.get_by_role("link", name="没办好，重新打开")).to_be_visible()
    titles = page.locator(".timeline-title").all_inner_texts()
    assert titles[::-1] == [
        "已收到您反映的事",
        "已接单",
        *["已报到上一级处理"] * 3,
        "已派给承办单位",
        "承办单位已签收",
        "承办单位已和您联系",
        *["承办单位说办好了", "已由其他人核查", "已回访"] * 2,
    ]
    case = Case.unscoped.get(tracking=code)
    assert (case.state, case.end_kind, case.rework_count) == ("closed", "solved", 1)
    assert CaseEvent.objects.filter(case=case).count() == len(titles)
    assert Verification.objects.filter(case=case).count() == FollowUp.objects.filter(case=case).count() == 2
    someone_else(town, reporter)


def someone_else(town: Town, reporter: Reporter) -> None:
    """With the code and four digits another phone sees it too; with the code alone it does not."""
    other = town.phone()
    other.refusals = (422,)
    page = other.go(f"/t/{reporter.code}")
    assert page.url.endswith(f"/track?code={reporter.code}")
    assert SAID not in page.content()
    page.fill("#f-digits", "1234")
    page.get_by_role("button", name="查", exact=True).click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.fill("#f-digits", "8000")
    page.get_by_role("button", name="查", exact=True).click()
    page.wait_for_url(f"**/t/{reporter.code}")
    expect(page.locator("main")).to_contain_text("结果：已解决")
