"""Public addresses of people: the preference centre, and the back office's way to the one door."""

from django.urls import path

from people.views import confirm, my_data, preferences, public, sessions

app_name = "people"
urlpatterns = [
    path("confirm/<str:token>/", confirm.confirm, name="confirm"),
    path("preferences/<str:token>/", preferences.preferences, name="preferences"),
    path("preferences/<str:token>/stop/", preferences.stop, name="preferences_stop"),
    path("preferences/<str:token>/revoke/", preferences.revoke, name="preferences_revoke"),
    path("preferences/<str:token>/new/", preferences.new, name="preferences_new"),
    path("preferences/<str:token>/my-data/", preferences.ask_for_data, name="preferences_ask_for_data"),
    path("preferences/<str:token>/data.json", preferences.download_data, name="preferences_data"),
    path("my-data/", my_data.show, name="my_data"),
    path("my-data/open/<str:token>/", my_data.open_link, name="my_data_open"),
    path("my-data/open/<str:token>/new/", my_data.new, name="my_data_new"),
    path("my-data/preferences/", my_data.to_preferences, name="my_data_preferences"),
    path("my-data/correct/", my_data.correct, name="my_data_correct"),
    path("my-data/addresses/", my_data.add_address, name="my_data_add_address"),
    path("my-data/addresses/prove/", my_data.prove_address, name="my_data_prove_address"),
    path("my-data/addresses/remove/", my_data.remove_address, name="my_data_remove_address"),
    path("my-data/ask/", my_data.ask, name="my_data_ask"),
    path("my-data/profiling/", my_data.object_to_profiling, name="my_data_object"),
    path("my-data/my-data.json", my_data.download_json, name="my_data_json"),
    path("my-data/my-data.pdf", my_data.download_pdf, name="my_data_pdf"),
    path("my-data/erase/", my_data.erase, name="my_data_erase"),
    path("my-data/erased/", my_data.erased, name="my_data_erased"),
    path("my-data/close/", my_data.close, name="my_data_close"),
    path("accounts/sessions/end/", sessions.sign_out_everywhere, name="sign_out_everywhere"),
    path("admin/login/", public.admin_login, name="admin_login"),
]
