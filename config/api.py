"""The API under ``/api/v1/``: floors hand in ``(prefix, router)`` with the hook ``register_api_router``."""

from ninja import NinjaAPI
from ninja.openapi.docs import Swagger
from wagtail import hooks

api = NinjaAPI(
    title="Matrícula",
    version="1",
    description="Bearer tokens with scopes; the school issues them in its back office under Settings, API tokens.",
    urls_namespace="api",
    docs_url="/docs",
    openapi_url="/openapi.json",
    docs=Swagger(settings={"validatorUrl": None}),  # nothing here calls out
)
for router_of in hooks.get_hooks("register_api_router"):
    prefix, router = router_of()
    api.add_router(prefix, router)
