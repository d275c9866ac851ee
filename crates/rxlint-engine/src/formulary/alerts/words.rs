//! The words of headers and cells in interaction tables.

use super::severity::{is_plainly_off, is_yes};

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

/// Words of a header for how bad an interaction is.
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

/// Of these, what is advice on a pair rather than a grade.
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

/// Words of headers of remarks.
pub(super) const REMARKS: [&str; 9] = [
    "note",
    "notes",
    "comment",
    "comments",
    "remark",
    "remarks",
    "customization",
    "bemerkung",
    "observaciones",
];

/// Words of headers of columns that name what a class leaves out.
pub(super) const EXCEPTIONS: [&str; 18] = [
    "except",
    "exception",
    "exceptions",
    "exclude",
    "excludes",
    "excluded",
    "excluding",
    "exclusion",
    "exclusions",
    "ausser",
    "ausnahme",
    "ausnahmen",
    "sauf",
    "excepto",
    "excluye",
    "exceto",
    "tranne",
    "uitgezonderd",
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

/// Words of a header that switches rows on where it says yes.
const ON_HEADERS: &[&str] = &[
    "display",
    "displays",
    "displayed",
    "show",
    "shows",
    "shown",
    "visible",
    "fires",
    "fire",
    "firing",
    "interruptive",
    "active",
    "enabled",
    "live",
    "on",
    "alert",
    "alerts",
    "warn",
    "warns",
    "activo",
    "activa",
    "ativo",
    "ativa",
    "actif",
    "attivo",
    "attiva",
    "actief",
    "aktiv",
    "aktivni",
    "aktywny",
    "aktywna",
    "eingeschaltet",
    "afficher",
    "mostrar",
    "mostra",
    "use",
    "used",
    "implemented",
    "built",
    "build",
    "published",
    "include",
    "included",
    "switch",
    "production",
    "getoond",
    "tonen",
];
/// The same where it says no: `suppressed = Y`, `turned off = 2023-05-01`.
const OFF_HEADERS: &[&str] = &[
    "suppress",
    "suppressed",
    "filtered",
    "hidden",
    "hide",
    "inactive",
    "inactivated",
    "deactivated",
    "disabled",
    "disable",
    "retired",
    "deleted",
    "void",
    "voided",
    "obsolete",
    "silenced",
    "silent",
    "muted",
    "excluded",
    "exclude",
    "removed",
    "off",
    "inactivo",
    "inactivated",
    "desactivado",
    "desactivada",
    "inaktiv",
    "ausgeschaltet",
    "deaktiviert",
    "ocultar",
    "masque",
    "archived",
    "archive",
    "withdrawn",
    "ended",
    "deprecated",
    "discontinued",
    "bypassed",
    "bypass",
    "snoozed",
    "retire",
    "delete",
    "unterdruckt",
    "suprimido",
    "oculto",
    "uitgeschakeld",
];
/// Headers whose words say it.
const WORD_HEADERS: &[&str] = &[
    "status", "state", "statut", "stato", "estado", "stav", "mode", "decision", "setting",
    "settings",
];
/// Words of a header for an end, beside one for a date.
const END_WORDS: &[&str] = &[
    "end",
    "expiry",
    "expiration",
    "expires",
    "term",
    "termination",
    "retired",
    "inactive",
    "inactivated",
    "inactivation",
    "deactivated",
    "deactivation",
    "retire",
    "retirement",
    "archived",
    "archive",
    "withdrawn",
    "withdrawal",
    "ended",
    "discontinued",
    "fim",
    "einde",
    "konec",
    "koniec",
    "slut",
    "suppressed",
    "off",
    "removed",
    "disabled",
    "stop",
    "fin",
    "ende",
    "baja",
];
const DATE_WORDS: &[&str] = &["date", "dt", "on", "since", "fecha", "data", "datum", "at"];
/// Headers for the last day of validity.
const UNTIL: &[&str] = &["until", "thru", "through", "bis", "hasta", "ate", "fino"];

/// What a column does to its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Switch {
    /// The row is off where it says no, or a word for off.
    On,
    /// The row is off where it says yes, and since a day.
    Off,
}

/// What a column does to its row, by its header and what stands in it.
pub(super) fn switch<'c>(header: &str, mut cells: impl Iterator<Item = &'c str>) -> Option<Switch> {
    let words = plain_tokens(header);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let (on, off) = (has(ON_HEADERS), has(OFF_HEADERS));
    if has(WORD_HEADERS) || SWITCHES.contains(&fold(header).as_str()) && !off {
        return Some(Switch::On);
    }
    if !on && !off {
        return None;
    }
    // `Display name` is a name: only what answers or switches is a switch.
    let fits = cells.all(|cell| answers(cell) || off && super::super::days::end_of(cell).is_some());
    fits.then_some(if on { Switch::On } else { Switch::Off })
}

/// Whether a header is that of the day on which a row ends.
pub(super) fn is_end(header: &str) -> bool {
    let words = plain_tokens(header);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    // `On/Off` is a switch.
    let is_switch = has(&["on"]) && has(&["off"]);
    const ALONE: [&str; 12] = [
        "expiration",
        "expiry",
        "fin",
        "fim",
        "ende",
        "einde",
        "fine",
        "scadenza",
        "termination",
        "ended",
        "konec",
        "slut",
    ];
    ENDS.contains(&fold(header).as_str())
        || matches!(&words[..], [word] if ALONE.contains(&word.as_str()))
        || has(END_WORDS) && has(DATE_WORDS) && !is_switch
        || has(UNTIL)
}

/// Whether a header is that of the day from which a row warns.
pub(super) fn is_start(header: &str) -> bool {
    const ALONE: &[&str] = &["effective", "start", "starts", "begin", "begins", "golive"];
    const WORDS: &[&str] = &[
        "start",
        "begin",
        "effective",
        "eff",
        "activation",
        "activated",
        "from",
        "inicio",
        "debut",
        "beginn",
        "ab",
        "desde",
        "inizio",
        "ingang",
        "live",
        "valid",
        "gultig",
        "vigencia",
    ];
    let words = plain_tokens(header);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let is_alone = ALONE.contains(&words.concat().as_str());
    is_alone || has(WORDS) && (has(DATE_WORDS) || has(&["from", "since", "ab", "desde"]))
}

/// Whether a cell says yes, no, on or off.
pub(super) fn answers(cell: &str) -> bool {
    let folded = fold(cell);
    folded.is_empty()
        || is_yes(cell)
        || is_plainly_off(cell)
        || OFF.contains(&folded.as_str())
        || ["f", "on", "active", "enabled", "live", "show", "display"].contains(&folded.as_str())
}

fn plain_tokens(header: &str) -> Vec<String> {
    tokens(header).iter().flat_map(|token| crate::drug::name::words(token)).collect()
}

/// Words of a header for the day on which a row ends.
pub(super) const ENDS: [&str; 16] = [
    "enddate",
    "end",
    "ends",
    "expirydate",
    "expirationdate",
    "expires",
    "validto",
    "validuntil",
    "effectiveto",
    "terminationdate",
    "termdate",
    "retireddate",
    "inactivedate",
    "inactivationdate",
    "stopdate",
    "dateto",
];

/// Cells that mean that a row warns nobody, folded.
pub(super) const OFF: [&str; 85] = [
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
];

/// Lower-case letters and digits alone, without accents.
pub(super) fn fold(text: &str) -> String {
    crate::drug::name::words(text).concat()
}

/// The words of a header: at signs, spaces, digits and humps.
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
