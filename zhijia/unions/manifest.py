"""What the union tree contributes to the house."""

from django.utils.translation import gettext_lazy as _

from zhijia.core.manifest import Manifest

MANIFEST = Manifest(
    app="unions",
    order=10,
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
)
