"""Runs before the tests are collected: what they start in processes of their own takes the test settings too."""

import os

os.environ.setdefault("MATRICULA_ENV", "test")
