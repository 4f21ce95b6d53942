import json

import pytest
import structlog

from config import logs


@pytest.fixture
def written(capsys):
    """The lines that a log statement leaves, as an operator's collector reads them."""

    def lines(write) -> list[dict]:
        import io
        import logging.config

        stream = io.StringIO()
        configuration = logs.configuration(level="INFO")
        formatter = configuration["formatters"]["json"]
        handler = logging.StreamHandler(stream)
        handler.setFormatter(
            structlog.stdlib.ProcessorFormatter(
                processors=formatter["processors"], foreign_pre_chain=formatter["foreign_pre_chain"]
            )
        )
        logger = logging.getLogger("matricula.written")
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel("INFO")
        write(logger, structlog.get_logger("matricula.written"))
        return [json.loads(line) for line in stream.getvalue().splitlines()]

    return lines


def test_line_is_json_with_the_request_id(written):
    logs.bind("abcdef0123456789")
    [line] = written(lambda _plain, log: log.info("case_taken", case_id=7))
    assert {name: line[name] for name in ("event", "case_id", "request_id", "level")} == {
        "event": "case_taken",
        "case_id": 7,
        "request_id": "abcdef0123456789",
        "level": "info",
    }


def test_lines_of_libraries_carry_the_request_id_too(written):
    logs.bind("abcdef0123456789")
    [line] = written(lambda plain, _log: plain.warning("slow query: %s ms", 30))
    assert (line["event"], line["request_id"]) == ("slow query: 30 ms", "abcdef0123456789")


@pytest.mark.parametrize(
    ("secret", "kept"),
    [
        ("Key (value)=(laia.puig+x@escola.example.org) already exists", "already exists"),
        ("called +34 600 123 456 twice", "twice"),
        ("/preferences/eyJwIjo3fQ:1vXyZa:" + "s" * 43 + "/", "/preferences/"),
    ],
)
def test_what_is_personal_is_masked(written, secret, kept):
    def fail(plain, log):
        log.warning(secret, nested={"why": [secret]})
        try:
            raise ValueError(secret)
        except ValueError:
            plain.exception("it failed")

    whole = json.dumps(written(fail), ensure_ascii=False)
    assert kept in whole
    assert [part for part in ("laia", "escola.example", "600 123", "eyJwIjo3fQ", "s" * 20) if part in whole] == []


def test_published_task_carries_the_request_id():
    logs.bind("abcdef0123456789")
    headers: dict = {}
    logs._carry_request_id(headers=headers)
    assert headers == {logs.REQUEST_ID_HEADER: "abcdef0123456789"}
