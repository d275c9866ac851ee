"""How DuckDB reads each layout of examples/make_tables, and the three main rules in SQL, written in two ways.

    python3 benches/peers/layouts.py LAYOUT naive|clever FILE

`naive` matches the text of every row against four regular expressions, the obvious first version. `clever` is the best version found:
one expression for all words, without their ends, selects the rows that the four then check. (Slower: a table of the distinct texts and
a join, in one scan or two; the same expression in lower case, or as twelve calls of `contains`.) Prints the patients that each rule finds, as JSON.
"""
import json, pathlib, sys

CODES = pathlib.Path(__file__).parent.parent.parent / "rules/codes/ndc.csv"

KIND = r"""case when regexp_matches({text}, '(?i)\b(naltrexone|vivitrol|contrave)\b') then 'antagonist'
     when regexp_matches({text}, '(?i)\btramadol\b') then 'tramadol-antagonist-overlap'
     when regexp_matches({text}, '(?i)\b(buprenorphine|methadone)\b') then 'maintenance-opioid-overlap'
     when regexp_matches({text}, '(?i)\b(oxycodone|hydrocodone|morphine|fentanyl|codeine|hydromorphone)\b') then 'opioid-antagonist-overlap'
end"""

# The patient, the text, the first day, the days (a stop date is the last of them), options of read_csv, which rows count.
LAYOUTS = {
    "claims": ("patient_id", "drug_name", "fill_date::date", "days_supply::int", "", "status = 'PAID'"),
    "diagnoses": ("member_id", "drug_name", "fill_date::date", "days_supply::int", "", "claim_status = 'PAID'"),
    "directions": ("patient_id", "drug", "date_filled::date", "days_supply::int", "", "status = 'PAID'"),
    "pde": ("BENE_ID", "PROD_SRVC_ID", "strptime(SRVC_DT, '%d-%b-%Y')::date", "DAYS_SUPLY_NUM::int", "delim = '|'", "true"),
    "synthea": ("PATIENT", "DESCRIPTION", "left(START, 10)::date", "(left(STOP, 10)::date - left(START, 10)::date + 1)::int", "", "true"),
    "omop": ("person_id", "drug_source_value", "drug_exposure_start_date::date",
             "(drug_exposure_end_date::date - drug_exposure_start_date::date + 1)::int", "", "true"),
    "mimic": ("subject_id", "drug", "left(starttime, 10)::date", "(left(stoptime, 10)::date - left(starttime, 10)::date + 1)::int", "", "true"),
    "pdmp": ("\"Patient ID\"", "\"Drug Name\"", "strptime(\"Fill Date\", '%m/%d/%Y')::date", "\"Days Supply\"::int", "skip = 4", "true"),
    "german": ("Patientennummer", "Arzneimittel", "strptime(Abgabedatum, '%d.%m.%Y')::date", "Reichweite::int", "delim = ';'",
               "Status = 'abgegeben'"),
}

ANY = "regexp_matches({text}, '(?i)naltrexone|vivitrol|contrave|tramadol|buprenorphine|methadone|oxycodone|hydrocodone|morphine|fentanyl|codeine|hydromorphone')"

COUNT = """select o.kind, count(distinct o.patient) as patients
from fills a join fills o on a.patient = o.patient
where a.kind = 'antagonist' and o.kind <> 'antagonist' and o.first < a.free and a.first < o.free
group by o.kind order by o.kind"""


def statements(layout, how):
    """The SQL that makes `fills`: patient, kind, first day, first free day after."""
    patient, text, first, days, options, counts = LAYOUTS[layout]
    table = f"read_csv(getvariable('export'), header = true, all_varchar = true{', ' * bool(options)}{options})"
    if layout == "pde":
        # Only codes: a table of them replaces the expressions.
        yield (f"create temp table codes as select code, {KIND.format(text='drug')} as kind "
               f"from read_csv('{CODES}', comment = '#', all_varchar = true, names = ['code', 'drug', 'form', 'strength'], header = false) where kind is not null")
    codes = layout == "pde"
    kind = "codes.kind" if codes else KIND.format(text=text)
    clever = how == "clever"
    joined = (" join" if clever else " left join") + f" codes on code = {text}" if codes else ""
    first_look = f"{ANY.format(text=text)} and " * (clever and not codes)
    yield (f"create temp table fills as select {patient} as patient, {first} as first, first + ({days}) as free, {kind} as kind "
           f"from {table}{joined} where {first_look}{counts} and {'codes.' * codes}kind is not null")


def main():
    import duckdb

    layout, how, export = sys.argv[1:]
    connection = duckdb.connect()
    connection.execute("set threads = 2")
    connection.execute("set variable export = ?", [export])
    for statement in statements(layout, how):
        connection.execute(statement)
    print(json.dumps(dict(connection.execute(COUNT).fetchall())))


if __name__ == "__main__":
    main()
