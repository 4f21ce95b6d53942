"""What the environment may say, and what is refused with the name of the variable."""

import pytest

from config.environment import DEMO_SECRET, ENVS, ROOT, SANDBOX_KEY, Misconfigured, database, read

WHOLE = {
    "MATRICULA_ENV": "production",
    "SECRET_KEY": "only-for-this-test-" + "x" * 50,
    "ALLOWED_HOSTS": "school.example,www.school.example",
    "BASE_URL": "https://school.example/",
    "DATABASE_URL": "postgres://school@db.example/school",
    "CELERY_BROKER_URL": "redis://broker.example/0",
    "EMAIL_URL": "smtp://mail.example",
    "STRIPE_API_KEY": "sk_live_test",
    "STRIPE_WEBHOOK_SECRET": "whsec_test",
}


@pytest.fixture
def environment(monkeypatch):
    """Read the environment as it would be with these variables and no others of ours."""

    def read_with(**variables):
        for name in (
            *WHOLE,
            "MATRICULA_VAR",
            "DJANGO_SETTINGS_MODULE",
            "PORT",
            "DEBUG",
            "STAFF_MFA",
            "STRIPE_API_BASE",
            "CACHE_URL",
            "PYTEST_XDIST_WORKER",
        ):
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return read.__wrapped__()

    return read_with


def test_without_any_variable_it_is_a_demo(environment):
    found = environment()
    assert (found.env, found.port, found.base_url) == ("demo", 8000, "http://localhost:8000")
    assert (found.secret_key, found.stripe_api_key) == (DEMO_SECRET, SANDBOX_KEY)
    assert (found.staff_mfa, found.debug) == (False, False)


def test_settings_named_alone_say_the_environment(environment):
    found = environment(DJANGO_SETTINGS_MODULE="config.settings.test")
    assert (found.env, found.var) == ("test", ROOT / "var/test")


def test_port_moves_the_website_and_the_sandbox(environment):
    found = environment(PORT="8100")
    assert (found.base_url, found.stripe_api_base) == ("http://localhost:8100", "http://127.0.0.1:8101")


def test_own_key_is_never_sent_to_the_sandbox(environment):
    assert environment(STRIPE_API_KEY="sk_test_of_ours").stripe_api_base == ""


def test_production_is_read_as_it_stands(environment):
    found = environment(**WHOLE, STAFF_MFA="yes")
    assert found.allowed_hosts == ("school.example", "www.school.example")
    assert found.base_url == "https://school.example"
    assert found.staff_mfa


@pytest.mark.parametrize("missing", sorted(set(WHOLE) - {"MATRICULA_ENV"}))
def test_production_names_what_is_missing(environment, missing):
    with pytest.raises(Misconfigured, match=f"needs {missing};"):
        environment(**{**WHOLE, missing: ""})


@pytest.mark.parametrize(
    ("wrong", "names"),
    [
        ({"MATRICULA_ENV": "staging"}, "MATRICULA_ENV"),
        ({"PORT": "0"}, "PORT"),
        ({"PORT": "65535"}, "PORT"),
        ({"PORT": "-1"}, "PORT"),
        ({"BASE_URL": "school.example"}, "BASE_URL"),
        ({"CELERY_BROKER_URL": "http://broker"}, "CELERY_BROKER_URL"),
        ({**WHOLE, "SECRET_KEY": DEMO_SECRET}, "SECRET_KEY"),
        ({**WHOLE, "STRIPE_WEBHOOK_SECRET": "whsec_matricula_sandbox"}, "STRIPE_WEBHOOK_SECRET"),
    ],
)
def test_what_does_not_add_up_is_refused_by_name(environment, wrong, names):
    with pytest.raises(Misconfigured, match=names):
        environment(**wrong)


def test_every_kind_of_deployment_has_its_settings():
    from importlib.util import find_spec

    assert all(find_spec(f"config.settings.{env}") for env in ENVS)


def test_database_address_is_taken_apart():
    found = database("postgres://ana:p%40ss@db.example:5433/la%20school?sslmode=require")
    assert (found["USER"], found["PASSWORD"], found["HOST"]) == ("ana", "p@ss", "db.example")
    assert (found["PORT"], found["NAME"]) == ("5433", "la school")
    assert found["OPTIONS"]["sslmode"] == "require"


def test_database_may_listen_on_a_socket():
    assert database("postgresql://postgres:@/postgres?host=/srv/socket")["HOST"] == "/srv/socket"


@pytest.mark.parametrize("url", ["mysql://localhost/x", "localhost/x", "postgres://db:many/x", "postgres://[db/x"])
def test_database_address_that_cannot_be_used_is_refused(url):
    with pytest.raises(Misconfigured, match="DATABASE_URL"):
        database(url)
