from django.urls import path, re_path

from programmes.views import feeds, print_batches, site, slots, website

urlpatterns = [
    path("", site.front_door, name="front_door"),
    path("language/<slug:code>/", site.choose_language, name="choose_language"),
    path("brand.css", site.brand_css, name="brand_css"),
    path("cover/<uuid:uuid>.svg", site.cover, name="programme_cover"),
    path("cover/<uuid:uuid>.png", site.cover_picture, name="programme_picture"),
    # Wagtail's own pattern only takes addresses that end in a slash.
    re_path(r"^(?:ca|es|en)/(?P<path>(?:[\w-]+/)+brochure\.pdf)$", site.brochure, name="brochure"),
    path("cover/field/<slug:slug>.svg", site.field_cover, name="field_cover"),
    # Typed from paper, so with or without the last slash.
    re_path(r"^q/(?P<code>[^/]{1,40})/?$", print_batches.follow, name="short_address"),
    path("slots/<uuid:uuid>/", slots.follow, name="slot_follow"),
    path("slots/<uuid:uuid>/seen/", slots.seen, name="slot_seen"),
    path("cover/drawn/<slug:family>/<uuid:key>.svg", website.drawn_cover, name="drawn_cover"),
    path("cover/drawn/<slug:family>/<uuid:key>.png", website.drawn_picture, name="drawn_picture"),
    path("media/<path:path>", website.picture, name="picture"),
    path("feeds/programmes.<str:suffix>", feeds.feed, name="programme_feed"),
    path("robots.txt", site.robots_txt, name="robots_txt"),
    path("sitemap.xml", site.sitemap_xml, name="sitemap_xml"),
]
