"""What `timonier serve` loads in the process that answers: the application, which ends with the one that started it."""

import os

from timonier.web.launch.together import follow
from timonier.web.launch.warming import warm

follow()  # before anything that takes long: Ctrl-C while it loads is for the starting process only
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "timonier.web.project.settings")

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import get_resolver  # noqa: E402

application = get_wsgi_application()
assert get_resolver().url_patterns  # noqa: S101 -- every page is imported now, not while someone waits
warm()
