"""Single sign-on by OpenID Connect: authorization code with PKCE, state and nonce. Signatures are checked by PyJWT.

Between the two halves, what was asked lies in a sealed cookie of the browser that began: whoever has another gets nowhere.
"""

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import aiohttp
import jwt
from aiohttp import ClientSession, ClientTimeout, encode_basic_auth
from cryptography.fernet import InvalidToken

from care.heart.sealing import box
from care.heart.settings import Settings
from care.single_sign_on import Identity, LoggedOut

PURPOSE = "single sign-on"
WITHIN = 600  # seconds to sign in at the provider
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")  # never "none", or HMAC
LEEWAY = 60  # seconds between two clocks
OLDEST = 12 * 3600  # seconds since somebody has shown the provider that it is them; named, it must say when that was
LATEST = 1 << 33  # seconds since 1970: what comes after is no time
LARGEST = 256 * 1024
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"  # in a token by which the provider says that sessions are over
ANSWERS_WITHIN = ClientTimeout(total=10)


class Failed(Exception):
    """It did not work. The message is for the person; the cause, if there is one, for the log."""


@dataclass(frozen=True)
class Begun:
    """Where the browser goes, and what it carries until it comes back."""

    address: str
    sealed: str


@dataclass(frozen=True)
class Finished:
    who: Identity
    onward: str


def return_address(settings: Settings) -> str:
    return f"{settings.staff.public_url.rstrip('/')}/sign-in/sso/return"


async def begin(settings: Settings, onward: str, again: bool = False) -> Begun:
    """Ask the provider who this is; with `again` it asks them too, whatever it remembers. Raises Failed where it cannot be
    reached."""
    async with ClientSession(timeout=ANSWERS_WITHIN) as http:
        provider = await discovered(http, settings)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code", "client_id": settings.single_sign_on.client_id, "redirect_uri": return_address(settings),
        "scope": " ".join(settings.single_sign_on.scopes), "state": state, "nonce": nonce, "code_challenge": challenge,
        "code_challenge_method": "S256", **({"prompt": "login", "max_age": "0"} if again else {"max_age": str(OLDEST)}),
    }  # fmt: skip
    kept = json.dumps({"state": state, "nonce": nonce, "verifier": verifier, "onward": onward})
    sealed = box(settings, PURPOSE).encrypt(kept.encode()).decode()
    endpoint = str(provider["authorization_endpoint"])
    return Begun(f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(asked)}", sealed)


async def finish(settings: Settings, sealed: str, said: dict[str, str]) -> Finished:
    """Who has come back, by what stands in the address they came back to. Raises Failed."""
    sso = settings.single_sign_on
    try:
        kept = json.loads(box(settings, PURPOSE).decrypt(sealed.encode(), ttl=WITHIN))
    except (InvalidToken, UnicodeEncodeError):
        raise Failed("That took too long, or began in another browser. Begin again.") from None
    if not hmac.compare_digest(said.get("state", "").encode(errors="replace"), kept["state"].encode()):
        raise Failed("That began in another browser. Begin again.")
    if "error" in said or "code" not in said:
        raise Failed("The provider did not let you in. Begin again, or sign in with your password.")
    if said.get("iss", sso.issuer) != sso.issuer:  # RFC 9207: an answer of another provider
        raise Failed("Another provider has answered. Begin again.")
    async with ClientSession(timeout=ANSWERS_WITHIN) as http:
        provider = await discovered(http, settings)
        token = {
            "grant_type": "authorization_code", "code": said["code"], "redirect_uri": return_address(settings),
            "code_verifier": kept["verifier"],
        }  # fmt: skip
        by_post = "client_secret_basic" not in provider.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if by_post:
            token |= {"client_id": sso.client_id, "client_secret": sso.client_secret}
        basic = encode_basic_auth(quote(sso.client_id, safe=""), quote(sso.client_secret, safe=""))  # RFC 6749, 2.3.1
        headers = {} if by_post else {"Authorization": basic}
        given = await answered(http, "POST", str(provider["token_endpoint"]), data=token, headers=headers)
        claims = await verified(http, settings, provider, str(given.get("id_token", "")), kept["nonce"])
        if not {"email", sso.groups_claim} <= claims.keys() and "userinfo_endpoint" in provider and "access_token" in given:
            bearer = {"Authorization": f"Bearer {given['access_token']}"}
            more = await answered(http, "GET", str(provider["userinfo_endpoint"]), headers=bearer)
            if more.get("sub") != claims["sub"]:
                raise Failed("The provider says two things about who you are. Begin again.")
            claims = {**more, **claims}
    return Finished(as_identity(settings, claims), str(kept["onward"]))


