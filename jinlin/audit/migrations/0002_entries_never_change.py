"""Let the database itself refuse to change an audit entry, whoever holds the connection.

Deleting stays possible for the yearly retention run; a deleted row breaks the chain, which the check finds.
SQLite drops a trigger with its table: a later migration that rebuilds the table must add it again.
"""

from django.db import migrations

FORWARD = {
    "sqlite": (
        "CREATE TRIGGER audit_entry_never_changes BEFORE UPDATE ON audit_auditentry "
        "BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION audit_entry_never_changes() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit entries are never changed'; END $$",
        "CREATE TRIGGER audit_entry_never_changes BEFORE UPDATE ON audit_auditentry "
        "FOR EACH ROW EXECUTE FUNCTION audit_entry_never_changes()",
    ),
}
BACKWARD = {
    "sqlite": ("DROP TRIGGER IF EXISTS audit_entry_never_changes",),
    "postgresql": (
        "DROP TRIGGER IF EXISTS audit_entry_never_changes ON audit_auditentry",
        "DROP FUNCTION IF EXISTS audit_entry_never_changes()",
    ),
}


def _run(statements):
    def run(apps, schema_editor):
        for statement in statements.get(schema_editor.connection.vendor, ()):
            schema_editor.execute(statement)

    return run


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunPython(_run(FORWARD), _run(BACKWARD))]
