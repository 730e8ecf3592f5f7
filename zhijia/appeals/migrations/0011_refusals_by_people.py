"""Each refusal names the person who decided it; former ones are read from the audit."""

from django.db import migrations, models
from django.db.models import Q


def name_who_refused(apps, schema_editor):
    """Fill the new column; a refusal whose record was lost is laid to nobody's account (0)."""
    entries = apps.get_model("audit", "Entry").objects.filter(action="appeal.refused")
    for appeal in apps.get_model("appeals", "Appeal").objects.filter(state="refused").only("pk").iterator():
        said = entries.filter(object=f"appeals.appeal:{appeal.pk}", actor__startswith="user:")
        actor = said.order_by("-seq").values_list("actor", flat=True).first()
        type(appeal).objects.filter(pk=appeal.pk).update(refused_by=actor or "user:0")


class Migration(migrations.Migration):
    dependencies = [
        ("appeals", "0010_second_wall"),
        ("audit", "0001_audit"),
    ]

    operations = [
        migrations.AddField(
            model_name="appeal",
            name="refused_by",
            field=models.CharField(blank=True, default="", max_length=60),
            preserve_default=False,
        ),
        migrations.RunPython(name_who_refused, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.CheckConstraint(
                condition=~Q(state="refused") | (Q(refused_by__startswith="user:") & ~Q(refusal_ground="")),
                name="appeal_refused_by_a_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=Q(decided_by="") | Q(decided_by__startswith="user:"),
                name="review_decided_by_a_person",
            ),
        ),
    ]
