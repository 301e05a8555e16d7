from django.urls import path

from timonier.web.dashboards import indicator_views as views

urlpatterns = [
    path("", views.indicator, name="indicator"),
    path("image/<slug:what>", views.chart, name="indicator_chart"),
    path("image/<slug:what>.svg", views.chart_file, name="indicator_chart_file"),
]
