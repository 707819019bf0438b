"""Loads rows into a table by pandas.to_sql and prints the seconds it took.

Arguments: a JSON file with `columns` and `rows`, and the table. DATABASE_URL in the environment names user and schema.
"""
import json
import os
import sys
import time

import pandas
import sqlalchemy

CHUNK_ROWS = 1_000

path, table = sys.argv[1:]
with open(path, encoding="utf-8") as file:
    sample = json.load(file)
frame = pandas.DataFrame(sample["rows"], columns=sample["columns"], dtype=object)
engine = sqlalchemy.create_engine(os.environ["DATABASE_URL"])
with engine.connect():
    start = time.perf_counter()
frame.to_sql(table, engine, if_exists="append", index=False, chunksize=CHUNK_ROWS)
print(time.perf_counter() - start)
