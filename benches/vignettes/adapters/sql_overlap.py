"""Adapter: a report like that of many pharmacies. One SQL query: names from a list, days by addition, two drugs on one day."""
import csv, datetime, sqlite3, sys
from names import is_antagonist, is_opioid


def database(path):
    """The fills that count, each with its first and last day; a fill without days gets thirty."""
    connection = sqlite3.connect(":memory:")
    connection.execute("create table fill (antagonist int, opioid int, first int, last int)")
    for row in csv.DictReader(open(path)):
        if row["status"].lower() in ("reversed", "cancelled", "rejected"):
            continue
        drug, first = row["drug"].lower(), datetime.date.fromisoformat(row["date"]).toordinal()
        connection.execute("insert into fill values (?, ?, ?, ?)",
                           (is_antagonist(drug), is_opioid(drug), first, first + int(row["days"] or 30) - 1))
    return connection


def query(days_before):
    return (f"select 1 from fill a join fill o on a.rowid <> o.rowid where a.antagonist and o.opioid "
            f"and o.first <= a.last and a.first <= o.last + {days_before} limit 1")


if __name__ == "__main__":
    if database(sys.argv[4]).execute(query(0)).fetchone():
        print("high\toverlap")
