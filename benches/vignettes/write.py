"""Writes histories/ and verdicts.tsv from histories.txt: each history in the format that its line names."""
import csv, io, json, datetime, shutil
from table import FORMS, HERE, VERDICTS, file_of, read


def table(header, rows, delimiter=","):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def us(day):
    year, month, rest = day.split("-")
    return f"{int(month)}/{int(rest)}/{year}"


def claims(h):
    extra = [key for key in ("fill", "hcpcs", "adm") if any(key in r for r in h["rows"])]
    names = {"fill": "fill_number", "hcpcs": "hcpcs", "adm": "administration_date"}
    header = ["claim_id", "member_id", "fill_date", "drug_name", "quantity", "days_supply", "directions", "claim_status"]
    rows = []
    for at, r in enumerate(h["rows"], 1):
        filled = "" if r.get("adm") else r["date"]
        rows.append([f"C{h['id']}{at:02}", f"M{h['id']}7", filled, r["drug"], r["quantity"], r["days"], r["directions"], r.get("st", "PAID")]
                    + [r.get(key, "") for key in extra])
    return table(header + [names[key] for key in extra], rows)


def pharmacy(h):
    extra = [key for key in ("fill", "hcpcs") if any(key in r for r in h["rows"])]
    names = {"fill": "Refill No", "hcpcs": "HCPCS"}
    header = ["MRN", "Rx Number", "Date Filled", "Medication", "Qty", "Days Supply", "Sig", "Status"]
    rows = [[f"00{h['id']}41", f"7{h['id']}{at:02}", us(r["date"]), r["drug"], r["quantity"], r["days"], r["directions"], r.get("st", "PAID")]
            + [r.get(key, "") for key in extra] for at, r in enumerate(h["rows"], 1)]
    # A date of the thirteenth or later, so that the order of day and month is not an additional puzzle.
    rows.append([f"00{h['id']}99", f"7{h['id']}00", "1/31/2026", "LISINOPRIL 10 MG TABLET", "30", "30", "1 TAB DAILY", "PAID"] + [""] * len(extra))
    return table(header + [names[key] for key in extra], rows, "|")


def orders(h):
    header = ["patient_id", "order_id", "medication", "quantity", "start_date", "end_date"]
    return table(header, [[f"PT-{h['id']}", f"O{h['id']}{at}", r["drug"], r["quantity"], r["date"], r["stop"]]
                          for at, r in enumerate(h["rows"], 1)])


def clinic(h):
    extra = [key for key in ("born", "fill") if any(key in r for r in h["rows"])]
    names = {"born": "birth_date", "fill": "refill_number"}
    header = ["patient_id", "dispense_date", "medication_name", "dispensed_quantity", "days_supply", "instructions", "dispense_status"]
    rows = [[f"c{h['id']}", r["date"], r["drug"], r["quantity"], r["days"], r["directions"], r.get("st", "Dispensed")]
            + [r.get(key, "") for key in extra] for r in h["rows"]]
    return table(header + [names[key] for key in extra], rows, "\t")


def hl7(h):
    born = next((r["born"].replace("-", "") for r in h["rows"] if "born" in r), "19800115")
    messages = []
    for at, r in enumerate(h["rows"], 1):
        on = r["date"].replace("-", "")
        lines = [f"MSH|^~\\&|PHARM|HOSP|LINT|HOSP|{on}0900||RDS^O13^RDS_O13|{h['id']}{at}|P|2.5.1",
                 f"PID|1||{h['id']}55^^^HOSP^MR||DOE^PAT||{born}|F"]
        lines += [f"DG1|{n}||{code}^^{'SCT' if code.isdigit() else 'I10'}||{when.replace('-', '')}|W" for n, (code, when) in enumerate(h["conditions"], 1)]
        lines += [f"ORC|RE|{h['id']}-{at}^PH|F{h['id']}-{at}^PH",
                  f"RXE||L{at}^{r['drug']}^L|1||EA^Each||^{r['directions']}|||{r['quantity']}|EA"]
        if r["days"]:
            lines.append(f"TQ1|1|||||{r['days']}^D")
        lines.append(f"RXD|1|L{at}^{r['drug']}^L|{on}1730|{r['quantity']}|EA")
        messages.append("".join(line + "\r" for line in lines))
    return "".join(messages)


def fhir(h):
    patient = {"reference": f"Patient/f{h['id']}"}
    born = next((r["born"] for r in h["rows"] if "born" in r), "1980-01-15")
    resources = [{"resourceType": "Patient", "id": f"f{h['id']}", "birthDate": born}]
    for code, on in h["conditions"]:
        system = "http://snomed.info/sct" if code.isdigit() else "http://hl7.org/fhir/sid/icd-10-cm"
        resources.append({"resourceType": "Condition", "clinicalStatus": {"coding": [{"code": "active"}]},
                          "code": {"coding": [{"system": system, "code": code}]}, "subject": patient, "onsetDateTime": on})
    for at, r in enumerate(h["rows"], 1):
        dispense = {"resourceType": "MedicationDispense", "id": f"d{h['id']}-{at}", "status": r.get("st", "completed"),
                    "medicationCodeableConcept": {"text": r["drug"]}, "subject": patient, "whenHandedOver": r["date"],
                    "quantity": {"value": float(r["quantity"])}}
        if r["days"]:
            dispense["daysSupply"] = {"value": int(r["days"]), "unit": "days", "system": "http://unitsofmeasure.org", "code": "d"}
        if r["directions"]:
            dispense["dosageInstruction"] = [{"text": r["directions"]}]
        resources.append(dispense)
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]}
    return json.dumps(bundle, indent=1) + "\n"


WRITERS = {"a": claims, "b": pharmacy, "c": orders, "d": clinic, "h": hl7, "f": fhir}


def patient_of(h):
    return {"a": f"M{h['id']}7", "b": f"00{h['id']}41", "c": f"PT-{h['id']}", "d": f"c{h['id']}", "h": f"{h['id']}55", "f": f"f{h['id']}"}[h["form"]]


def files():
    """Every file by name, and the table of verdicts."""
    out, verdicts = {}, []
    for h in read():
        name = file_of(h)
        out[f"histories/{name}"] = WRITERS[h["form"]](h)
        conditions = ""
        if h["conditions"] and h["form"] not in "hf":
            conditions = name.rsplit(".", 1)[0] + ".conditions.csv"
            out[f"histories/{conditions}"] = table(["patient", "code", "date"], [(patient_of(h), code, on) for code, on in h["conditions"]])
        rules = " or ".join(rule + (f" {severity}" if severity else "") for rule, severity in h["expected"])
        verdicts.append([h["id"], name, conditions, h["country"], VERDICTS[h["verdict"]], rules, h["story"], h["source"]])
    out["verdicts.tsv"] = table(["id", "file", "conditions", "jurisdiction", "verdict", "finding", "story", "source"], verdicts, "\t")
    return out


if __name__ == "__main__":
    shutil.rmtree(HERE / "histories", ignore_errors=True)
    (HERE / "histories").mkdir()
    for name, text in files().items():
        (HERE / name).write_text(text, newline="")
