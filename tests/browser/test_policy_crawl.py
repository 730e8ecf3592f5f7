"""The page policy in a real browser: everybody walks through the house, and nothing is to report."""

import re

import pytest

from tests.browser import crawl
from tests.browser.conftest import complaints
from tests.browser.left_out import JOURNEYS, LEFT
from zhijia.appeals.forms.actions import ACTIONS

# Who walks: nobody, a worker, a dispatcher, a chair who keeps the roll, a treasurer; the proof of promise
# 21 lets more of them walk.
WALKERS = ["", "职工", "派舟", "管仲文", "钱算清"]
STEPS = [f"appeals:{step}" for step in ACTIONS]
LEFT_OUT = dict.fromkeys(STEPS, "opens its form on the page of the matter, which is visited") | LEFT
"""Address → why nobody who walks opens it. What takes forms only is found out by asking."""


def test_no_page_of_the_house_breaks_the_policy_and_none_is_left_out(visit, server) -> None:
    """One test for all who walk: only together do they see whether a page is missing."""
    before, visited = crawl.reports(server.data), set[str]()
    visit.allow(r"responded with a status of 4\d\d")
    for who in WALKERS:
        page = visit.blank(who=who)
        faults: list[str] = []
        crawl.watch(page, faults)
        found = crawl.Walk(page, server.address, of_each=1, axe=complaints).go()
        assert found.faults + faults + found.axe == [], who
        assert len(found.views) >= 40, (who, found)
        visited |= found.views
    assert crawl.reports(server.data) == before
    left = [
        route for route in crawl.routes() if route.name not in visited | LEFT_OUT.keys() | JOURNEYS.keys()
    ]
    unseen = [route.name for route in left if not takes_forms_only(page, server, route)]
    assert unseen == [], " ".join(unseen)
    assert sorted(visited & LEFT_OUT.keys()) == [], "listed as left out, and visited"


def takes_forms_only(page, server, route: crawl.Route) -> bool:
    """Ask as the officer who walked last: what refuses to be opened (405) has no page to look at."""
    if route.name.startswith("api:"):
        return True  # answers programs; the same policy is on every answer (core/tests/test_policy_reports)
    address = server.address + crawl.some_address(route)
    return page.request.get(address, max_redirects=0).status == 405


def spoil(page, old: str, new: str) -> None:
    """Change the mark-up of every page on its way into the browser; the headers stay."""

    def answer(route) -> None:
        response = route.fetch()
        body = response.text()
        assert old in body
        route.fulfill(response=response, body=body.replace(old, new, 1))

    page.route(re.compile(r"/menu/$"), answer)


BREACHES = {
    "a script in the page": ("</main>", "<script>document.title='broken'</script></main>", "script-src"),
    "a handler in the page": (
        "</main>",
        "<img src=/none.png onerror=\"document.title='broken'\"></main>",
        "script-src",
    ),
    "a style in the page": ("</main>", '<p style="color:red">x</p></main>', "style-src"),
    "a picture in the address": (
        "</main>",
        '<img alt="" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">',
        "img-src",
    ),
    "a frame": ("</main>", '<iframe src="/"></iframe></main>', "default-src|frame-src"),
    "another base": ("<head>", '<head><base href="https://evil.example/">', "base-uri"),
}


@pytest.mark.parametrize("breach", BREACHES)
def test_a_page_that_breaks_the_policy_is_stopped_noticed_and_reported(breach, visit, server) -> None:
    """The control: the same eyes see each breach, and the house counts a report."""
    old, new, directive = BREACHES[breach]
    visit.allow(".*")
    page = visit.blank()
    spoil(page, old, new)
    before = crawl.reports(server.data)
    faults: list[str] = []
    crawl.watch(page, faults)
    with page.expect_response(re.compile("/browser-reports/")) as told:
        page.goto("/menu/")
    assert told.value.status == 204
    assert re.search(directive, "\n".join(faults)), faults
    assert page.title() != "broken"
    assert crawl.reports(server.data) > before


