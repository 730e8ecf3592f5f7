"""Row-level security: PostgreSQL hides a founding from whoever is tied to its employer.

See ``zhijia/unions/row_security.py`` for the values the policies ask. A founding is the person's own,
or about no employer that the reader is tied to; steps, votes and candidates are seen with it. SQLite
has no such policies; there this changes nothing.
"""

from django.db import migrations

SYSTEM = "current_setting('zhijia.viewer', true) = 'system'"
KNOWN = "current_setting('zhijia.viewer', true) IN ('system', 'officer', 'person')"
OWN = "(SELECT string_to_array(NULLIF(current_setting('zhijia.own', true), ''), ',')::uuid[])::uuid[]"
BARRED = "(SELECT string_to_array(current_setting('zhijia.conflicts', true), ',')::bigint[])::bigint[]"

PROCESS = (
    f"{SYSTEM} OR public_id = ANY ({OWN})"
    f" OR ({KNOWN} AND (employer_id IS NULL OR NOT (employer_id = ANY ({BARRED}))))"
)
PART = f"{SYSTEM} OR EXISTS (SELECT 1 FROM organising_process p WHERE p.id = process_id)"
CANDIDATE = f"{SYSTEM} OR EXISTS (SELECT 1 FROM organising_vote v WHERE v.id = vote_id)"
POLICIES = {
    "organising_process": PROCESS,
    "organising_step": PART,
    "organising_vote": PART,
    "organising_candidate": CANDIDATE,
}


def build(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, seen in POLICIES.items():
        schema_editor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        schema_editor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        schema_editor.execute(
            f"CREATE POLICY zhijia_read ON {table} FOR ALL USING ({seen}) WITH CHECK ({KNOWN})", params=None
        )


def pull_down(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in POLICIES:
        schema_editor.execute(f"DROP POLICY zhijia_read ON {table}")
        schema_editor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        schema_editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


class Migration(migrations.Migration):
    dependencies = [("organising", "0001_organising")]
    operations = [migrations.RunPython(build, pull_down)]
