from django.urls import URLPattern, path

from timonier.web.workshop import views

urlpatterns: list[URLPattern] = [path("", views.home, name="settings")]
