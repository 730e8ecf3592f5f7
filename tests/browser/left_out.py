"""Addresses that nobody who walks through the house opens, each with its reason (``test_policy_crawl``)."""

A_FILE = "hands out a file"
LEADS_ON = "leads on to another page"
ENDS = "ends the visit"
OWN_PASSKEY = "a passkey of one's own; test_passkey sets one up"
NIGHTLY = "of a post that only the nightly walk has (trust/p21_browser.py)"
NONE_IN_DEMO = "about a thing that the trial house has none of"

JOURNEYS = {
    "funds:export": "test_funds",
    "funds:file": "test_funds",
    "funds:files": "test_funds",
    "funds:levy_return": NONE_IN_DEMO,
    "membership:application": "test_membership",
    "membership:door": NONE_IN_DEMO,
    "membership:leave": NONE_IN_DEMO,
    "membership:own_paper": NONE_IN_DEMO,
    "membership:pair": NONE_IN_DEMO,
    "membership:paper_check": "a QR code leads there",
    "membership:reminder": NONE_IN_DEMO,
    "membership:roster": "test_roster",
    "membership:roster_columns": "test_roster",
    "membership:segment": "test_segments",
    "membership:segment_edit": "test_segments",
    "membership:transfer": NONE_IN_DEMO,
    "membership:verify": "a QR code leads there",
    "membership:work_correction": NONE_IN_DEMO,
    "organising:election": "test_organising",
    "organising:open": "test_organising",
    "organising:vote": "test_organising",
    "unions:found": NIGHTLY,
    "unions:merge_employer": NIGHTLY,
    "unions:posts": NIGHTLY,
    "unions:settings": NIGHTLY,
    "unions:ties": NIGHTLY,
}
"""Pages of posts that not all walkers have, and about what the trial house has none of until a journey makes
it: seen or not, by who walks and when."""

LEFT = {
    "appeals:export": A_FILE,
    "membership:own_paper_pdf": A_FILE,
    "membership:roster_corrected": A_FILE,
    "privacy:copy": A_FILE,
    "statistics:export": A_FILE,
    "account_logout": ENDS,
    "appeals:beside": "a part of the page of a matter, which fetches it by itself",
    "appeals:entered": "shown once, to whoever has just entered a matter; test_officer_journey does",
    "appeals:file": A_FILE,
    "appeals:next_mine": LEADS_ON,
    "appeals:work_file": A_FILE,
    "attachments:fetch": A_FILE,
    "audit:heads_json": A_FILE,
    "mfa_edit_webauthn": OWN_PASSKEY,
    "mfa_remove_webauthn": OWN_PASSKEY,
    "privacy:decide": NONE_IN_DEMO,
    "privacy:hold": NONE_IN_DEMO,
    "privacy:share": NONE_IN_DEMO,
    "vault:request": NIGHTLY,
}
