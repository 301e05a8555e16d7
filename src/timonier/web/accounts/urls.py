from django.urls import include, path

from timonier.web.accounts import views

urlpatterns = [
    path("lien/<str:token>", views.enter_by_link, name="enter_by_link"),
    path("preferences", views.preferences, name="preferences"),
    path("invitation/<str:token>", views.invitation, name="invitation"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("", include("allauth.urls")),
]
