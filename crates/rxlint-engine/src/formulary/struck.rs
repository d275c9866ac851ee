//! Marks in a name that say not to use what it names: `naloxone - DO NOT USE`, `zz naloxone`, `[RETIRED]`, `#naloxone`.

use crate::drug::name::words;

/// What says so at the beginning or end of a name, or in its own part.
const MARKS: [&str; 53] = [
    "do not use",
    "dont use",
    "not in use",
    "no longer used",
    "no longer in use",
    "not used",
    "out of use",
    "zz",
    "zzz",
    "zzzz",
    "inactive",
    "inactivated",
    "retired",
    "deleted",
    "delete",
    "obsolete",
    "discontinued",
    "disabled",
    "deactivated",
    "removed",
    "archived",
    "unused",
    "superseded",
    "withdrawn",
    "decommissioned",
    "delisted",
    "void",
    "voided",
    "nicht verwenden",
    "nicht mehr verwenden",
    "inaktiv",
    "veraltet",
    "geloscht",
    "geloescht",
    "gestrichen",
    "ne pas utiliser",
    "inactif",
    "supprime",
    "no usar",
    "inactivo",
    "nao usar",
    "inativo",
    "non usare",
    "niet gebruiken",
    "vervallen",
    "inactive do not use",
    "no longer stocked",
    "no longer carried",
    "no longer available",
    "not stocked",
    "dnu",
    "old entry",
    "old item",
];

/// What says so only in its own part: in brackets, or after a dash.
const PARTS: [&str; 6] = ["old", "expired", "legacy", "deprecated", "suspended", "off"];

/// Signs that disable a line, before a letter.
const SIGNS: [&str; 7] = ["z_", "//", "--", "~~", "~", "#", ";"];

/// Whether a name is marked as not to be used.
pub(super) fn is_struck(name: &str) -> bool {
    let name = name.trim();
    let begins = |sign: &str| {
        let rest = name.strip_prefix(sign).map(str::trim_start);
        rest.is_some_and(|rest| rest.starts_with(char::is_alphabetic))
    };
    if SIGNS.iter().any(|sign| begins(sign)) {
        return true;
    }
    let mut said = words(name);
    // `removed 2023`.
    let is_number = |word: &String| word.starts_with(|c: char| c.is_ascii_digit());
    while said.len() > 2 && said.last().is_some_and(is_number) {
        said.pop();
    }
    let whole = said.join(" ");
    let starts = |mark: &str| whole.strip_prefix(mark).is_some_and(|rest| rest.starts_with(' '));
    let ends = |mark: &str| whole.strip_suffix(mark).is_some_and(|rest| rest.ends_with(' '));
    // `zzNaltrexone`: no name begins like that.
    let is_glued = said.first().is_some_and(|first| first.starts_with("zz"));
    // `oxycodone_OLD`: a sign that names do not have.
    let is_tailed = || name.contains('_') && ends("old");
    // `test oxycodone` is a test entry, `test strips` are goods.
    let is_test = || said.len() == 2 && starts("test") && said[1].len() > 6;
    is_glued
        || is_tailed()
        || is_test()
        || starts("old") && said.get(1).is_some_and(|next| next.len() > 4)
        || MARKS.iter().any(|mark| starts(mark) || ends(mark))
        || parts(name).any(|part| MARKS.contains(&part.as_str()) || PARTS.contains(&part.as_str()))
}

/// Whether a text is only such a mark.
pub(super) fn is_mark(text: &str) -> bool {
    MARKS.contains(&text)
}

/// The parts of a name that are in brackets or after dashes, without numbers: `removed` in `(removed 2025)`.
pub(super) fn parts(name: &str) -> impl Iterator<Item = String> {
    let between = [
        " - ", " – ", " — ", "--", "(", ")", "[", "]", "{", "}", "*", ";", "|", ",", ":", "<", ">",
    ];
    let mut parts = vec![name];
    for sign in between {
        parts = parts.into_iter().flat_map(|part| part.split(sign)).collect();
    }
    let is_whole = parts.len() < 2;
    parts.into_iter().filter(move |_| !is_whole).map(|part| {
        let said =
            words(part).into_iter().filter(|word| !word.starts_with(|c: char| c.is_ascii_digit()));
        said.collect::<Vec<_>>().join(" ")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_put_a_name_out_of_use_and_cautions_do_not() {
        for name in [
            "naltrexone - DO NOT USE",
            "DO NOT USE naltrexone",
            "naltrexone (DO NOT USE)",
            "naltrexone (zz)",
            "zz naltrexone",
            "zzNaltrexone",
            "naltrexone (inactive)",
            "naltrexone [RETIRED]",
            "naltrexone (deleted)",
            "DELETED naltrexone",
            "naltrexone (removed 2025)",
            "OLD naltrexone",
            "naltrexone (old)",
            "#naltrexone",
            "// naltrexone",
            "-- naltrexone",
            "~naltrexone",
            "naltrexone_OLD",
            "naltrexone DNU",
            "z_naltrexone",
            "naltrexone (off)",
            "naltrexone (old entry)",
            "test naltrexone",
            "naltrexone 50 mg tablet removed 2023",
            "Naltrexon (nicht verwenden)",
        ] {
            assert!(is_struck(name), "{name}");
        }
        for name in [
            "naltrexone 50 mg tablet",
            "oxycodone (do not use with alcohol)",
            "Tylenol #3",
            "test strips",
            "dextrose 5 % z pak",
            "#3 codeine",
            "naltrexone - oral",
            "buprenorphine (sublingual)",
            "opioids, other",
            "*naltrexone*",
            "opioids (except tramadol)",
            "opioid withdrawal agents",
            "",
        ] {
            assert!(!is_struck(name), "{name}");
        }
    }
}
