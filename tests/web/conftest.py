"""The web edition, made once by the command as on a fresh machine, and served to a real Chromium."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from lab import CHROMIUM

ROOT = Path(__file__).resolve().parents[2]
SECONDS_TO_BUILD = 600


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents and {"site", "address"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group("site"))
            if "address" in item.fixturenames:
                item.add_marker(pytest.mark.browser)
                if CHROMIUM is None:
                    item.add_marker(pytest.mark.skip(reason="no Chromium here: apt-get install chromium"))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that 'course site' wrote, started with an empty HOME."""
    folder = tmp_path_factory.mktemp("web")
    (folder / "home").mkdir()
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "XDG_", "IPYTHON", "MPL"))}
    command = [str(Path(sys.executable).with_name("course")), "site", "--out", str(folder / "site")]
    done = subprocess.run(
        command, cwd=ROOT, env={**environment, "HOME": str(folder / "home")}, capture_output=True, text=True,
        timeout=SECONDS_TO_BUILD,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "Open " in done.stdout
    return folder / "site"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Where the site is served for this test run."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
