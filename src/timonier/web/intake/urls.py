from django.urls import URLPattern, path

from timonier.web.intake import views

urlpatterns: list[URLPattern] = [path("", views.home, name="data")]
