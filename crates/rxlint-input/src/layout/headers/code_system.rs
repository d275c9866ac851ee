//! Columns of codes whose header names the code system of a country: none of them is an NDC, however many digits its codes have.

use super::fold;

/// Headers, folded, and the system that they name.
const SYSTEMS: [(&str, &[&str]); 13] = [
    ("pzn", &["pzn", "pzncode", "pznnummer", "pharmazentralnummer", "pzn8", "ifapzn"]),
    (
        "aic",
        &[
            "aic",
            "codiceaic",
            "codaic",
            "aiccode",
            "aicnumber",
            "numeroaic",
            "minsan",
            "codiceminsan",
            "codminsan",
            "minsan10",
        ],
    ),
    (
        "cip",
        &[
            "cip",
            "cip7",
            "cip13",
            "codecip",
            "codecip7",
            "codecip13",
            "codcip",
            "cipcode",
            "ucd",
            "codeucd",
            "ucd7",
            "ucd13",
        ],
    ),
    ("hpk", &["hpk", "hpkcode", "hpknummer"]),
    ("prk", &["prk", "prkcode", "prknummer"]),
    ("gpk", &["gpk", "gpkcode", "gpknummer"]),
    ("zi", &["zi", "zinummer", "zindex", "zindexnummer"]),
    ("cn", &["codigonacional", "códigonacional", "codnacional", "cn", "cncode"]),
    ("cnk", &["cnk", "cnkcode", "cnknummer"]),
    ("din", &["din", "dinpin", "dincode", "drugidentificationnumber"]),
    ("vnr", &["vnr", "varenr", "varenummer", "varunummer", "vnrcode", "nordicarticlenumber"]),
    ("nappi", &["nappi", "nappicode"]),
    ("pbs", &["pbs", "pbscode", "pbsitemcode"]),
];

/// The system that a header names, if it is one of these; otherwise empty.
pub(in crate::layout) fn of_header(header: &str) -> &'static str {
    let folded = fold::fold(header);
    let one = folded.strip_suffix('s').unwrap_or(&folded);
    let names = |(_, headers): &&(&str, &[&str])| {
        headers.iter().any(|known| [folded.as_str(), one].contains(known))
    };
    SYSTEMS.iter().find(names).map_or("", |(system, _)| system)
}

/// The systems that headers name.
pub fn code_systems() -> impl Iterator<Item = &'static str> {
    SYSTEMS.iter().map(|(system, _)| *system)
}

#[cfg(test)]
mod tests {
    use super::of_header;

    #[test]
    fn a_header_that_names_the_system_of_a_country_is_told() {
        for (header, system) in [
            ("PZN", "pzn"),
            ("PZNs", "pzn"),
            ("codice_aic", "aic"),
            ("MINSAN", "aic"),
            ("CIP13", "cip"),
            ("HPK", "hpk"),
            ("codigo nacional", "cn"),
            ("drug_code", ""),
            ("NDC", ""),
            ("item code", ""),
        ] {
            assert_eq!(of_header(header), system, "{header}");
        }
    }
}
