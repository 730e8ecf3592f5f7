"""Every change of the union tree, of posts and of employers goes through here."""

from zhijia.unions.services.bodies import change_body, found_body, move_body
from zhijia.unions.services.employers import (
    add_employer,
    change_employer,
    declare_affiliation,
    end_affiliation,
    merge_employers,
    name_employer,
)
from zhijia.unions.services.posts import end_expired_posts, end_post, grant_post

__all__ = [
    "add_employer",
    "change_body",
    "change_employer",
    "declare_affiliation",
    "end_affiliation",
    "end_expired_posts",
    "end_post",
    "found_body",
    "grant_post",
    "merge_employers",
    "move_body",
    "name_employer",
]
