from django.urls import path

from timonier.web.sharing.export_views import export

urlpatterns = [path("<path:what>.<slug:form>", export, name="export")]
