"""Sign-in by the directory of a service that has one: OpenID Connect, authorisation code with PKCE.

The directory says who somebody is and nothing else: roles stay those of this node's officers. Nothing of what comes
back through the browser is believed before it is bound to what this node sent out: the state, the issuer that answers
(RFC 9207), the verifier, the nonce; then the ID token itself, signed by a key of the issuer's own set with an algorithm
from a short list of public-key ones, for this node, still good. The access token is thrown away. Time, chance and the
HTTP client are arguments; redirects are never followed, since a directory that moved is for the administrator to see.
"""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import threading
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import msgspec
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # type: ignore[import-untyped]
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from entente.errors import Malformed, NotPermitted, Text, Unavailable
from entente.model.strict import strict_json

# "EdDSA" is the older name of Ed25519 that most directories still write.
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA", "Ed25519")
# What a directory said of itself is asked again after this; its keys also when a token names a new one.
KEPT_FOR = dt.timedelta(hours=1)
# A stranger who sends made-up key names must not make this node hammer the directory.
KEYS_ASKED_AGAIN_AFTER = dt.timedelta(seconds=30)
LEEWAY_S = 60
LARGEST_ANSWER = 512 * 1024
SMALLEST_RSA_BITS = 2048


class DirectorySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How this node is known to a directory. redirect: the page the browser comes back to.

    claim: which claim of the ID token is the officer's name as officers.toml has it. secret: "" for a public client.
    """

    issuer: str
    client_id: str
    redirect: str
    secret: str = ""
    claim: str = "preferred_username"
    scopes: tuple[str, ...] = ("openid", "profile")


class Departure(msgspec.Struct, frozen=True, kw_only=True):
    """Where the browser goes, and what this node must remember until it comes back (`begin_ceremony`)."""

    url: str
    remembered: dict[str, str]


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """Who came back: the officer's name by the chosen claim, and the directory's own word for the person."""

    officer: str
    issuer: str
    subject: str


class _Known(msgspec.Struct, frozen=True, kw_only=True):
    """What a directory says of itself, of which only this is read."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    code_challenge_methods_supported: tuple[str, ...] = ("S256",)
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


class _Pinned(JWSRegistry):
    """The algorithms of ALGORITHMS and no other, whatever a token's head asks for."""

    max_header_length = 8192

    def get_alg(self, name: str) -> Any:
        if name not in ALGORITHMS:
            raise UnsupportedAlgorithmError(f"Algorithm of {name!r} is not allowed")
        return self.algorithms[name]


