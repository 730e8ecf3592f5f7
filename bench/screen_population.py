"""A generated population for the measurement of screening: households, persons, districts."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from zhijia.assistance.rule_books import SHIPPED
from zhijia.assistance.rules.library import Loaded, load_library, load_rule_set
from zhijia.assistance.rules.model import Input

DISTRICTS = 3_000
SEED = 20261130
RULES = ("bench", "national")


def rules(name: str) -> Loaded:
    """Return the small rule of the measurements, or the national rule set."""
    if name == "bench":
        return load_rule_set(Path(__file__).with_name("screen_rule.yaml"))
    return load_library(SHIPPED).get("national@2021")


def make(folder: Path, name: str, households: int) -> None:
    """Write the three tables as Parquet, the persons of a household together, whole numbers in 32 bits."""
    draw, plan = np.random.default_rng(SEED), rules(name).plan
    size = draw.choice([1, 2, 3, 4, 5], households, p=[0.1, 0.25, 0.3, 0.25, 0.1]).astype("int32")
    persons = int(size.sum())
    keys = np.arange(households, dtype="int32")
    table: dict[str, Any] = {"household_id": keys, "place": draw.integers(0, DISTRICTS, households, "int32")}
    table |= {item.name: _column(item, households, draw) for item in plan.household_inputs}
    table["household_size"] = size
    pq.write_table(pa.table(table), folder / f"{name}_households.parquet")
    table = {"household_id": np.repeat(keys, size)}
    table |= {item.name: _column(item, persons, draw) for item in plan.person_inputs}
    pq.write_table(pa.table(table), folder / f"{name}_persons.parquet")
    places: dict[str, Any] = {"place": np.arange(DISTRICTS, dtype="int32")}
    for item in plan.parameters:
        places[item.name] = draw.integers(item.least, min(item.most, 100_000) + 1, DISTRICTS, "int32")
    pq.write_table(pa.table(places), folder / f"{name}_places.parquet")


def _column(item: Input, rows: int, draw: Any) -> Any:
    if item.kind == "money":
        return np.where(draw.random(rows) < 0.4, draw.integers(0, 5_000_000, rows), 0).astype("int32")
    if item.kind == "yesno":
        return draw.random(rows) < 0.03
    if item.kind == "code":
        return draw.integers(1, len(item.codes) + 1, rows, "int32")
    return draw.integers(item.least, min(item.most, 24) + 1, rows, "int32")
