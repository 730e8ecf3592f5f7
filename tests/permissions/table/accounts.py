"""Addresses of accounts and of the sign-in library. ``elsewhere``: led to where the step belongs."""

from tests.permissions.world import ACTORS, Route, everybody, signed_in

# Whoever has signed in has no business at these doors.
DOOR = Route({**dict.fromkeys(ACTORS, "elsewhere"), "stranger": 200})
STEP = Route({**dict.fromkeys(ACTORS, "elsewhere"), "stranger": "sign in"})
# Everybody has just proved who he is; ``zhijia/accounts/tests/test_fresh_proof.py`` lets time pass.
CONFIRMED = signed_in()
# The same door, behind which there is no such passkey.
KEY = Route(
    {**CONFIRMED.expected, **dict.fromkeys(ACTORS[1:], 404)},
    arguments=lambda world: {"pk": 999},
)

ROUTES = {
    "accounts:profile": signed_in(),
    "accounts:personal_data": signed_in("elsewhere"),
    "accounts:new_password": signed_in(403),
    "accounts:second_factor": signed_in(),
    "accounts:sessions": signed_in(),
    "accounts:end_session": signed_in(
        "elsewhere", method="post", arguments=lambda world: {"session_id": 999}
    ),
    "accounts:end_other_sessions": signed_in("elsewhere", method="post"),
    "accounts:tokens": signed_in(),
    "accounts:revoke_token": signed_in(404, method="post", arguments=lambda world: {"token_id": 999}),
    "account_login": DOOR,
    "account_request_login_code": DOOR,
    "account_signup": DOOR,
    "account_confirm_login_code": STEP,
    "account_verify_phone": STEP,
    "account_inactive": everybody(200),
    "account_change_phone": signed_in(),
    "account_reauthenticate": signed_in(),
    "account_change_password": signed_in(),
    "account_reset_password": everybody("sign in"),
    "account_set_password": everybody("elsewhere"),
    "mfa_index": everybody("elsewhere"),
    "mfa_authenticate": STEP,
    "mfa_reauthenticate": STEP,
    "mfa_activate_totp": CONFIRMED,
    "mfa_deactivate_totp": signed_in(404),
    "mfa_view_recovery_codes": signed_in(404),
    "accounts:lost_phone": everybody(200),
    "accounts:printed_codes": signed_in(),
    "accounts:stay": signed_in(204, method="post"),
    "mfa_generate_recovery_codes": CONFIRMED,
    "mfa_download_recovery_codes": signed_in(404),
    "mfa_list_webauthn": signed_in(),
    "mfa_add_webauthn": CONFIRMED,
    "mfa_reauthenticate_webauthn": STEP,
    "mfa_remove_webauthn": KEY,
    "mfa_edit_webauthn": KEY,
    "mfa_login_webauthn": STEP,
    # Last: it ends the session.
    "account_logout": Route({**dict.fromkeys(ACTORS, "elsewhere")}, method="post"),
}
