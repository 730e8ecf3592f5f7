"""Ask Django itself: system checks, also as in production, and whether a migration is missing.

python tools/django_checks.py     exit 1 if one of them complains
"""

import os
import subprocess
import sys
import tempfile

# As behind a TLS proxy. HSTS for subdomains and preload are the operator's decision for his whole domain.
PRODUCTION = {"ZHIJIA_TLS": "1", "ZHIJIA_HOSTS": "zhijia.example"}
RUNS: tuple[tuple[dict[str, str], list[str]], ...] = (
    ({}, ["check", "--fail-level", "WARNING"]),
    ({}, ["makemigrations", "--check", "--dry-run"]),
    (PRODUCTION, ["check", "--deploy", "--fail-level", "WARNING"]),
)


def main() -> int:
    """Run each command in a fresh process and an empty data folder; return 1 if one fails."""
    failed = 0
    with tempfile.TemporaryDirectory() as data:
        for extra, arguments in RUNS:
            environment = {**os.environ, "ZHIJIA_DATA": data, **extra}
            command = [sys.executable, "-m", "zhijia.config.command_line", *arguments]
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
            if done.returncode:
                print(f"zhijia {' '.join(arguments)}\n{done.stdout}{done.stderr}")
                failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main())
