from django.urls import URLPattern, path

from timonier.web.intake import following, receipts, views, wizard

urlpatterns: list[URLPattern] = [
    path("", views.home, name="data"),
    path("envoi", views.send, name="intake_send"),
    path("import/<int:pk>/", wizard.start, name="intake_upload"),
    path("import/<int:pk>/lecture", wizard.reading_step, name="intake_reading"),
    path("import/<int:pk>/colonnes", wizard.columns_step, name="intake_columns"),
    path("import/<int:pk>/questions", wizard.questions_step, name="intake_questions"),
    path("import/<int:pk>/essai", wizard.rehearsal_step, name="intake_rehearsal"),
    path("import/<int:pk>/chargement", wizard.load, name="intake_load"),
    path("import/<int:pk>/recette", wizard.recipe, name="intake_recipe"),
    path("import/<int:pk>/retrait", wizard.discard, name="intake_discard"),
    path("travaux/<int:pk>", following.show, name="intake_run"),
    path("travaux/<int:pk>/avancement", following.progress, name="intake_progress"),
    path("travaux/<int:pk>/annulation", following.cancel, name="intake_cancel"),
    path("travaux/<int:pk>/rejets/<int:rank>", following.rejects, name="intake_rejects"),
    path("travaux/<int:pk>/recette", following.keep_recipe, name="intake_keep_recipe"),
    path("chargements", receipts.listing, name="intake_loads"),
    path("chargements/<str:table>/<int:version>", receipts.receipt, name="intake_receipt"),
    path("qualite", receipts.quality, name="intake_quality"),
]
