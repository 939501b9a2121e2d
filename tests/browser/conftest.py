"""The browser for these tests: Debian's Chromium and its driver, installed where that is possible."""

import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from tests.browser.driver import Browser, browser, missing

_INSTALL = "apt-get update && apt-get install --yes chromium chromium-driver"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser; installs it if this is root on Debian, else fails with the line to type."""
    if missing() and os.geteuid() == 0 and shutil.which("apt-get"):
        settings = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["sh", "-c", _INSTALL], check=False, capture_output=True, timeout=280, env=settings)
    assert not missing(), f"the browser tests need {' and '.join(missing())}: sudo sh -c '{_INSTALL}'"
    with browser() as session:
        yield session
