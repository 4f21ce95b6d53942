"""``make bench``: how fast the jobs are that people wait for, on data of a real size, with two web workers.

Prints a table with the machine's cores and writes ``bench.json``. Medians of three runs. ``BENCH_CASES`` (100,000),
``BENCH_SECONDS`` (8) and ``BENCH_RUNS`` (3) change the size, ``BENCH_ONLY`` names the one job to measure.
The ground floor has jobs of its own (``people_bench``), with ``BENCH_PEOPLE`` (1,000,000), and so has the catalogue
(``catalogue_bench``, ``exchange_bench``), with ``BENCH_PROGRAMMES`` (3,000), and the desk (``desk_bench``).
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

# Not from config: importing it reads the environment, which ``main`` is about to set.
ROOT = Path(__file__).resolve().parents[2]
CASES = int(os.environ.get("BENCH_CASES", "100000"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "8"))
RUNS = int(os.environ.get("BENCH_RUNS", "3"))
ONLY = os.environ.get("BENCH_ONLY", "")
VAR = Path(os.environ.get("MATRICULA_VAR", ROOT / "var")).resolve()
PORT = int(os.environ.get("BENCH_PORT", "8790"))
URL = f"http://127.0.0.1:{PORT}"
MODULES = (
    "people_bench", "leads_bench", "catalogue_bench", "exchange_bench", "desk_bench", "intake_bench", "origins_bench",
    "revival_bench",
)  # fmt: skip
LEADS = Path(os.environ.get("MATRICULA_SHARED_DATA", ROOT.parent / "shared/data")) / "x-education-leads/leads.csv.gz"


def main() -> int:
    os.environ |= {
        "MATRICULA_ENV": "demo",
        "MATRICULA_VAR": str(VAR / "bench"),
        "PORT": str(PORT),
        "WEB_WORKERS": "2",
        "DJANGO_SETTINGS_MODULE": "config.settings.demo",
    }
    (VAR / "bench").mkdir(parents=True, exist_ok=True)
    facts = prepare()
    results = []
    web = subprocess.Popen(
        [str(Path(sys.executable).parent / "gunicorn"), "--config", "config/gunicorn.py", "config.wsgi"],
        cwd=ROOT,
        stderr=(VAR / "bench/web.log").open("wb"),
    )
    try:
        from config.run_demo import wait_for

        wait_for(f"{URL}/healthz", web, within=30)
        for job in (job for job in jobs(facts) if ONLY in job["job"]):
            results.append(measured(job))
            show(results[-1])
    finally:
        web.terminate()
        web.wait(20)
    results.append({"job": "queue page, SQL statements", "count": facts["queue_queries"], "bound": 20})
    show(results[-1])
    if LEADS.exists() and ONLY in "import_leads":
        results.append(import_of_leads())
        show(results[-1])
    for module in MODULES:
        for result in of_module(module):
            results.append(result)
            show(result)
    report = {"cores": os.cpu_count(), "cases": facts["cases"], "seconds": SECONDS, "runs": RUNS, "results": results}
    (VAR / "bench.json").write_text(json.dumps(report, indent=1))
    sys.stdout.write(f"{os.cpu_count()} cores; medians of {RUNS} runs of {SECONDS:g} s; {facts['cases']} cases\n")
    return 0


def prepare() -> dict:
    """A school with a website, a programme and ``CASES`` cases; made once, used again."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    from tests.bench import school

    return school.make(cases=CASES)


def jobs(facts: dict) -> list[dict]:
    sheet = {"job": "product sheet", "url": f"{URL}{facts['sheet']}", "expect": 200}
    enquiry = {
        "job": "enquiry POST",
        "method": "POST",
        "url": f"{URL}/enquire/",
        "expect": 303,
        "form": {
            "email": "bench{n}@synthetic.example",
            "message": "What does it cost?",
            "programme": facts["programme"],
        },
    }
    queue = {
        "job": f"queue page, {facts['cases']} cases",
        "url": f"{URL}/admin/queue/",
        "expect": 200,
        "headers": {"Cookie": f"sessionid={facts['session']}"},
    }
    return [
        *({**sheet, "clients": clients} for clients in (1, 8, 32)),
        *({**enquiry, "clients": clients} for clients in (1, 8, 32)),
        *({**queue, "clients": clients} for clients in (1, 8, 32)),
    ]


def measured(job: dict) -> dict:
    runs = []
    for turn in range(RUNS):
        asked = json.dumps({**job, "seconds": SECONDS, "salt": f"{os.getpid()}x{job['clients']}x{turn}x"})
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.load"], input=asked, capture_output=True, text=True, cwd=ROOT
        )
        if done.returncode:
            raise SystemExit(done.stderr[-2000:])
        runs.append(json.loads(done.stdout))
    median = {key: statistics.median(run[key] for run in runs) for key in ("rate", "p50", "p95", "p99")}
    return {"job": job["job"], "clients": job["clients"], **median, "failed": sum(run["failed"] for run in runs)}


def import_of_leads() -> dict:
    """The real lead file, in a process of its own as an operator would; undone afterwards."""
    command = [sys.executable, "manage.py", "import_leads", str(LEADS), "--campaign", "bench", "--json"]
    command += ["--mapping", "docs/examples/x-education.toml"]
    waits = []
    for _turn in range(RUNS):
        started = time.perf_counter()
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        waits.append(time.perf_counter() - started)
        if done.returncode:
            raise SystemExit(done.stderr[-2000:])
        report = json.loads(done.stdout.splitlines()[-1])
        subprocess.run([sys.executable, "manage.py", "undo_import", report["import_id"]], cwd=ROOT, check=True)
    return {
        "job": f"import_leads, {report['created']} rows",
        "seconds": round(statistics.median(waits), 2),
        "bound": 15,
    }


def of_module(module: str) -> Iterator[dict]:
    """The jobs of a floor with jobs of its own, in a process and a database of their own."""
    command = [sys.executable, "-m", f"tests.bench.{module}"]
    environment = os.environ | {"MATRICULA_VAR": str(VAR)}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment) as done:
        for line in done.stdout:
            yield json.loads(line)
    if done.returncode:
        raise SystemExit(f"The jobs of {module} could not be measured.")


def show(result: dict) -> None:
    name = f"{result['job']}, {result['clients']} clients" if "clients" in result else result["job"]
    figures = "  ".join(
        f"{key} {value:g}" for key, value in result.items() if isinstance(value, (int, float)) and key != "clients"
    )
    sys.stdout.write(f"{name:<44} {figures}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
