"""DuckDB reads four values of every MedicationDispense of an NDJSON file, on two threads.

    python3 benches/peers/ndjson_with_duckdb.py big.ndjson
"""

import resource
import sys
import time

import duckdb

QUERY = """
SELECT count(*), count(DISTINCT subject.reference), count(DISTINCT medicationCodeableConcept.text),
       count(DISTINCT whenHandedOver), count(DISTINCT daysSupply.value)
FROM read_json(?, format = 'newline_delimited')
"""


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


connection = duckdb.connect()
connection.execute("SET threads = 2")
wall, used = time.monotonic(), cpu()
row = connection.execute(QUERY, [sys.argv[1]]).fetchone()
wall, used = time.monotonic() - wall, cpu() - used
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(f"duckdb {duckdb.__version__}: cpu {used:.2f} s, wall {wall:.2f} s, peak {peak} KB, {row}")