async def verified(http: ClientSession, settings: Settings, provider: dict[str, Any], token: str, nonce: str) -> dict[str, Any]:
    """What the provider has signed for us, now, in answer to what was asked. Raises Failed."""
    claims = await signed(http, settings, provider, token, ("sub", "nonce"))
    if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise Failed("The provider answered something else than was asked. Begin again.")
    if claims.get("azp", settings.single_sign_on.client_id) != settings.single_sign_on.client_id:
        raise Failed("What the provider said is for another program. Begin again.")
    return claims


async def logged_out(settings: Settings, token: str) -> LoggedOut:
    """Which sessions the provider says are over (OpenID Connect Back-Channel Logout 1.0, 2.6). Raises Failed."""
    async with ClientSession(timeout=ANSWERS_WITHIN) as http:
        return await read_logout(http, settings, await discovered(http, settings), token)


async def read_logout(http: ClientSession, settings: Settings, provider: dict[str, Any], token: str) -> LoggedOut:
    claims = await signed(http, settings, provider, token, ("jti", "events"))
    said, subject, session = claims["events"], claims.get("sub"), claims.get("sid")
    if not isinstance(said, dict) or not isinstance(said.get(LOGOUT), dict):
        raise Failed("This is no logout token: it says of nothing that it is over.")
    if "nonce" in claims:
        raise Failed("This is no logout token: it answers to a sign-in.")
    if (subject is None and session is None) or not all(isinstance(one, str | None) for one in (subject, session)):
        raise Failed("This logout token does not say whose session is over.")
    expires_at = datetime.fromtimestamp(min(int(claims["exp"]), LATEST), UTC) + timedelta(seconds=2 * LEEWAY)
    return LoggedOut(settings.single_sign_on.issuer, subject, session, str(claims["jti"]), expires_at)


async def signed(
    http: ClientSession, settings: Settings, provider: dict[str, Any], token: str, needs: tuple[str, ...],
) -> dict[str, Any]:
    """The claims of a token that the provider has signed for us, and that is good now. Raises Failed."""
    sso = settings.single_sign_on
    keys = await answered(http, "GET", str(provider["jwks_uri"]))
    try:
        header = jwt.get_unverified_header(token)
        usable = [key for key in jwt.PyJWKSet.from_dict(keys).keys if key.public_key_use in (None, "sig")]
        named = [key for key in usable if key.key_id == header.get("kid")] if "kid" in header else usable
        if len(named) != 1:
            raise Failed("The provider signed with a key that it does not name. Begin again.")
        claims: dict[str, Any] = jwt.decode(
            token, named[0], algorithms=list(ALGORITHMS), audience=sso.client_id, issuer=sso.issuer, leeway=LEEWAY,
            options={"require": ["exp", "iat", "aud", "iss", *needs]})
    except (jwt.PyJWTError, ValueError) as error:
        raise Failed("What the provider said is not valid. Begin again.") from error
    return claims


def as_identity(settings: Settings, claims: dict[str, Any]) -> Identity:
    said = claims.get(settings.single_sign_on.groups_claim) or ()
    groups = (said,) if isinstance(said, str) else tuple(one for one in said if isinstance(one, str))
    shown = claims.get("auth_time")
    known = {"shown_at": datetime.fromtimestamp(shown, UTC)} if isinstance(shown, int) and 0 < shown < LATEST else {}
    return Identity(
        settings.single_sign_on.issuer, str(claims["sub"]), str(claims.get("email") or "").strip().lower(),
        claims.get("email_verified") is True, str(claims.get("name") or ""), groups, **known,
        session=claims["sid"] if isinstance(claims.get("sid"), str) else None)


async def discovered(http: ClientSession, settings: Settings) -> dict[str, Any]:
    """What the provider says of itself. Raises Failed where it is away, or is another."""
    issuer = settings.single_sign_on.issuer
    provider = await answered(http, "GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if provider.get("issuer") != issuer or not all(safe(str(provider.get(name, ""))) for name in wanted):
        raise Failed("The clinic's provider is not as it is set up here: single_sign_on.issuer is another.")
    return provider


def safe(address: str) -> bool:
    """Encrypted, or on this machine."""
    url = urlsplit(address)
    return url.scheme == "https" or (url.scheme == "http" and url.hostname in ("127.0.0.1", "localhost", "::1"))


async def answered(http: ClientSession, method: str, address: str, **sent: Any) -> dict[str, Any]:
    """What the provider answers, in JSON. Raises Failed."""
    try:
        async with http.request(method, address, allow_redirects=False, **sent) as answer:
            text = b""
            async for part in answer.content.iter_chunked(LARGEST):  # `read` would give what has come so far
                text += part
                if len(text) > LARGEST:
                    break
            if answer.status != 200 or len(text) > LARGEST:
                raise Failed("The provider did not answer as it should. Try again in a moment, or sign in with your password.")
            said = json.loads(text)
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise Failed("The clinic's provider cannot be reached. Try again, or sign in with your password.") from error
    if not isinstance(said, dict):
        raise Failed("The provider did not answer as it should. Try again in a moment, or sign in with your password.")
    return said
