"""Adapter: the same query with the fourteen opioid-free days added: an opioid on the same day or up to 14 days before."""
import sys
from sql_overlap import database, query

if __name__ == "__main__":
    fills = database(sys.argv[4])
    if fills.execute(query(0)).fetchone():
        print("high\toverlap")
    elif fills.execute(query(14)).fetchone():
        print("moderate\topioid in the fourteen days before")
