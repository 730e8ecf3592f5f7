"""What the union tree contributes to the house."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from zhijia.core.manifest import Manifest, MenuEntry, Timer, personal_fields
from zhijia.unions import services
from zhijia.unions.search import hits

MANIFEST = Manifest(
    app="unions",
    order=10,
    urls="zhijia.unions.urls",
    menu=(
        MenuEntry(
            _("Find my union"),
            "unions:directory",
            "public",
            icon="location",
            order=40,
            hint=_("Addresses, telephones and opening hours near you"),
        ),
        MenuEntry(_("Find my union"), "unions:directory", "worker", icon="location", order=60),
        MenuEntry(_("Employers"), "unions:employers", "officer", icon="building", order=60),
        MenuEntry(_("Union bodies"), "unions:directory", "officer", icon="people", order=65),
    ),
    search=hits,
    timers=(
        Timer(
            "unions.end_expired_posts", lambda now: services.end_expired_posts(now=now), dt.timedelta(hours=1)
        ),
    ),
    audit_labels=(
        ("union_body.founded", _("Union body founded")),
        ("union_body.moved", _("Union body moved in the tree")),
        ("union_body.changed", _("Union body's details changed")),
        ("post.granted", _("Post granted")),
        ("post.ended", _("Post ended")),
        ("employer.added", _("Employer added")),
        ("employer.changed", _("Employer's details changed")),
        ("employer.merged", _("Employer merged into another entry")),
        ("affiliation.declared", _("Employment declared")),
    ),
    personal_data=(
        *personal_fields(
            "unions.Post",
            "C1",
            _("Who acted for a union; the record of office stays"),
            "keep",
            "user",
            thing=_("Posts that you hold or held in a union"),
        ),
        *personal_fields(
            "unions.Affiliation",
            "C2",
            _("To keep an officer away from matters of his own employer"),
            "delete",
            "user",
            thing=_("Employers that you declared as an officer"),
        ),
        *personal_fields(
            "unions.Employer",
            "C1",
            _("To find the union body that is responsible; the entry says nothing about who wrote it"),
            "keep",
            "name",
            "credit_code",
            "place",
            thing=_("Employers that people name"),
        ),
        *personal_fields(
            "unions.EmployerGram", "C0", _("To find an employer by part of its name"), "keep", "gram"
        ),
        *personal_fields(
            "unions.UnionBody",
            "C0",
            _("Where to find a union: public details of the body, not of a person"),
            "keep",
            *("name", "short_name", "place", "phone", "address", "hours", "about", "path", "line_path"),
        ),
    ),
    demo="zhijia.unions.demo.load",
)
