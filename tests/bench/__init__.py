"""The benchmarks: ``make bench`` prints them as a table and writes ``var/bench.json``."""
