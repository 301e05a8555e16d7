"""What a web server loads: `timonier.web.project.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "timonier.web.project.settings")
application = get_wsgi_application()
