"""The back-office of a site, used by somebody without scripts: cookies are kept, and forms carry their token."""

import re

from koppel.actions.people import add_user
from koppel_admin.app import create_app
from koppel_admin.desk import EXTENSION

OWNER, PASSWORD = "eigenaar@example.nl", "een-goed-wachtwoord"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Desk:
    """The owner of this installation, logged in."""

    def __init__(self, site):
        add_user(site, OWNER, "owner", PASSWORD)
        self.app = create_app(site, testing=True)
        self.client = self.app.test_client()
        assert self.post("/login", {"email": OWNER, "password": PASSWORD}, at="/login").status_code == 302

    def text(self, url):
        """A page that must be there."""
        answer = self.client.get(url)
        assert answer.status_code == 200, (url, answer.status_code, answer.text[:2000])
        return answer.text

    def post(self, url, data, at="/admin/", **more):
        """Send a form with the token of a page."""
        token = TOKEN.search(self.client.get(at).text)[1]
        return self.client.post(url, data={**data, "csrf_token": token}, **more)

    def close(self):
        """Let runs end."""
        self.app.extensions[EXTENSION].starter.stop()
