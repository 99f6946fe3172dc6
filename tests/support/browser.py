"""A back-office that is really served, and what a page in a real browser may not do."""

import threading

from koppel.actions.people import add_user
from koppel.store.models import User
from koppel.testing.serving import end
from koppel_admin.app import create_app
from koppel_admin.desk import EXTENSION
from waitress import create_server

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]
OWNER, PASSWORD = "eigenaar@example.nl", "een-goed-wachtwoord"
VIEWER = "kijker@example.nl"
HEIGHTS = {360: 740, 1400: 900}

WIDER = """() => {
  const told = [], page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) told.push(`the page: ${page.scrollWidth} > ${page.clientWidth}`);
  for (const one of document.querySelectorAll("body *")) {
    if (one.closest("svg, .k-hidden, .k-skip") || getComputedStyle(one.closest("thead") || one).clipPath !== "none" || ["INPUT", "SELECT", "TEXTAREA", "OPTION", "SCRIPT"].includes(one.tagName)) continue;
    const style = getComputedStyle(one);
    if (["inline", "none", "contents"].includes(style.display) || ["auto", "scroll"].includes(style.overflowX)) continue;
    if (one.clientWidth && one.scrollWidth > one.clientWidth + 1)
      told.push(`${one.tagName}.${one.className} ${one.scrollWidth} > ${one.clientWidth}: ${one.textContent.trim().slice(0, 40)}`);
  }
  return told;
}"""
"""What is wider than its place: the document, or any element that does not scroll by design."""

CLASHES = """() => {
  const told = [], boxes = [];
  for (const one of document.querySelectorAll("main :is(a, button, input, select, textarea, .k-pill, h1, h2, h3)")) {
    if (one.closest("svg, .k-hidden, [hidden]") || getComputedStyle(one.closest("thead") || one).clipPath !== "none" || one.type === "hidden" || !one.checkVisibility()) continue;
    for (const box of one.getClientRects()) boxes.push([one, box]);
  }
  for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
    const [a, p] = boxes[i], [b, q] = boxes[j];
    if (a === b || a.contains(b) || b.contains(a)) continue;
    const wide = Math.min(p.right, q.right) - Math.max(p.left, q.left), tall = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
    if (wide > 2 && tall > 6) told.push(`${a.tagName} ${a.textContent.trim().slice(0, 30)} over ${b.tagName} ${b.textContent.trim().slice(0, 30)}`);
  }
  return told.slice(0, 5);
}"""
"""What lies over something else that one reads or presses."""


class Served:
    """The back-office of a site on a port of its own, with an owner."""

    def __init__(self, site):
        self.site = site
        add_user(site, OWNER, "owner", PASSWORD)
        self.app = create_app(site, testing=True)
        self.app.config["PROPAGATE_EXCEPTIONS"] = False
        self.server = create_server(self.app, host="127.0.0.1", port=0, threads=4)
        self.url = f"http://127.0.0.1:{self.server.effective_port}"
        threading.Thread(target=self.server.run, daemon=True, name="back-office").start()

    def cookie(self, email):
        """A session of this person, for a browser that need not log in by hand."""
        with self.site.db.read() as session:
            key = session.query(User).filter_by(email=email).one().session_key
        client = self.app.test_client()
        with client.session_transaction(base_url=self.url) as kept:
            kept.update(_user_id=key, _fresh=True)
        return {"name": "koppel", "value": client.get_cookie("koppel", domain="127.0.0.1").value, "url": self.url}

    def stop(self):
        """Let runs end, and stop listening."""
        self.app.extensions[EXTENSION].starter.stop()
        end(self.server)


class Window:
    """One browser window on a served back-office. `said` is what its console got: errors, warnings, refusals."""

    def __init__(self, browser, served, width=1400, theme="light", email=OWNER):
        self.served, self.said = served, []
        self.context = browser.new_context(
            viewport={"width": width, "height": HEIGHTS[width]}, color_scheme=theme, reduced_motion="reduce", base_url=served.url
        )
        if email:
            self.context.add_cookies([served.cookie(email)])
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))

    def _hear(self, message):
        """Keep what our own pages say; a hint that only shows at the level "verbose" is none."""
        if message.type not in ("debug", "verbose") and message.location["url"].startswith(self.served.url):
            self.said.append(message.text)

    def open(self, url):
        """Go there; gives the page."""
        self.page.goto(url)
        return self.page

    def size(self, width):
        """Make it as wide as a desk or a phone."""
        self.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})

    def press(self, name, role="button"):
        """Press the button or link of this name in the page, and wait for what follows."""
        self.follow(self.page.get_by_role("main").get_by_role(role, name=name, exact=True).first)

    def follow(self, element, clicks=1):
        """Press this element, and wait for the page it leads to."""
        with self.page.expect_navigation():
            element.click(click_count=clicks)

    @property
    def text(self):
        """What a person reads in the page."""
        return self.page.get_by_role("main").inner_text()

    def close(self):
        """Close the window."""
        self.context.close()
