"""Room for sealed texts beside those in clear, for the author under seal, and for his way to his matters."""

from django.db import migrations, models

from zhijia.core.sealed_fields import SealedTextField

TEXTS = {
    "appeal": ("subject", "text", "wish", "employer_text", "notice"),
    "assignment": ("end_reason",),
    "talk": ("text",),
    "reply": ("text", "legal_basis", "correction"),
    "rating": ("comment",),
    "hold": ("explanation",),
    "extension": ("reason",),
    "routingstep": ("reason",),
    "note": ("text",),
    "supervision": ("demand",),
    "review": ("reason", "text"),
}
LABELS = {
    ("appeal", "subject"): "subject",
    ("appeal", "text"): "what happened",
    ("appeal", "wish"): "what you want",
    ("appeal", "employer_text"): "employer as written",
    ("appeal", "notice"): "notice",
    ("assignment", "end_reason"): "why it was handed over",
    ("reply", "correction"): "what is put right",
}
MUST = {
    ("talk", "text"), ("reply", "text"), ("hold", "explanation"), ("extension", "reason"), ("note", "text"),
    ("supervision", "demand"), ("review", "reason"),
}  # fmt: skip


def _field(model, name):
    options = {} if (model, name) in MUST else {"blank": True}
    if (model, name) in LABELS:
        options["verbose_name"] = LABELS[model, name]
    return SealedTextField(**options)


class Migration(migrations.Migration):
    dependencies = [("appeals", "0002_categories")]

    operations = [
        migrations.RemoveConstraint("appeal", "anonymous_has_no_author"),
        migrations.RemoveIndex("appeal", "appeal_author"),
        *(
            migrations.RenameField(model, name, f"{name}_plain")
            for model, names in TEXTS.items() for name in names
        ),
        *(
            migrations.AddField(model, name, _field(model, name))
            for model, names in TEXTS.items() for name in names
        ),
        migrations.AddField("appeal", "narrative_public", models.BinaryField(default=b"")),
        migrations.AddField("appeal", "author_sealed", models.BinaryField(blank=True, default=b"")),
        migrations.CreateModel(
            name="OwnMatter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("index", models.CharField(max_length=32)),
                ("tenant", models.PositiveSmallIntegerField()),
                ("sealed", models.BinaryField()),
            ],
            options={"indexes": [models.Index(fields=["index"], name="own_matters")]},
        ),
    ]
