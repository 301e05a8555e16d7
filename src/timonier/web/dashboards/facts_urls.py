from django.urls import path

from timonier.web.dashboards import rows_views

urlpatterns = [
    path("reponse/<path:identifier>/", rows_views.answer, name="answer"),
    path("client/<path:identifier>/", rows_views.customer, name="customer"),
]
