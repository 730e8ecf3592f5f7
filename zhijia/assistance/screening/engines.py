"""The engines that run a rule over a whole population. They are optional: the ``analytics`` group."""

from pathlib import Path
from typing import Any

HOW_TO_INSTALL = (
    "the packages for screening are not installed. In a checkout: make develop. On a server: "
    "pip install 'ibis-framework[duckdb]>=12,<13' 'sqlglot<30' (group analytics of pyproject.toml)"
)
HOW_TO_INSTALL_SPARK = (
    "Spark is not installed. It lives in an environment of its own, with Java 17: make .venv-spark/place, "
    "then .venv-spark/bin/zhijia screen … --engine spark"
)


class NoEngine(Exception):
    """The packages of an engine are missing; the text says how to install them."""


def require(engine: str) -> None:
    """Raise ``NoEngine`` when the packages of an engine are missing."""
    from importlib.util import find_spec

    if find_spec("ibis") is None or find_spec("duckdb") is None:
        raise NoEngine(HOW_TO_INSTALL)
    if engine == "spark" and find_spec("pyspark") is None:
        raise NoEngine(HOW_TO_INSTALL_SPARK)


def spark_session(folder: Path) -> Any:
    """Return a local Spark that keeps its files in ``folder`` and asks nothing of the network."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").appName("zhijia")
    options = {
        "spark.ui.enabled": "false", "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1", "spark.local.dir": str(folder / "local"),
        "spark.sql.warehouse.dir": str(folder / "warehouse"), "spark.sql.shuffle.partitions": "4",
        "spark.sql.ansi.enabled": "true", "spark.sql.session.timeZone": "UTC",
    }  # fmt: skip
    for name, value in options.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()
