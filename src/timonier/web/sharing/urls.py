from django.urls import URLPattern, path

from timonier.web.sharing import views

urlpatterns: list[URLPattern] = [path("", views.home, name="shares")]
