"""How DuckDB reads each layout of examples/make_tables, and the three main rules in SQL, written in two ways.

    python3 benches/peers/layouts.py LAYOUT naive|clever FILE

`naive` looks at the text of every row by regular expression, as one would write it first; `clever` classifies each distinct text
once and joins. Prints the patients that each rule finds, as JSON.
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

COUNT = """select o.kind, count(distinct o.patient) as patients
from fills a join fills o on a.patient = o.patient
where a.kind = 'antagonist' and o.kind <> 'antagonist' and o.first < a.free and a.first < o.free
group by o.kind order by o.kind"""


def statements(layout, how):
    """The SQL that makes `fills`: patient, kind, first day, first day that is free again."""
    patient, text, first, days, options, counts = LAYOUTS[layout]
    table = f"read_csv(getvariable('export'), header = true, all_varchar = true{', ' * bool(options)}{options})"
    if layout == "pde":
        # Codes alone: a table of them takes the place of the expressions.
        yield (f"create temp table codes as select code, {KIND.format(text='drug')} as kind "
               f"from read_csv('{CODES}', comment = '#', all_varchar = true, names = ['code', 'drug', 'form', 'strength'], header = false) where kind is not null")
    if how == "naive":
        kind = "codes.kind" if layout == "pde" else KIND.format(text=text)
        joined = f" left join codes on code = {text}" * (layout == "pde")
        yield (f"create temp table fills as select {patient} as patient, {first} as first, first + ({days}) as free, {kind} as kind "
               f"from {table}{joined} where {counts} and {'codes.' * (layout == 'pde')}kind is not null")
        return
    yield (f"create temp table rows as select {patient} as patient, {text} as text, {days} as days, {first} as first from {table} where {counts}")
    if layout == "pde":
        yield "create temp table kinds as select code as text, kind from codes where code in (select distinct text from rows)"
    else:
        yield f"create temp table kinds as select text, {KIND.format(text='text')} as kind from (select distinct text from rows) where kind is not null"
    yield "create temp table fills as select patient, first, first + days as free, kind from rows join kinds using (text)"


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
