#!/usr/bin/env python
"""Matrícula's command line: ``python manage.py help`` lists what it can do."""

import sys

from config import entry

if __name__ == "__main__":
    entry.use_settings()
    from django.core.management import execute_from_command_line

    with entry.one_clear_line():
        execute_from_command_line(sys.argv)
