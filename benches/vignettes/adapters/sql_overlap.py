"""Adapter: a report as many pharmacies have it. One SQL query: names by LIKE, days by addition, two drugs on one day."""
import csv, datetime, sqlite3, sys

ANTAGONIST = ["naltrexone", "vivitrol", "revia", "contrave"]
OPIOID = ["oxycodone", "percocet", "oxycontin", "hydrocodone", "norco", "morphine", "fentanyl", "codeine", "hydromorphone", "tramadol",
          "methadone", "buprenorphine", "suboxone", "oxymorphone", "tapentadol"]


def fills(path):
    """The rows that count, with the first and the last day of each."""
    for row in csv.DictReader(open(path)):
        if row["status"].lower() not in ("reversed", "cancelled", "rejected"):
            first = datetime.date.fromisoformat(row["date"])
            yield row["drug"].lower(), first.toordinal(), first.toordinal() + int(row["days"] or 30) - 1


def database(path):
    connection = sqlite3.connect(":memory:")
    connection.execute("create table fill (drug text, first int, last int)")
    connection.executemany("insert into fill values (?, ?, ?)", fills(path))
    return connection


def like(column, names):
    return "(" + " or ".join(f"{column} like '%{name}%'" for name in names) + ")"


def query(days_before):
    return (f"select 1 from fill a join fill o on a.rowid <> o.rowid where {like('a.drug', ANTAGONIST)} and {like('o.drug', OPIOID)} "
            f"and o.first <= a.last and a.first <= o.last + {days_before} limit 1")


if __name__ == "__main__":
    if database(sys.argv[4]).execute(query(0)).fetchone():
        print("high\toverlap")