SCRIPT = "const s = document.createElement('script');"
SINKS = {
    "eval": "eval('window.ran = 1')",
    "a function from text": "new Function('window.ran = 1')()",
    "a script element from text": f"{SCRIPT} s.text = 'window.ran = 1'; document.body.append(s);",
    "a script of another place": f"{SCRIPT} s.src = '/static/other.js'; document.body.append(s);",
    "a worker of another place": "await navigator.serviceWorker.register('/static/other.js')",
}


@pytest.mark.parametrize("sink", SINKS)
def test_text_does_not_become_a_program(sink, visit) -> None:
    """Tried by a script of the page itself: what the driver runs stands above the policy."""
    visit.allow(".*")
    page = visit("/menu/")
    tried = f"try {{ {SINKS[sink]}; window.tried = 'done' }} catch {{ window.tried = 'stopped' }}"
    page.route(
        re.compile("/static/try.js"), lambda route: route.fulfill(content_type="text/javascript", body=tried)
    )
    page.evaluate("import('/static/try.js')")
    page.wait_for_function("window.tried")
    assert page.evaluate("window.tried") == "stopped"
    assert page.evaluate("window.ran") is None


def test_mark_up_from_text_comes_in_without_anything_that_runs(visit) -> None:
    visit.allow(".*")
    page = visit("/menu/")
    page.wait_for_function("window.trustedTypes.defaultPolicy !== null")
    left = page.evaluate(
        """() => {
          const box = document.createElement("div");
          box.innerHTML = '<p id="kept" class="card" data-x="1">text<svg><use href="#i"></use></svg></p>'
            + '<script>window.ran = 1<\\/script><img src="/none.png" onerror="window.ran = 2">'
            + '<a href="java\\tscript:window.ran=3">x</a>'
            + '<iframe srcdoc="<script>parent.ran=4<\\/script>"></iframe>'
            + '<template><b onclick="window.ran=5">in</b><script>6<\\/script></template>'
            + '<form action="javascript:1"><button formaction="javascript:2" style="color:red">b</button>'
            + '</form>';
          document.body.append(box);
          return box.innerHTML;
        }"""
    )
    page.wait_for_timeout(200)
    assert page.evaluate("window.ran") is None
    assert '<p id="kept" class="card" data-x="1">text<svg><use href="#i"></use></svg></p>' in left
    assert "<template><b>in</b></template>" in left
    assert not re.search(r"script|onerror|onclick|iframe|style|formaction", left), left


def test_the_part_of_a_page_that_comes_later_still_comes(visit) -> None:
    """Suggestions while one writes: fragments pass the policy."""
    page = visit("/appeals/new/")
    page.locator("textarea").first.fill("老板拖欠工资三个月了，一直不发")
    page.locator("#suggestions input[name=category_hint]").first.wait_for()
    assert page.locator("#suggestions mark, #suggestions legend").count() > 0


def test_forms_work_with_the_referrer_policy_of_the_house_and_not_with_none(visit) -> None:
    """Why the header says same-origin: with no-referrer the browser hides where a form comes from."""
    visit.allow("403")
    # Without the service worker: once it has come, pages pass by the altered header of this test.
    page = visit("/accounts/login/", size="desktop", service_workers="block")

    def origin_of_a_sent_form() -> tuple[str | None, int]:
        """Return once the page that answers stands, so that its loading crosses no later visit."""
        with page.expect_event("load"), page.expect_response(re.compile("/reading/")) as told:
            page.locator("form[action*='reading'] button").first.evaluate("button => button.click()")
        return told.value.request.all_headers().get("origin"), told.value.status

    assert origin_of_a_sent_form() == (visit.server.address, 302)

    def hide(route) -> None:
        response = route.fetch()
        route.fulfill(response=response, headers={**response.headers, "referrer-policy": "no-referrer"})

    page.route(re.compile("/accounts/login/$"), hide)
    page.goto("/accounts/login/")
    assert origin_of_a_sent_form() == ("null", 403)
