"""run.py [--misses] ADAPTER…: scores programs on the histories. README.md explains adapters and figures."""
import csv, math, pathlib, subprocess, sys, tempfile
from table import HERE, file_of, read
import write

SEVERITIES = ["low", "moderate", "high"]


def plain(history, folder):
    """The history as a plain table, for programs that read no other format."""
    path = pathlib.Path(folder) / f"{history['id']}.csv"
    with path.open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["patient", "date", "drug", "quantity", "days", "status"])
        for r in history["rows"]:
            days = r["days"]
            if "stop" in r:
                first, last = (write.datetime.date.fromisoformat(d) for d in (r["date"], r["stop"]))
                days = (last - first).days + 1
            rows.writerow([history["id"], r.get("adm", r["date"]), r["drug"], r["quantity"], days, r.get("st", "PAID")])
    return path


def told(adapter, history, folder):
    """The output of a program: pairs of severity and rule."""
    conditions = HERE / "histories" / (file_of(history).rsplit(".", 1)[0] + ".conditions.csv")
    arguments = [HERE / "histories" / file_of(history), conditions if conditions.exists() else "-", history["country"], plain(history, folder)]
    done = subprocess.run([sys.executable, adapter, *map(str, arguments)], capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise SystemExit(f"{adapter} on {file_of(history)}: {done.stderr.strip()}")
    return [tuple(line.split("\t")[:2]) for line in done.stdout.splitlines() if line]


def meets(history, findings, names_rules):
    """Whether what must be reported is reported, with at least the required severity."""
    def enough(severity, wanted):
        return SEVERITIES.index(severity) >= SEVERITIES.index(wanted or history["least"])
    if not names_rules:
        return bool(findings)
    return any(rule == said and enough(severity, wanted) for rule, wanted in history["expected"] for severity, said in findings)


def is_pair(history):
    """Whether the history is about two drugs, not a dose or a person, the case that pair reports are made for."""
    return any("overlap" in rule or "recent" in rule or "blockade" in rule for rule, _ in history["expected"])


def wilson(good, of):
    """A share with its 95 % interval after Wilson."""
    if of == 0:
        return "none"
    z, p = 1.96, good / of
    middle, spread = (p + z * z / (2 * of)), z * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    low, high = ((middle + s * spread) / (1 + z * z / of) for s in (-1, 1))
    return f"{good}/{of} = {100 * p:.1f} % ({100 * max(low, 0):.1f} to {100 * min(high, 1):.1f})"


def score(adapter, histories, misses):
    names_rules = "rxlint" in pathlib.Path(adapter).name
    met = {"must": [0, 0], "not": [0, 0], "pair": [0, 0]}
    by_severity = {severity: [0, 0] for severity in SEVERITIES}
    with tempfile.TemporaryDirectory() as folder:
        for history in histories:
            findings = told(adapter, history, folder)
            gravest = max((SEVERITIES.index(severity) for severity, _ in findings), default=-1)
            verdict = history["verdict"]
            if verdict == "must":
                good = meets(history, findings, names_rules)
            else:
                good = verdict == "may" or gravest < 1
            for group in [verdict] + ["pair"] * (verdict == "must" and is_pair(history)):
                if group in met:
                    met[group][0] += good
                    met[group][1] += 1
            if verdict != "may" and gravest >= 0:
                by_severity[SEVERITIES[gravest]][0] += verdict == "must"
                by_severity[SEVERITIES[gravest]][1] += 1
            if misses and not good:
                wanted = history["expected"] if verdict == "must" else "nothing above low"
                print(f"  {file_of(history)}: wanted {wanted}, got {findings}")
    print(f"{pathlib.Path(adapter).stem}")
    print(f"  must flag, and flagged                  {wilson(*met['must'])}")
    print(f"  those about two drugs                   {wilson(*met['pair'])}")
    print(f"  must not, and moderate or high all the same  {wilson(met['not'][1] - met['not'][0], met['not'][1])}")
    for severity in reversed(SEVERITIES):
        print(f"  gravest finding {severity}, and right        {wilson(*by_severity[severity])}")


def main():
    arguments = [a for a in sys.argv[1:] if not a.startswith("--")]
    histories = read()
    stale = [name for name, text in write.files().items() if not (HERE / name).exists() or (HERE / name).read_bytes() != text.encode()]
    if stale:
        raise SystemExit(f"not as histories.txt says: {', '.join(stale[:5])}; run write.py")
    counts = {verdict: sum(h["verdict"] == verdict for h in histories) for verdict in ("must", "may", "not")}
    print(f"{len(histories)} histories: {counts['must']} must be flagged, {counts['may']} may, {counts['not']} must not")
    for adapter in arguments:
        score(adapter, histories, "--misses" in sys.argv)


if __name__ == "__main__":
    main()
