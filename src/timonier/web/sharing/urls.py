from django.urls import path

from timonier.web.sharing import public_views, views

urlpatterns = [
    path("", views.shared_links, name="shares"),
    path("nouveau", views.new_share, name="new_share"),
    path("<int:pk>/revoquer", views.revoke, name="revoke_share"),
    path("<str:token>", public_views.share, name="share"),
    path("<str:token>/figures.<slug:form>", public_views.share_file, name="share_file"),
]
