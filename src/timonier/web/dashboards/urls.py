from django.urls import path

from timonier.web.dashboards import views

urlpatterns = [
    path("", views.bridge, name="bridge"),
    path("indicateur/", views.indicators, name="indicators"),
]
