"""A load client in a process of its own: so many clients, one request after the other each, for so many seconds."""

import asyncio
import json
import math
import sys
import time

import aiohttp

WARM_UP_SECONDS = 2


def percentile(values: list[float], share: float) -> float:
    """The smallest value that at least ``share`` (0-1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


async def run(job: dict) -> dict:
    """Send ``job``'s request again and again; returns requests per second and milliseconds at p50, p95, p99."""
    waits: list[float] = []
    failed = 0
    counter = 0
    began = time.perf_counter()
    count_from = began + WARM_UP_SECONDS
    until = count_from + job["seconds"]

    async def client(session: aiohttp.ClientSession) -> None:
        nonlocal failed, counter
        while (now := time.perf_counter()) < until:
            counter += 1
            form = {key: value.replace("{n}", f"{job['salt']}{counter}") for key, value in job.get("form", {}).items()}
            async with session.request(
                job.get("method", "GET"), job["url"], data=form or None, allow_redirects=False
            ) as answer:
                await answer.read()
                good = answer.status == job["expect"]
            if now >= count_from:
                waits.append(1000 * (time.perf_counter() - now))
                failed += not good

    connector = aiohttp.TCPConnector(limit=job["clients"])
    headers = job.get("headers", {}) | {"Accept-Encoding": "gzip"}
    async with aiohttp.ClientSession(
        connector=connector, headers=headers, cookie_jar=aiohttp.DummyCookieJar()
    ) as session:
        await asyncio.gather(*(client(session) for _ in range(job["clients"])))
    return {
        "rate": round(len(waits) / job["seconds"], 1),
        "p50": round(percentile(waits, 0.50), 1),
        "p95": round(percentile(waits, 0.95), 1),
        "p99": round(percentile(waits, 0.99), 1),
        "failed": failed,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(run(json.load(sys.stdin)))))
