"""Addresses of unions: the directory is public, posts and settings belong to the body's steward."""

from tests.permissions.world import everybody, only

OFFICERS = ("dispatcher", "steward", "elsewhere")
OF_THE_PLACE = ("dispatcher", "steward")
"""Entries of employers are corrected by the federations of their own place."""
BODY = {"arguments": lambda world: {"body_id": world.tree.county.pk}}
EMPLOYER = {"arguments": lambda world: {"employer_id": world.tree.glass.pk}}

ROUTES = {
    "unions:directory": everybody(200),
    "unions:body": everybody(200, **BODY),
    "unions:posts": only("steward", others=404, **BODY),
    "unions:settings": only("steward", others=404, **BODY),
    "unions:found": only("steward", others=404, **BODY),
    "unions:headcounts": only("steward", others=404, **BODY),
    "unions:end_post": only(
        "steward", status="elsewhere", method="post", arguments=lambda world: {"post_id": world.post.pk}
    ),
    "unions:ties": only("steward", others=404, arguments=lambda world: {"post_id": world.post.pk}),
    "unions:employers": only(*OFFICERS),
    "unions:add_employer": only(*OFFICERS),
    "unions:employer": only(*OF_THE_PLACE, **EMPLOYER),
    "unions:merge_employer": only(*OF_THE_PLACE, **EMPLOYER),
    "unions:affiliations": only(*OFFICERS),
}
