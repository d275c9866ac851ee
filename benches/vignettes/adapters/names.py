"""The names that the peers look for, as parts of a drug's text: a list that a careful site may keep. Names that resemble other drugs are distinguished."""
ANTAGONIST = ["naltrexon", "vivitrol", "revia", "adepend", "contrave", "mysimba", "lybalvi", "samidorphan", "nalmefene", "selincro"]
OPIOID = ["oxycod", "percocet", "oxycontin", "xtampza", "hydrocod", "norco", "hysingla", "morphin", "ms contin", "mst", "fentanyl", "codein", "hydromorph",
          "tramadol", "ultracet", "tramacet", "zydol", "seglentis", "methadon", "buprenorph", "suboxone", "zubsolv", "belbuca", "butrans", "sublocade", "brixadi",
          "buvidal", "probuphine", "oxymorph", "opana", "tapentadol", "nucynta", "meperidine", "demerol", "pethidine", "levorphanol", "polamidon", "opium",
          "butorphanol", "pentazocine", "nalbuphine", "meptazinol", "sufentanil", "diphenoxylate", "lomotil", "embeda"]

def is_antagonist(drug):
    return any(name in drug for name in ANTAGONIST) and not any(name in drug for name in ["methylnaltrexon", "embeda", "troxyca", "revatio", "spray"])


def is_opioid(drug):
    return any(name in drug for name in OPIOID) and not any(name in drug for name in ["apomorphin", "ipratropium"])
