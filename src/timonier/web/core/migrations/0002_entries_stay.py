"""The database itself refuses that an entry of the audit log be altered or removed, whoever asks."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION timonier_audit_entries_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'entries of the audit log are only ever added' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_entries_stay BEFORE UPDATE OR DELETE ON core_auditentry
    FOR EACH ROW EXECUTE FUNCTION timonier_audit_entries_stay();
"""
BACKWARDS = """
DROP TRIGGER audit_entries_stay ON core_auditentry;
DROP FUNCTION timonier_audit_entries_stay();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_first")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
