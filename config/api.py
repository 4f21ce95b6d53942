"""The API under ``/api/v1/``: floors hand in ``(prefix, router)`` with the hook ``register_api_router``."""

from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.openapi.docs import Swagger
from wagtail import hooks

# What any operation may answer instead, in words.
REFUSALS = {
    400: "The body cannot be read",
    401: "No token, or not a good one",
    403: "The token may not do that",
    404: "There is no such thing",
    422: "Something must be put right",
}
IN_WORDS = {"type": "object", "required": ["detail"], "properties": {"detail": {"type": "string"}}}


class SchoolAPI(NinjaAPI):
    """Describes also how it refuses, so that whoever reads the description is prepared."""

    def get_openapi_schema(self, **options):
        schema = super().get_openapi_schema(**options)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for code, words in REFUSALS.items():
                    answer = {"description": words, "content": {"application/json": {"schema": IN_WORDS}}}
                    operation["responses"].setdefault(code, answer)
        return schema


api = SchoolAPI(
    title="Matrícula",
    version="1",
    description="Bearer tokens with scopes; the school issues them in its back office under Settings, API tokens.",
    urls_namespace="api",
    docs_url="/docs",
    openapi_url="/openapi.json",
    docs=Swagger(settings={"validatorUrl": None}),  # nothing here calls out
)


@api.exception_handler(ValidationError)
def say_what_is_wrong(request, fault):
    """Field by field, as the floors say it themselves, and in one sentence."""
    errors = {str(one["loc"][-1] if one.get("loc") else "body"): str(one["msg"]) for one in fault.errors}
    detail = "; ".join(f"{name}: {why}" for name, why in errors.items())
    return api.create_response(request, {"detail": detail, "errors": errors}, status=422)


for router_of in hooks.get_hooks("register_api_router"):
    prefix, router = router_of()
    api.add_router(prefix, router)
