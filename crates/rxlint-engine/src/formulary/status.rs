//! Words for a drug that is not, or no longer, on the formulary, folded to lower-case letters and digits.

/// Whole cells.
pub(super) const OFF: [&str; 37] = [
    "n", "no", "false", "0", "nf", "nfd", "nfrx", "none", "excluded", "exclusion", "removed", "deleted", "inactive",
    "discontinued", "obsolete", "retired", "withdrawn", "expired", "terminated", "void", "voided", "delisted", "closed", "unavailable",
    "ended", "notavailable", "nao", "não", "nein", "non", "baja", "inactivo", "inativo", "suspendido", "suspenso", "radiato", "retire",
];

/// Parts of cells: `Nonformulary - PA required`, `Void/Retire`, `Plan Exclusion`.
pub(super) const OFF_PARTS: [&str; 23] = [
    "nonformulary", "notonformulary", "notformulary", "offformulary", "outofformulary", "notcovered", "notlisted", "planexclusion", "excluded",
    "exclusion", "delisted", "voidretire", "retired", "discontinued", "notapproved", "notstocked", "noncovered", "nichtgelistet", "noincluido",
    "horslivret", "naopadronizado", "nãopadronizado", "horsliste",
];

/// Tiers that are none.
pub(super) const OFF_TIERS: [&str; 9] =
    ["nf", "nc", "nonformulary", "notcovered", "notonformulary", "excluded", "exclusion", "notlisted", "noncovered"];
