from django.urls import path

from timonier.web.dashboards import indicator_views, notes_views, rows_views

urlpatterns = [
    path("", indicator_views.indicator, name="indicator"),
    path("image/<slug:what>", indicator_views.chart, name="indicator_chart"),
    path("image/<slug:what>.svg", indicator_views.chart_file, name="indicator_chart_file"),
    path("ventilation", indicator_views.by_dimension, name="indicator_breakdown"),
    path("pourquoi", indicator_views.reasons, name="indicator_why"),
    path("lignes", rows_views.rows, name="indicator_rows"),
    path("reperes", notes_views.notes, name="indicator_notes"),
    path("reperes/<slug:kind>/<int:pk>/retirer", notes_views.remove_note, name="remove_note"),
]
