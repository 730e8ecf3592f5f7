"""The same rules by hand, in SQL for DuckDB and in NumPy: what our compiled ones are measured against."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

BENCH_SQL = """
with s as (select household_id, sum(income)::bigint earned, sum(medical + schooling)::bigint spent
           from persons group by 1),
a as (select h.*, q.* exclude (place), earned, spent from households h join s using (household_id)
      left join places q using (place)),
b as (select *, earned - spent <= dibao::bigint * household_size * 12 d,
      (earned - spent) * 100 < coefficient::bigint * dibao * household_size * 12 r,
      loss::bigint * 100 > earned * 80 l, spent * 100 > earned * 50 c from a),
k as (select *, case when not (has_car or has_company or has_dwellings) and d then 1
      when not (has_car or has_company or has_dwellings) and r then 2
      when not (has_company or has_dwellings) and (l or c) then 3 else 0 end class from b)
select household_id, class, case class when 1 then least(household_size::bigint * dibao, 300000)
  when 2 then least(household_size::bigint * dibao, 300000) // 2
  when 3 then least(loss::bigint, 500000) else 0 end aid,
  (d::int + 2 * r::int + 4 * l::int + 8 * c::int + 16 * has_car::int + 32 * has_company::int
   + 64 * has_dwellings::int)::bigint reasons from k
"""
NATIONAL_SQL = """
with s as (select household_id, sum(wages + other_income + union_aid)::bigint earned,
           sum(medical_cost + disability_cost + schooling_cost + care_cost)::bigint costs,
           count(*) filter (work_status = 2) jobless from persons group by 1),
a as (select h.*, q.* exclude (place),
      earned + case when jobless > 0 then jobless * minimum_wage * 12 else 0 end income,
      costs + housing_cost + necessary_work_cost + other_rigid_cost rigid
      from households h join s using (household_id) left join places q using (place)),
b as (select *, income - rigid <= dibao::bigint * household_size * 12 d,
      (income - rigid) * 100 < relative_coefficient::bigint * dibao * household_size * 12 r,
      sudden_event and still_in_difficulty e,
      private_school_or_abroad or controls_company or several_dwellings or motor_vehicle or refuses_check
      or hides_facts or refuses_work x from a),
k as (select *, case when x then 0 when d then 1 when r then 2 when e then 3 else 0 end class from b)
select household_id, class, case class when 1 then least(household_size::bigint * aid_member, aid_cap)
  when 2 then (aid_relative_share::bigint * least(household_size::bigint * aid_member, aid_cap)) // 100
  when 3 then least(accident_cost::bigint, aid_accident_months::bigint * dibao) else 0 end aid,
  (d::int + 2 * r::int + 4 * e::int + 1024 * private_school_or_abroad::int + 2048 * controls_company::int
   + 4096 * several_dwellings::int + 8192 * motor_vehicle::int + 16384 * refuses_check::int
   + 32768 * hides_facts::int + 65536 * refuses_work::int)::bigint reasons from k
"""
SQL = {"bench": BENCH_SQL, "national": NATIONAL_SQL}
Columns = dict[str, Any]


def read(folder: Path, name: str, table: str) -> Columns:
    """Return a table as NumPy columns."""
    found = pq.read_table(folder / f"{name}_{table}.parquet")
    return {column: found[column].to_numpy() for column in found.column_names}


def numpy_bench(h: Columns, p: Columns, q: Columns) -> tuple[Any, Any, Any]:
    """Return class, aid and reasons of the small rule."""
    starts = _starts(h)
    earned = np.add.reduceat(p["income"], starts, dtype="int64")
    spent = np.add.reduceat(p["medical"] + p["schooling"], starts, dtype="int64")
    dibao = q["dibao"].astype("int64")[h["place"]]
    yearly = dibao * h["household_size"] * 12
    deep = earned - spent <= yearly
    relative = (earned - spent) * 100 < yearly * q["coefficient"][h["place"]]
    loss, costs = h["loss"].astype("int64") * 100 > earned * 80, spent * 100 > earned * 50
    out = h["has_company"] | h["has_dwellings"]
    barred = out | h["has_car"]
    found = np.select([~barred & deep, ~barred & relative, ~out & (loss | costs)], [1, 2, 3], 0)
    most = np.minimum(h["household_size"] * dibao, 300_000)
    aid = np.select(
        [found == 1, found == 2, found == 3], [most, most // 2, np.minimum(h["loss"], 500_000)], 0
    )
    bits = [deep, relative, loss, costs, h["has_car"], h["has_company"], h["has_dwellings"]]
    return found, aid, _bits(bits, range(7))


def numpy_national(h: Columns, p: Columns, q: Columns) -> tuple[Any, Any, Any]:
    """Return class, aid and reasons of the national rule set."""
    starts, at = _starts(h), h["place"]
    earned = np.add.reduceat(p["wages"] + p["other_income"] + p["union_aid"], starts, dtype="int64")
    costs = p["medical_cost"] + p["disability_cost"] + p["schooling_cost"] + p["care_cost"]
    rigid = np.add.reduceat(costs, starts, dtype="int64")
    rigid += h["housing_cost"].astype("int64") + h["necessary_work_cost"] + h["other_rigid_cost"]
    jobless = np.add.reduceat(p["work_status"] == 2, starts, dtype="int64")
    net = earned + jobless * q["minimum_wage"][at] * 12 - rigid
    dibao = q["dibao"].astype("int64")[at]
    yearly = dibao * h["household_size"] * 12
    deep, relative = net <= yearly, net * 100 < yearly * q["relative_coefficient"][at]
    event = h["sudden_event"] & h["still_in_difficulty"]
    names = ["private_school_or_abroad", "controls_company", "several_dwellings", "motor_vehicle",
             "refuses_check", "hides_facts", "refuses_work"]  # fmt: skip
    barred = np.logical_or.reduce([h[name] for name in names])
    found = np.select([barred, deep, relative, event], [0, 1, 2, 3], 0)
    most = np.minimum(h["household_size"] * q["aid_member"].astype("int64")[at], q["aid_cap"][at])
    after = np.minimum(h["accident_cost"], q["aid_accident_months"][at] * dibao)
    share = q["aid_relative_share"].astype("int64")[at] * most // 100
    aid = np.select([found == 1, found == 2, found == 3], [most, share, after], 0)
    return found, aid, _bits([deep, relative, event, *(h[name] for name in names)], [0, 1, 2, *range(10, 17)])


NUMPY = {"bench": numpy_bench, "national": numpy_national}


def _starts(h: Columns) -> Any:
    return np.concatenate(([0], np.cumsum(h["household_size"][:-1], dtype="int64")))


def _bits(found: list[Any], numbers: Any) -> Any:
    reasons = np.zeros(len(found[0]), "int64")
    for column, bit in zip(found, numbers, strict=True):
        reasons |= column.astype("int64") << bit
    return reasons
