"""Reads histories.txt: one block per patient. README.md explains the format."""
import pathlib, re

HERE = pathlib.Path(__file__).parent
VERDICTS = {"must": "must flag", "may": "may flag", "not": "must not flag"}
FORMS = {"a": "claims", "b": "pharmacy system", "c": "orders", "d": "clinic export", "h": "HL7 v2", "f": "FHIR"}


def day(text):
    """`03-01` is of 2026, `25/03-01` of 2025."""
    year, _, rest = text.rpartition("/")
    return f"20{year or '26'}-{rest}"


def read(path=HERE / "histories.txt"):
    """The histories, each a dict with its rows and conditions."""
    sources, histories = {}, []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("source "):
            tag, text = line[7:].split(None, 1)
            sources[tag] = text
        elif line.startswith(" !"):
            code, on = line[2:].split()
            histories[-1]["conditions"].append((code, day(on)))
        elif line.startswith(" "):
            histories[-1]["rows"].append(row(line.strip(), number))
        else:
            # Rules may themselves contain bars.
            head, source, story = (part.strip() for part in line.rsplit(" | ", 2))
            words = head.split()
            kind, _, least = words[0].partition(":")
            country = next((word[1:] for word in words if word.startswith("@")), "us")
            rules = [word for word in words[3:] if not word.startswith("@")]
            if kind not in VERDICTS or words[1] not in FORMS or source not in sources:
                raise SystemExit(f"histories.txt:{number}: verdict, form or source is not known")
            expected = [tuple((rule + ":").split(":")[:2]) for rule in "".join(rules).split("|") if rule]
            histories.append({
                "id": f"{len(histories) + 1:03}", "label": words[2], "form": words[1], "verdict": kind, "least": least or "moderate",
                "expected": expected, "country": country, "source": sources[source], "story": story, "rows": [], "conditions": []})
    labels = [h["label"] for h in histories]
    twice = {label for label in labels if labels.count(label) > 1}
    if twice:
        raise SystemExit(f"labels that stand twice: {', '.join(sorted(twice))}")
    return histories


def row(text, number):
    on, rest = text.split(None, 1)
    parts = [part.strip() for part in rest.split(";")]
    keys = dict(part.split("=", 1) for part in parts[3:] if re.match(r"^(st|stop|adm|born|fill|hcpcs)=", part))
    plain = [part for part in parts[3:] if not re.match(r"^(st|stop|adm|born|fill|hcpcs)=", part)]
    if len(parts) < 2:
        raise SystemExit(f"histories.txt:{number}: a row needs a drug and a quantity")
    return {"date": day(on), "drug": parts[0], "quantity": parts[1], "days": parts[2] if len(parts) > 2 else "",
            "directions": "; ".join(filter(None, plain)), **{k: (day(v) if k in ("stop", "adm") else v) for k, v in keys.items()}}


def file_of(history):
    """The file of a history, below `histories/`."""
    ending = {"h": "hl7", "f": "json", "b": "txt", "d": "tsv"}.get(history["form"], "csv")
    return f"{history['id']}-{history['label']}.{ending}"
