from django.db import migrations, models


class Migration(migrations.Migration):
    """Of which periods a target is; those set before held for any."""

    dependencies = [("dashboards", "0001_first")]

    operations = [
        migrations.AddField("target", "length", models.CharField(blank=True, default="", max_length=8)),
    ]
