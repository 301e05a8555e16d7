from django.urls import URLPattern, path

from timonier.web.workshop import audit_views, dimensions_views, indicators_views, people_views, views

urlpatterns: list[URLPattern] = [
    path("", views.home, name="settings"),
    path("dimensions", dimensions_views.dimensions, name="dimensions"),
    path("dimensions/retirer", dimensions_views.drop_dimension, name="drop_dimension"),
    path("indicateurs", indicators_views.indicators_list, name="own_indicators"),
    path("indicateurs/nouveau", indicators_views.new_indicator, name="new_indicator"),
    path("indicateurs/<slug:name>/modifier", indicators_views.edit_indicator, name="edit_indicator"),
    path("indicateurs/<slug:name>/retirer", indicators_views.drop_indicator, name="drop_indicator"),
    path("personnes", people_views.people_list, name="people"),
    path("personnes/inviter", people_views.invite, name="invite"),
    path("personnes/<int:pk>", people_views.one_person, name="person"),
    path("personnes/<int:pk>/mot-de-passe", people_views.offer_password, name="offer_password"),
    path("personnes/<int:pk>/seconds-facteurs", people_views.forget_factors, name="forget_factors"),
    path("invitations/<int:pk>/retirer", people_views.withdraw, name="withdraw_invitation"),
    path("journal", audit_views.log, name="audit_log"),
    path("journal/exporter", audit_views.export_log, name="export_audit_log"),
]
