"""The product as an operator meets it: a real `pingji up` without a model, its simulated city, and a real browser."""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.web.product import Product, wait_until

ROOT = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")
DIST = ROOT / "serving" / "web" / "dist" / "index.html"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PREPARED = Path(os.environ.get("WEB_TEST_KNOWLEDGE", ROOT / "var" / "knowledge"))
START_S = 900.0  # a first start without `make knowledge` indexes the corpus on a busy machine


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    if not CHROMIUM.is_file():
        pytest.skip(f"没有 {CHROMIUM}：安装 Debian 的 chromium 后可运行网页测试")
    if not DIST.is_file():
        pytest.skip(f"没有 {DIST}：先运行 make web")
    port, city_port = _free_port(), _free_port()
    folder = tmp_path_factory.mktemp("product")
    if PREPARED.is_dir():
        shutil.copytree(PREPARED, folder / "var" / "knowledge")  # what `make knowledge` made: minutes saved
    env = {
        **os.environ,
        "PINGJI_DATA_DIR": str(folder / "var"),
        "PINGJI_SIMULATOR_PORT": str(city_port),
    }
    found = Product(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{city_port}")
    with (folder / "up.log").open("wb") as log:
        process = subprocess.Popen(
            [str(ROOT / "pingji"), "up", "--llm", "off", "--port", str(port)],
            env=env,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until("pingji up 就绪", lambda: _ready(found, process, folder / "up.log"), START_S)
            yield found
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _ready(product: Product, process: subprocess.Popen[bytes], log: Path) -> bool:
    if process.poll() is not None:
        pytest.fail(f"pingji up 已退出（{process.returncode}）：\n{log.read_text(encoding='utf-8')[-2000:]}")
    return product.get("/health")["knowledge"]["state"] == "ready"


@pytest.fixture(scope="module")  # its event loop runs until it ends: async tests after it need theirs
def browser(product: Product) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser, product: Product) -> Iterator[BrowserContext]:
    """A fresh browser profile. Anything asked of another host, and any error on the page, fails the test."""
    fresh = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    troubles: list[str] = []
    fresh.on(
        "request",
        lambda request: (
            None if request.url.startswith(product.url) else troubles.append(f"外站请求 {request.url}")
        ),
    )
    fresh.on("weberror", lambda error: troubles.append(f"页面错误 {error.error}"))
    fresh.on(
        "console",
        lambda message: (
            troubles.append(f"控制台 {message.text}")
            if message.type == "error" and "Failed to load resource" not in message.text
            else None
        ),
    )
    yield fresh
    fresh.close()
    assert troubles == []


@pytest.fixture
def page(context: BrowserContext, product: Product) -> Page:
    """The page with an operator who has given a name."""
    context.add_init_script(
        "if (location.host) localStorage.setItem('pingji:operator', JSON.stringify('李敏'))"
    )
    opened = context.new_page()
    opened.goto(product.url)
    return opened
