"""Every change of the union tree, of posts and of employers goes through here."""

from zhijia.unions.services.bodies import change_body, found_body, move_body
from zhijia.unions.services.employers import (
    add_employer,
    change_employer,
    merge_employers,
    name_employer,
)
from zhijia.unions.services.offices import (
    Sitting,
    begin_term,
    check_headcount,
    check_union_code,
    dissolve_body,
    form_committee,
    leave_seat,
    register_legal_person,
    report_headcount,
    take_seat,
)
from zhijia.unions.services.posts import end_expired_posts, end_post, grant_post
from zhijia.unions.services.ties import declare_affiliation, end_affiliation

__all__ = [
    "Sitting",
    "add_employer",
    "begin_term",
    "change_body",
    "change_employer",
    "check_headcount",
    "check_union_code",
    "declare_affiliation",
    "dissolve_body",
    "end_affiliation",
    "end_expired_posts",
    "end_post",
    "form_committee",
    "found_body",
    "grant_post",
    "leave_seat",
    "merge_employers",
    "move_body",
    "name_employer",
    "register_legal_person",
    "report_headcount",
    "take_seat",
]
