"""VIES as it answers over HTTP, on this machine."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

KNOWN = {"valid": True, "requestDate": "2026-11-26T09:00:00.000Z", "requestIdentifier": "WAPIAAAAYvM5FEa7",
         "name": "Bloemen & Zonen NV", "address": "Kerkstraat 1\n9000 Gent"}  # fmt: skip
UNKNOWN = {**KNOWN, "valid": False, "name": "---", "address": "---"}


def fault(word):
    """What VIES answers where it cannot tell."""
    return {"actionSucceed": False, "errorWrappers": [{"error": word}]}


class Register:
    """`says` is the body of its next answers, except for numbers in `unknown`; `asked` what it was asked."""

    def __init__(self, unknown=()):
        self.says, self.status, self.asked, self.unknown = KNOWN, 200, [], set(unknown)
        register = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                register.asked.append((self.path, asked))
                number = f"{asked.get('countryCode')}{asked.get('vatNumber')}"
                body = json.dumps(UNKNOWN if number in register.unknown else register.says).encode()
                self.send_response(register.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                """Silent."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/rest-api"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self):
        """Nobody answers any more."""
        self.server.shutdown()
        self.server.server_close()
