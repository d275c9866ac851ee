"""Runs overlap.sql on the given export, and prints the counts as JSON."""
import json, pathlib, sys
import duckdb

connection = duckdb.connect()
connection.execute("set variable export = ?", [sys.argv[1]])
*setup, query = [s for s in pathlib.Path(__file__).with_name("overlap.sql").read_text().split(";") if s.strip()]
for statement in setup:
    connection.execute(statement)
print(json.dumps(dict(connection.execute(query).fetchall())))
