"""Runs before Django's settings are read: tests use the test settings and write below ``var/test``."""

import os
from pathlib import Path

os.environ.setdefault("MATRICULA_ENV", "test")
os.environ.setdefault("MATRICULA_VAR", str(Path(__file__).parent / "var" / "test"))
