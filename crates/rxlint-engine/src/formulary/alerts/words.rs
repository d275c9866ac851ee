//! The words of headers and cells in interaction tables.

/// Words of a header that say which side a column is about.
pub(super) const SIDES: [&[&str]; 2] = [
    &[
        "1", "a", "one", "first", "left", "i", "object", "objeto", "victim", "affected", "index",
        "source", "subject", "primary", "from",
    ],
    &[
        "2",
        "b",
        "two",
        "second",
        "right",
        "ii",
        "precipitant",
        "precipitante",
        "perpetrator",
        "interacting",
        "interacts",
        "interactant",
        "other",
        "target",
        "secondary",
        "to",
        "with",
        "affecting",
        "partner",
    ],
];

/// The numbers and letters among them.
pub(super) const NUMBERED: [&[&str]; 2] =
    [&["1", "a", "one", "first", "i"], &["2", "b", "two", "second", "ii"]];

/// Words of a header for a drug, in the languages of exports.
pub(super) const NOUNS: [&str; 50] = [
    "drug",
    "drugs",
    "medication",
    "medicine",
    "med",
    "ingredient",
    "substance",
    "generic",
    "agent",
    "item",
    "concept",
    "product",
    "compound",
    "name",
    "term",
    "medicamento",
    "farmaco",
    "fármaco",
    "principio",
    "sustancia",
    "substancia",
    "substância",
    "wirkstoff",
    "arzneimittel",
    "arzneistoff",
    "medicament",
    "médicament",
    "principe",
    "dci",
    "farmaco",
    "geneesmiddel",
    "stof",
    "lek",
    "substancja",
    "läkemedel",
    "substans",
    "ilac",
    "etken",
    "active",
    "molecule",
    "molécule",
    "inn",
    "object",
    "precipitant",
    "interactant",
    "stoff",
    "brand",
    "trade",
    "interaktionspartner",
    "pharmaceutical",
];

/// Words of a header for a class, or for a code that can be looked up.
pub(super) const CLASSES: [&str; 10] = [
    "class",
    "group",
    "clase",
    "classe",
    "grupo",
    "gruppe",
    "groupe",
    "klasse",
    "category",
    "therapeutic",
];
pub(super) const CODES: [&str; 6] = ["rxcui", "rxnorm", "atc", "ndc", "rxn", "code"];

/// Words of a header that only a formulary has.
pub(super) const FORMULARY: [&str; 14] = [
    "tier",
    "ndc",
    "plan",
    "formulary",
    "strength",
    "copay",
    "cost",
    "price",
    "quantity",
    "ql",
    "package",
    "dosage",
    "form",
    "route",
];

/// Words of a header for keys of other systems, which say nothing here.
pub(super) const KEYS: [&str; 17] = [
    "id",
    "cid",
    "key",
    "pubchem",
    "drugbank",
    "dbid",
    "cas",
    "unii",
    "smiles",
    "inchi",
    "inchikey",
    "uuid",
    "guid",
    "seq",
    "row",
    "score",
    "description",
];

/// Words of a header for the severity of an interaction.
pub(super) const SEVERITIES: [&str; 21] = [
    "severity",
    "sev",
    "severite",
    "ernst",
    "gravita",
    "level",
    "rating",
    "significance",
    "risk",
    "grade",
    "schweregrad",
    "gravedad",
    "gravidade",
    "gravite",
    "gravité",
    "severidad",
    "action",
    "importance",
    "alert",
    "management",
    "documentation",
];

/// Those of them that mean advice on a pair rather than a grade.
pub(super) const ADVICE: [&str; 12] = [
    "action",
    "management",
    "documentation",
    "text",
    "message",
    "description",
    "type",
    "name",
    "group",
    "reason",
    "effect",
    "advice",
];

/// Headers of a column that switches rows on and off, folded.
pub(super) const SWITCHES: [&str; 18] = [
    "status",
    "active",
    "enabled",
    "isactive",
    "isenabled",
    "state",
    "alertstatus",
    "alertenabled",
    "inforce",
    "on",
    "live",
    "activo",
    "ativo",
    "estado",
    "actif",
    "aktiv",
    "suppressed",
    "disabled",
];

/// Cells that mean that a row warns no one, folded.
pub(super) const OFF: [&str; 90] = [
    "n",
    "no",
    "false",
    "0",
    "off",
    "inactive",
    "disabled",
    "suppressed",
    "suppress",
    "retired",
    "deleted",
    "obsolete",
    "ignored",
    "ignore",
    "none",
    "noalert",
    "noalerts",
    "donotalert",
    "nointeraction",
    "noknowninteraction",
    "noaction",
    "noactionneeded",
    "notsignificant",
    "notclinicallysignificant",
    "nodisplay",
    "hidden",
    "silent",
    "turnedoff",
    "switchedoff",
    "filtered",
    "overridden",
    "removed",
    "void",
    "inativo",
    "inactivo",
    "inactif",
    "inaktiv",
    "desactivado",
    "desativado",
    "ninguna",
    "ninguno",
    "nenhuma",
    "keine",
    "aucune",
    "na",
    "nein",
    "non",
    "nao",
    "nee",
    "ne",
    "nie",
    "hide",
    "donotshow",
    "donotdisplay",
    "notshown",
    "notdisplayed",
    "never",
    "nevershow",
    "rejected",
    "turnoff",
    "switchoff",
    "logonly",
    "log",
    "background",
    "silentmode",
    "aus",
    "ausgeschaltet",
    "deaktiviert",
    "inaktivni",
    "desactive",
    "desactivee",
    "desactivada",
    "desativada",
    "inactiva",
    "inativa",
    "disattivato",
    "disattivata",
    "disattivo",
    "spento",
    "uit",
    "uitgeschakeld",
    "inactief",
    "vypnuto",
    "wylaczony",
    "nieaktywny",
    "retire",
    "inactivate",
    "deactivate",
    "delete",
    "disable",
];

/// Only the letters and digits, in lower case, without accents.
pub(super) fn fold(text: &str) -> String {
    crate::drug::name::words(text).concat()
}

/// The words of a header: split at signs, spaces, digits and humps.
pub(super) fn tokens(header: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut previous: Option<char> = None;
    for c in header.chars() {
        let joins = previous.is_some_and(|before| {
            before.is_alphanumeric()
                && before.is_ascii_digit() == c.is_ascii_digit()
                && !(before.is_lowercase() && c.is_uppercase())
        });
        if c.is_alphanumeric() {
            match tokens.last_mut().filter(|_| joins) {
                Some(token) => token.extend(c.to_lowercase()),
                None => tokens.push(c.to_lowercase().collect()),
            }
        }
        previous = Some(c);
    }
    tokens
}
