"""A phone's browser for tests: opens links from the chat, keeps cookies as a browser does, taps what a page shows."""

import re
from html import unescape

from aiohttp.test_utils import TestClient

from tests.ward import Phone

BORN = {"day": "23", "month": "5", "year": "1968"}
LINK = re.compile(r"https?://[\w.:]+(/page/[\w-]+)")


def address_in(phone: Phone) -> str:
    """Where the newest link in the chat leads."""
    for message in phone.person.chat.newest_first():
        for row in message.buttons:
            for button in row:
                if LINK.fullmatch(button.get("url", "")):
                    return button["url"]
    raise LookupError(f"no link in the chat:\n{phone.transcript}")


def link_in(phone: Phone) -> str:
    """The path of it."""
    return LINK.fullmatch(address_in(phone))[1]


class Browser:
    """One browser with one page open. `text` is what the page says, `buttons` what it offers: its label, and what it sends."""

    def __init__(self, client: TestClient) -> None:
        self._client = client
        self.cookies: dict[str, str] = {}
        self.path, self.status, self.html, self.headers = "", 0, "", {}

    async def get(self, path: str = "") -> "Browser":
        return await self._ask("GET", path or self.path)

    async def post(self, path: str, **fields: str) -> "Browser":
        return await self._ask("POST", path, fields)

    async def opens(self, path: str, **born: str) -> "Browser":
        self.path = path
        await self.get()
        return await self.post(path, **BORN | born)

    async def taps(self, label: str) -> "Browser":
        if label not in self.buttons:
            raise LookupError(f"no button [{label}] on the page: {self.text} {list(self.buttons)}")
        return await self.sends(tap=self.buttons[label])

    async def types(self, words: str, follow: bool = True) -> "Browser":
        assert 'name="words"' in self.html
        return await self.sends(follow, words=words)

    async def sends(self, follow: bool = True, **fields: str) -> "Browser":
        return await self._ask("POST", f"{self.path}/answer", self.hidden | fields, follow)

    @property
    def hidden(self) -> dict[str, str]:
        """What every form of the page carries with it."""
        return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', self.html))

    @property
    def buttons(self) -> dict[str, str]:
        return {unescape(label): unescape(data) for data, label in re.findall(
            r'<button name="tap" value="([^"]*)"[^>]*>([^<]*)</button>', self.html)}

    @property
    def text(self) -> str:
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.html)).split())

    async def _ask(self, method: str, path: str, fields: dict[str, str] | None = None, follow: bool = True) -> "Browser":
        cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        async with self._client.request(method, path, data=fields, headers=cookie, allow_redirects=False) as answer:
            for name, morsel in answer.cookies.items():
                self.cookies[name] = morsel.value
            self.status, self.headers = answer.status, answer.headers
            if answer.status != 303:
                self.html = await answer.text()
                for style in re.findall(r'href="(/page/[^"]+/seen-[0-9]+\.css)"', self.html):
                    async with self._client.get(style, headers=cookie) as fetched:
                        assert fetched.content_type == "text/css"
                return self
        return await self.get(self.headers["Location"]) if follow else self
