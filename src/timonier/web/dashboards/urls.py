from django.urls import include, path

from timonier.web.dashboards import views

urlpatterns = [
    path("", views.bridge, name="bridge"),
    path("filtre", views.filters, name="filters"),
    path("recherche", views.search, name="search"),
    path("vues", views.save_view, name="save_view"),
    path("vues/<int:pk>/retirer", views.remove_view, name="remove_view"),
    path("indicateur/", views.indicators, name="indicators"),
    path("indicateur/<slug:name>/", include("timonier.web.dashboards.indicator_urls")),
    path("", include("timonier.web.dashboards.facts_urls")),
]
