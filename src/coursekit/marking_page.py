"""The marking page: a small server on this machine only, and one page in the browser.

Nothing is asked of the network. The address holds a secret word; without it, or from another site's page, nothing is
answered. Answers are shown as text, never as HTML.
"""

from __future__ import annotations

import json
import secrets
import threading
import urllib.parse
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from coursekit.errors import CourseKitError
from coursekit.marking import Marking

PAGE = Path(__file__).with_name("marking.html")
BODY_MAX = 100_000  # bytes
HOST = "127.0.0.1"


class MarkingServer(ThreadingHTTPServer):
    """Serves one marker's desk. One request at a time touches the gradebook."""

    daemon_threads = True

    def __init__(self, marking: Marking, port: int = 0) -> None:
        super().__init__((HOST, port), _Handler)
        self.marking = marking
        self.token = secrets.token_urlsafe(24)
        self.turn = threading.Lock()

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.server_address[1]}/?token={self.token}"


class _Handler(BaseHTTPRequestHandler):
    server: MarkingServer
    timeout = 30  # seconds; a browser's spare connection goes away by itself

    def do_GET(self) -> None:
        parts = urllib.parse.urlsplit(self.path)
        given = dict(urllib.parse.parse_qsl(parts.query))
        if not self._is_allowed(given.get("token", "") if parts.path == "/" else self.headers.get("X-Token", "")):
            return
        if parts.path == "/":
            self._send_page()
        elif parts.path == "/state":
            self._answer(self.server.marking.state)
        elif parts.path == "/name":
            self._answer(lambda: {"name": self.server.marking.name_of(given.get("answer", ""))})
        else:
            self._send_json(HTTPStatus.NOT_FOUND, {"error": "There is no such page."})

    def do_POST(self) -> None:
        if not self._is_allowed(self.headers.get("X-Token", "")):
            return
        try:
            length = int(self.headers.get("Content-Length", "0"))
            told = json.loads(self.rfile.read(length)) if 0 < length <= BODY_MAX else None
        except ValueError:
            told = None
        if not isinstance(told, dict):
            self._send_json(HTTPStatus.BAD_REQUEST, {"error": "The page sent nothing that can be read. Load it again."})
        elif self.path == "/save":
            self._answer(
                lambda: {
                    "score": self.server.marking.save(str(told["answer"]), list(told["levels"]), str(told["comment"]))
                }
            )
        elif self.path == "/keep":
            self._answer(
                lambda: {"comments": self.server.marking.keep_comment(str(told["question"]), str(told["comment"]))}
            )
        else:
            self._send_json(HTTPStatus.NOT_FOUND, {"error": "There is no such page."})

    def _is_allowed(self, token: str) -> bool:
        """Only this page, opened from the printed address, and only by this machine's name."""
        host = (self.headers.get("Host") or "").rsplit(":", 1)[0]
        if host in (HOST, "localhost") and secrets.compare_digest(token.encode(), self.server.token.encode()):
            return True
        self._send_json(HTTPStatus.FORBIDDEN, {"error": "Open the page by the address that 'course mark' printed."})
        return False

    def _answer(self, what: Any) -> None:
        try:
            with self.server.turn:
                found = what()
        except CourseKitError as error:
            self._send_json(HTTPStatus.CONFLICT, {"error": str(error)})
        except (KeyError, TypeError, ValueError) as error:
            self._send_json(
                HTTPStatus.BAD_REQUEST, {"error": f"The page sent something unexpected ({error}). Load it again."}
            )
        except OSError as error:
            said = f"Not saved: the system refused ({error.strerror}: {error.filename}). Make room, then choose again."
            self._send_json(HTTPStatus.INSUFFICIENT_STORAGE, {"error": said})
        else:
            self._send_json(HTTPStatus.OK, found)

    def _send_page(self) -> None:
        nonce = secrets.token_urlsafe(16)
        text = PAGE.read_text(encoding="utf-8").replace("{{nonce}}", nonce).replace("{{token}}", self.server.token)
        policy = f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        self._send(HTTPStatus.OK, "text/html; charset=utf-8", text.encode(), {"Content-Security-Policy": policy})

    def _send_json(self, status: HTTPStatus, content: Any) -> None:
        self._send(status, "application/json", json.dumps(content, ensure_ascii=False).encode(), {})

    def _send(self, status: HTTPStatus, kind: str, body: bytes, more: dict[str, str]) -> None:
        self.send_response(status)
        plain = {"Content-Type": kind, "Content-Length": str(len(body)), "Cache-Control": "no-store",
                 "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}  # fmt: skip
        for name, value in {**plain, **more}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """The terminal is for people."""
