"""``make bench``: run every ``bench_*.py`` of this folder; ``python -m bench memory`` runs one."""

import importlib
import sys
from pathlib import Path


def main() -> None:
    """Run the named measurements, or all in the order of their names."""
    known = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))
    for name in sys.argv[1:] or known:
        if name not in known:
            raise SystemExit(f"there is no measurement {name!r}, only: {', '.join(known)}")
        print(f"== {name}", flush=True)
        importlib.import_module(f"bench.bench_{name}").main()


if __name__ == "__main__":
    main()
