"""Every address of the application, in French as people read them."""

from django.urls import include, path

from timonier.web.project.health import health

urlpatterns = [
    path("", include("timonier.web.dashboards.urls")),
    path("donnees/", include("timonier.web.intake.urls")),
    path("reglages/", include("timonier.web.workshop.urls")),
    path("export/", include("timonier.web.sharing.export_urls")),
    path("partage/", include("timonier.web.sharing.urls")),
    path("compte/", include("timonier.web.accounts.urls")),
    path("sante", health, name="health"),
]
handler400 = "timonier.web.core.errors.bad_request"
handler403 = "timonier.web.core.errors.forbidden"
handler404 = "timonier.web.core.errors.not_found"
handler500 = "timonier.web.core.errors.failed"
