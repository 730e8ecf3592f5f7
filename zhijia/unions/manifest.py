"""What the union tree contributes to the house."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from zhijia.core.manifest import Manifest, MenuEntry, Timer, personal_fields
from zhijia.unions import rights, services
from zhijia.unions.boot_checks import second_wall_stands
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
        Timer("unions.forget_affiliations", rights.forget_affiliations, dt.timedelta(days=1)),
        Timer("unions.forget_posts", rights.forget_posts, dt.timedelta(days=1)),
        Timer("unions.forget_seats", rights.forget_seats, dt.timedelta(days=1)),
    ),
    keeping=rights.KEEPING,
    held=rights.held,
    boot_checks=(second_wall_stands,),
    erasers=(rights.ERASER,),
    audit_labels=(
        ("union_body.founded", _("Union body founded")),
        ("union_body.moved", _("Union body moved in the tree")),
        ("union_body.changed", _("Union body's details changed")),
        ("union_body.dissolved", _("Union body dissolved")),
        ("term.begun", _("Term begun")),
        ("committee.formed", _("Committee formed")),
        ("seat.taken", _("Seat in a committee taken")),
        ("seat.left", _("Seat in a committee left")),
        ("legal_person.registered", _("Legal person registered")),
        ("headcount.reported", _("Figures of a body reported")),
        ("post.granted", _("Post granted")),
        ("post.ended", _("Post ended")),
        ("employer.added", _("Employer added")),
        ("employer.changed", _("Employer's details changed")),
        ("employer.merged", _("Employer merged into another entry")),
        ("affiliation.declared", _("Tie to an employer declared")),
        ("affiliation.ended", _("Last day of a declared tie written down")),
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
            "unions.Seat", "C2", _("Who was elected for a union; the record of office stays"), "keep",
            "name", "represents", thing=_("Seats that you hold or held in a committee"),
        ),
        *personal_fields(
            "unions.LegalPerson", "C1", _("Certificate of a union as legal person, which is public"), "keep",
            "credit_code", "representative", thing=_("That you represent a union as legal person"),
        ),
        *personal_fields("unions.Term", "C0", _("Terms of a body, not of a person"), "keep", "*"),
        *personal_fields("unions.Committee", "C0", _("Committees of a body, not a person"), "keep", "*"),
        *personal_fields("unions.Headcount", "C0", _("Reported sums, no person"), "keep", "*"),
        *personal_fields(
            "unions.Affiliation",
            "C2",
            _("To keep an officer away from matters of employers he is tied to"),
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
)  # fmt: skip
