from django.urls import include, path

from timonier.web.accounts import views
from timonier.web.accounts.access import signed_in
from timonier.web.accounts.keys import ConfirmByKeyView

urlpatterns = [
    path("lien/<str:token>", views.enter_by_link, name="enter_by_link"),
    path("preferences", views.preferences, name="preferences"),
    path("invitation/<str:token>", views.invitation, name="invitation"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("2fa/webauthn/reauthenticate/", signed_in(ConfirmByKeyView.as_view()), name="mfa_reauthenticate_webauthn"),
    path("", include("allauth.urls")),
]
