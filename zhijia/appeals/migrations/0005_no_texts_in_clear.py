"""Drop the texts in clear and the column that led from a matter to its author."""

from importlib import import_module

from django.db import migrations, models
from django.db.models import Q

TEXTS = import_module("zhijia.appeals.migrations.0003_sealed_texts").TEXTS


class Migration(migrations.Migration):
    dependencies = [("appeals", "0004_seal_what_was_written")]

    operations = [
        *(
            migrations.RemoveField(model, f"{name}_plain")
            for model, names in TEXTS.items() for name in names
        ),
        migrations.RemoveField("appeal", "author"),
        migrations.AddConstraint(
            "appeal",
            models.CheckConstraint(
                condition=Q(("confidentiality", "anonymous"), _negated=True) | Q(author_sealed=b""),
                name="anonymous_has_no_author",
            ),
        ),
    ]
