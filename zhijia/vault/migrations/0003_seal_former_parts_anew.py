"""Parts sealed under one key for all get a key each, kept by the platform until officers have keys."""

from django.db import migrations

from zhijia.core.boxes import new_pair, seal_to
from zhijia.core.sealing import seal, unseal


def seal_anew(apps, schema_editor):
    parts, part_keys = apps.get_model("vault", "SealedPart"), apps.get_model("vault", "PartKey")
    for row in parts.objects.filter(erased_at=None, public=b"").iterator():
        place = f"vault|{row.tenant}|{row.owner}|{row.part}"
        pair = new_pair()
        text = unseal(row.content, purpose="vault", place=place)
        row.content, row.public = seal_to(pair.public, text, place=place), pair.public
        row.save(update_fields=["content", "public"])
        part_keys.objects.create(
            tenant=row.tenant, part=row, to="platform", granted_at=row.sealed_at,
            box=seal(pair.private, purpose="part-key", place=f"part-key|{place}|platform"),
        )


class Migration(migrations.Migration):

    dependencies = [("vault", "0002_a_key_for_each_part")]

    operations = [migrations.RunPython(seal_anew, migrations.RunPython.noop)]
