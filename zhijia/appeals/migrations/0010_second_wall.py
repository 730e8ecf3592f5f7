"""Row-level security: PostgreSQL hides what must not exist for the person of the request.

See ``zhijia/unions/row_security.py`` for the values the policies ask. A matter is the person's own,
or, for an officer, about no employer he is tied to. A step is seen with its matter, a file with the
matter that owns it. A row may be added by whoever is known; what he may add, the services decide.
SQLite has no such policies; there this changes nothing.
"""

from django.db import migrations

SYSTEM = "current_setting('zhijia.viewer', true) = 'system'"
KNOWN = "current_setting('zhijia.viewer', true) IN ('system', 'officer', 'person')"
# In a sub-select, so that a list is taken apart once a statement and not once a row.
OWN = "(SELECT string_to_array(NULLIF(current_setting('zhijia.own', true), ''), ',')::uuid[])::uuid[]"
BARRED = "(SELECT string_to_array(current_setting('zhijia.conflicts', true), ',')::bigint[])::bigint[]"
OFFICER = "current_setting('zhijia.viewer', true) = 'officer'"
UNTIED = f"(employer_id IS NULL OR NOT (employer_id = ANY ({BARRED})))"

MATTER = f"{SYSTEM} OR public_id = ANY ({OWN}) OR ({OFFICER} AND {UNTIED})"
STEP = f"{SYSTEM} OR EXISTS (SELECT 1 FROM appeals_appeal a WHERE a.id = appeal_id)"
FLAG = f"{SYSTEM} OR ({OFFICER} AND {UNTIED})"
GROUP = f"{KNOWN} AND ({SYSTEM} OR {UNTIED})"
OWNED = (
    f"{SYSTEM} OR ({KNOWN} AND owner NOT LIKE 'appeal:%') OR EXISTS (SELECT 1 FROM appeals_appeal a"
    " WHERE a.tenant = {table}.tenant AND owner LIKE 'appeal:%'"
    " AND a.public_id = CASE WHEN owner LIKE 'appeal:%' THEN substring(owner from 8)::uuid END)"
)
PART_KEY = f"{SYSTEM} OR EXISTS (SELECT 1 FROM vault_sealedpart p WHERE p.id = part_id)"

STEPS = (
    "assignment", "escalation", "extension", "hold", "note", "rating", "reply", "review", "routingstep",
    "supervision", "talk",
)  # fmt: skip
POLICIES = {
    "appeals_appeal": MATTER,
    "appeals_employerflag": FLAG,
    "appeals_mattergroup": GROUP,
    **{f"appeals_{step}": STEP for step in STEPS},
    "attachments_attachment": OWNED,
    "vault_sealedpart": OWNED,
    "vault_disclosure": OWNED,
    "vault_identityrequest": OWNED,
    "vault_partkey": PART_KEY,
}


def build(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, seen in POLICIES.items():
        schema_editor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        schema_editor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        condition = seen.replace("{table}", table)
        schema_editor.execute(
            f"CREATE POLICY zhijia_read ON {table} FOR ALL USING ({condition}) WITH CHECK ({KNOWN})", params=None
        )


def pull_down(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in POLICIES:
        schema_editor.execute(f"DROP POLICY zhijia_read ON {table}")
        schema_editor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        schema_editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


class Migration(migrations.Migration):
    dependencies = [("appeals", "0005_no_texts_in_clear"), ("attachments", "0001_attachments")]
    operations = [migrations.RunPython(build, pull_down)]
