"""Passkeys: what the browser is asked, and whether its answer proves it.

Nobody types a name: a passkey is discoverable and says by itself, in a random handle, whose it is. The authenticator
must have recognised its holder (finger, face, PIN), so that a phone left on a beach opens nothing. A challenge is used
once; accounts.db sees to that. Whatever does not prove gives one and the same refusal, except a counter that went back,
which is said aloud: somebody may hold a copy. Attestation is not asked for: which device an officer owns is not ours.
"""

from __future__ import annotations

import hmac
import struct
from collections.abc import Sequence
from typing import Any

import msgspec
import webauthn
from cryptography.exceptions import UnsupportedAlgorithm
from webauthn.helpers import (
    base64url_to_bytes,
    options_to_json_dict,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from entente.errors import Malformed, NotPermitted, Text
from entente.model.strict import strict_json
from entente.store.account_credentials import counter_went_back
from entente.store.account_values import NewPasskey, PasskeyKept

CHALLENGE_BYTES = 32
# How long the browser lets a person look for the key; what was remembered for it lasts as long (accounts.db).
PATIENCE_MS = 300_000
# What hostile bytes make the decoders raise, beside their own family.
_UNREADABLE = (WebAuthnException, UnsupportedAlgorithm, ValueError, TypeError, LookupError, struct.error,
               AttributeError, OverflowError, RecursionError, EOFError)  # fmt: skip


class Site(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For what passkeys are made. rp_id: the host's name, without port; origins: each address officers may come by."""

    rp_id: str
    name: str
    origins: tuple[str, ...]


def registration_options(
    site: Site, *, officer: str, handle: bytes, kept: Sequence[bytes], challenge: bytes
) -> dict[str, Any]:
    """What `navigator.credentials.create` is asked, as JSON. kept: credentials that the officer has already.

    The officer's name is only what the device shows its holder; what it gives back is the handle.
    """
    return options_to_json_dict(
        webauthn.generate_registration_options(
            rp_id=site.rp_id,
            rp_name=site.name,
            user_id=handle,
            user_name=officer,
            user_display_name=officer,
            challenge=challenge,
            timeout=PATIENCE_MS,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in kept],
        )
    )


def sign_in_options(site: Site, *, challenge: bytes) -> dict[str, Any]:
    """What `navigator.credentials.get` is asked, as JSON: any passkey of this site, of whomever."""
    return options_to_json_dict(
        webauthn.generate_authentication_options(
            rp_id=site.rp_id,
            challenge=challenge,
            timeout=PATIENCE_MS,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def verify_registration(answer: bytes, site: Site, *, challenge: bytes) -> NewPasskey:
    """The passkey that a browser's answer proves. answer: its JSON.

    Raises Malformed when it cannot be read, NotPermitted `passkey_refused` when it proves nothing.
    """
    read = _object(answer)
    try:
        credential = parse_registration_credential_json(read)
        _refuse_within_another_page(credential.response.client_data_json)
        found = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=list(site.origins),
            require_user_verification=True,
        )
    except _UNREADABLE as error:
        raise _refused() from error
    return NewPasskey(
        credential=found.credential_id, public_key=found.credential_public_key, counter=found.sign_count
    )


def credential_in(answer: bytes) -> bytes:
    """The credential that an answer speaks of, to look its passkey up; nothing is proved yet. Raises Malformed."""
    named = _object(answer).get("id")
    try:
        if isinstance(named, str) and named.isascii():
            return base64url_to_bytes(named)
    except ValueError:
        pass
    raise _unreadable()


def verify_sign_in(
    answer: bytes, site: Site, *, challenge: bytes, passkey: PasskeyKept, handle: bytes
) -> int:
    """The new counter of a passkey, when the answer proves that its holder is here.

    handle: that of the passkey's officer. Raises Malformed when the answer cannot be read, NotPermitted
    `passkey_refused` when it proves nothing, `passkey_counter` when it does and the counter did not go on.
    """
    read = _object(answer)
    try:
        credential = parse_authentication_credential_json(read)
        _refuse_within_another_page(credential.response.client_data_json)
        given = credential.response.user_handle
        # A discoverable passkey always says whose it is; one that does not was not made here.
        if given is None or not hmac.compare_digest(bytes(given), handle):
            raise _refused()
        found = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=list(site.origins),
            credential_public_key=passkey.public_key,
            # Compared below, so that the alarm of a copy is raised only by what was truly signed.
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except _UNREADABLE as error:
        raise _refused() from error
    if found.credential_id != passkey.credential:
        raise _refused()
    if (found.new_sign_count or passkey.counter) and found.new_sign_count <= passkey.counter:
        raise counter_went_back()
    return found.new_sign_count


def _object(answer: bytes) -> dict[str, Any]:
    read = strict_json(answer)
    if not isinstance(read, dict):
        raise _unreadable()
    return read


def _refuse_within_another_page(client_data: bytes) -> None:
    if parse_client_data_json(client_data).cross_origin:
        raise _refused()


def _unreadable() -> Malformed:
    return Malformed(
        "passkey_unreadable",
        Text(fr="La réponse de la clé d’accès est illisible.", en="The passkey's answer cannot be read."),
        Text(fr="Rechargez la page et recommencez.", en="Reload the page and try again."),
    )


def _refused() -> NotPermitted:
    return NotPermitted(
        "passkey_refused",
        Text(fr="Cette clé d’accès n’ouvre rien ici.", en="This passkey opens nothing here."),
        Text(
            fr="Essayez-en une autre, ou demandez un lien à l’administrateur.",
            en="Try another, or ask the administrator for a link.",
        ),
    )