class Directory:
    """One directory. Safe to call at once from many threads, as far as the HTTP client is (httpx.Client is)."""

    def __init__(
        self,
        settings: DirectorySettings,
        http: httpx.Client,
        clock: Callable[[], dt.datetime],
        chance: Callable[[int], bytes],
    ) -> None:
        self._settings = settings
        self._http = http
        self._clock = clock
        self._chance = chance
        self._lock = threading.Lock()
        self._known: tuple[dt.datetime, _Known] | None = None
        self._keys: tuple[dt.datetime, KeySet] | None = None

    def depart(self) -> Departure:
        """Begin a sign-in. Raises Unavailable when the directory does not answer, Malformed when it says nonsense."""
        known = self._discover()
        state, nonce, verifier = (self._random() for _ in range(3))
        url = prepare_grant_uri(
            known.authorization_endpoint,
            client_id=self._settings.client_id,
            response_type="code",
            redirect_uri=self._settings.redirect,
            scope=list(self._settings.scopes),
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        return Departure(
            url=str(url),
            remembered={"issuer": known.issuer, "state": state, "nonce": nonce, "verifier": verifier},
        )

    def arrive(self, remembered: Mapping[str, str], answer: Mapping[str, str]) -> Arrival:
        """End a sign-in. remembered: of `depart`, taken once; answer: the parameters that the browser brought back.

        Raises NotPermitted `directory_refused` for whatever does not prove who came, Unavailable or Malformed as
        `depart`.
        """
        known = self._discover()
        # The state first: until it fits, nothing of the answer is this browser's.
        if not _same(answer.get("state", ""), remembered["state"]):
            raise _refused("state")
        from_issuer = answer.get("iss", "")
        if remembered["issuer"] != known.issuer or (
            from_issuer != known.issuer
            if from_issuer or known.authorization_response_iss_parameter_supported
            else False
        ):
            raise _refused("issuer")
        if "error" in answer or not answer.get("code"):
            raise _refused("no code")
        token = self._exchange(known, answer["code"], remembered["verifier"])
        return self._arrival(known, self._claims(known, token, remembered["nonce"]))

    # -- what the directory says of itself --------------------------------------------------------------------------

    def _discover(self) -> _Known:
        now = self._clock()
        with self._lock:
            if self._known is not None and abs(now - self._known[0]) < KEPT_FOR:
                return self._known[1]
        said = self._ask("GET", self._settings.issuer.rstrip("/") + "/.well-known/openid-configuration")
        try:
            known = msgspec.convert(said, _Known)
        except msgspec.ValidationError as error:
            raise _nonsense(str(error)) from error
        if known.issuer != self._settings.issuer:
            raise _nonsense("it calls itself by another name")
        if "S256" not in known.code_challenge_methods_supported:
            raise _nonsense("it does not know PKCE with S256")
        for address in (known.authorization_endpoint, known.token_endpoint, known.jwks_uri):
            _check_address(address)
        with self._lock:
            self._known = (now, known)
        return known

    def _key_set(self, known: _Known, named: str | None) -> KeySet:
        """The issuer's keys; asked for again when they are old, or do not hold the one that a token names."""
        now = self._clock()
        with self._lock:
            kept = self._keys
        if kept is not None:
            age = abs(now - kept[0])
            holds = named is None or any(key.kid == named for key in kept[1])
            if age < KEYS_ASKED_AGAIN_AFTER or (holds and age < KEPT_FOR):
                return kept[1]
        keys = _public_keys(self._ask("GET", known.jwks_uri))
        with self._lock:
            self._keys = (now, keys)
        return keys

    # -- the code and the token -------------------------------------------------------------------------------------

    def _exchange(self, known: _Known, code: str, verifier: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._settings.redirect,
            "code_verifier": verifier,
            "client_id": self._settings.client_id,
        }
        headers = {}
        if self._settings.secret:
            if "client_secret_basic" in known.token_endpoint_auth_methods_supported:
                pair = f"{quote(self._settings.client_id, '')}:{quote(self._settings.secret, '')}"
                headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
            else:
                form["client_secret"] = self._settings.secret
        answer = self._ask("POST", known.token_endpoint, form, headers)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise _refused("no ID token")
        return token

    def _claims(self, known: _Known, token: str, nonce: str) -> dict[str, Any]:
        try:
            keys = self._key_set(known, _key_named(token))
            read = jwt.decode(token, keys, registry=_Pinned(strict_check_header=False))
            claims = CodeIDToken(
                read.claims,
                read.header,
                {
                    "iss": {"essential": True, "value": known.issuer},
                    "aud": {"essential": True, "value": self._settings.client_id},
                    "nonce": {"essential": True, "value": nonce},
                },
                {"nonce": nonce, "client_id": self._settings.client_id},
            )
            claims.validate(now=int(self._clock().timestamp()), leeway=LEEWAY_S)
        except (JoseError, ValueError, TypeError, LookupError, RecursionError) as error:
            raise _refused("ID token") from error
        return dict(claims)

    def _arrival(self, known: _Known, claims: Mapping[str, Any]) -> Arrival:
        officer = claims.get(self._settings.claim)
        # An address that nobody confirmed is whatever its holder typed.
        unconfirmed = self._settings.claim == "email" and claims.get("email_verified") is not True
        if not isinstance(officer, str) or not officer or len(officer) > 200 or unconfirmed:
            raise NotPermitted(
                "directory_claim_missing",
                Text(
                    fr=f"L’annuaire n’a pas dit qui vous êtes (« {self._settings.claim} » manque).",
                    en=f'The directory did not say who you are ("{self._settings.claim}" is missing).',
                ),
                Text(
                    fr="L’administrateur règle quelle indication de l’annuaire nomme l’agent.",
                    en="The administrator sets which claim of the directory names the officer.",
                ),
            )
        return Arrival(officer=officer, issuer=known.issuer, subject=str(claims["sub"]))

    # -- the wire ---------------------------------------------------------------------------------------------------

    def _ask(
        self,
        method: str,
        address: str,
        form: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        _check_address(address)
        try:
            with self._http.stream(
                method,
                address,
                data=form,
                headers={"Accept": "application/json", **(headers or {})},
                follow_redirects=False,
            ) as response:
                content = b""
                for piece in response.iter_bytes():
                    content += piece
                    if len(content) > LARGEST_ANSWER:
                        raise _nonsense("its answer is too long")
        except httpx.HTTPError as error:
            raise Unavailable(
                "directory_away",
                Text(
                    fr="L’annuaire de votre service ne répond pas.",
                    en="Your service's directory does not answer.",
                ),
                Text(
                    fr="Connectez-vous avec une clé d’accès ou un mot de passe, ou réessayez plus tard.",
                    en="Sign in with a passkey or a password, or try again later.",
                ),
            ) from error
        if form is not None and 400 <= response.status_code < 500:
            raise _refused("code")
        if response.status_code != 200:
            raise _nonsense(f"it answers with {response.status_code}")
        try:
            said = strict_json(content)
        except Malformed as error:
            raise _nonsense("its answer is no JSON") from error
        if not isinstance(said, dict):
            raise _nonsense("its answer is no object")
        return said

    def _random(self) -> str:
        return base64.urlsafe_b64encode(self._chance(32)).rstrip(b"=").decode()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode())


def _key_named(token: str) -> str | None:
    """Which key a token says it was signed with; nothing of it is believed yet."""
    head = token.partition(".")[0]
    try:
        read = strict_json(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (Malformed, ValueError):
        return None
    named = read.get("kid") if isinstance(read, dict) else None
    return named if isinstance(named, str) else None


def _public_keys(said: Mapping[str, Any]) -> KeySet:
    """The keys that can vouch for a token: public ones, large enough, not meant for sealing. Others are passed over.

    A symmetric key in a published set would let every reader of it sign.
    """
    listed = said.get("keys")
    found: list[Any] = []
    kinds: dict[str, Any] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
    for each in listed if isinstance(listed, list) else ():
        kind = kinds.get(str(each.get("kty"))) if isinstance(each, dict) else None
        if kind is None or each.get("use", "sig") != "sig" or _too_small(each):
            continue
        try:
            found.append(kind.import_key({name: value for name, value in each.items() if name != "key_ops"}))
        except (JoseError, ValueError, TypeError, LookupError):
            continue
    if not found:
        raise _nonsense("it publishes no key that can be used")
    return KeySet(found)


def _too_small(key: Mapping[str, Any]) -> bool:
    if key.get("kty") != "RSA":
        return False
    # Six bits a letter of base64url; a leading zero byte is not written.
    return len(str(key.get("n", "")).rstrip("=")) * 6 < SMALLEST_RSA_BITS


def _check_address(address: str) -> None:
    """Refuse what travels in clear, except within this machine."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    here = host in ("127.0.0.1", "::1", "localhost") or host.endswith(".localhost")
    if parts.scheme != "https" and not (parts.scheme == "http" and here):
        raise _nonsense("an address of it is not https")


def _nonsense(why: str) -> Malformed:
    return Malformed(
        "directory_unreadable",
        Text(
            fr=f"L’annuaire de votre service répond autrement que convenu ({why}).",
            en=f"Your service's directory answers otherwise than agreed ({why}).",
        ),
        Text(
            fr="Connectez-vous autrement, et prévenez l’administrateur.",
            en="Sign in another way, and tell the administrator.",
        ),
    )


def _refused(why: str) -> NotPermitted:
    return NotPermitted(
        "directory_refused",
        Text(
            fr=f"La connexion par l’annuaire n’a pas abouti ({why}).",
            en=f"Signing in by the directory did not succeed ({why}).",
        ),
        Text(fr="Recommencez depuis la page de connexion.", en="Begin again from the sign-in page."),
    )
