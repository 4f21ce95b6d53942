from django.urls import path, re_path

from programmes import views

urlpatterns = [
    path("", views.front_door, name="front_door"),
    path("language/<slug:code>/", views.choose_language, name="choose_language"),
    path("brand.css", views.brand_css, name="brand_css"),
    path("cover/<uuid:uuid>.svg", views.cover, name="programme_cover"),
    # Wagtail's own pattern only takes addresses that end in a slash.
    re_path(r"^(?:ca|es|en)/(?P<path>(?:[\w-]+/)+brochure\.pdf)$", views.brochure, name="brochure"),
    path("cover/field/<slug:slug>.svg", views.field_cover, name="field_cover"),
    path("robots.txt", views.robots_txt, name="robots_txt"),
    path("sitemap.xml", views.sitemap_xml, name="sitemap_xml"),
]
