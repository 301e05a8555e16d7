"""Every change of a model has its migration: a database made before is brought to what the code reads."""

import pytest
from django.core.management import call_command

pytestmark = pytest.mark.django_db


def test_no_model_is_ahead_of_its_migrations() -> None:
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=1)  # SystemExit names what is missing
