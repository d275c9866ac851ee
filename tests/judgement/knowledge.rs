//! The dictionary against public lists: every code and name in them resolves to the stated ingredient, alone and together, and what must not be taken
//! for an opioid or for naltrexone is not. Uses ../shared if present.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test may fail"
)]

use crate::common;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rxlint_engine::drug::{Identity, Role, Verdict};
use rxlint_engine::rule::Book;

static BOOK: LazyLock<Book> = LazyLock::new(|| Book::built_in().unwrap());

fn ids(verdict: &Verdict) -> Vec<&str> {
    verdict.components.iter().map(|c| BOOK.dictionary().drug(c.drug).file.id.as_str()).collect()
}

fn by_text(text: &str) -> Verdict {
    BOOK.dictionary().resolve(&Identity::text(text))
}

fn role_of(text: &str, id: &str) -> Option<Role> {
    let verdict = by_text(text);
    verdict.components.iter().find(|c| BOOK.dictionary().drug(c.drug).file.id == id).map(|c| c.role)
}

#[test]
fn what_must_not_be_taken_for_another() {
    for text in [
        "ipratropium bromide 17 mcg inhaler",
        "tiotropium 18 mcg",
        "apomorphine 10 mg/mL",
        "Toradol 10 mg",
        "ketorolac 10 mg tablet",
        "loperamide 2 mg",
        "Revatio 20 mg tablet",
        "dextromethorphan 15 mg/5 mL",
        "Tylenol 325 mg tablet",
        "acetaminophen 500 mg",
        "Fioricet capsule",
        "guaifenesin DM",
        "eluxadoline 75 mg",
    ] {
        let verdict = by_text(text);
        let opioid =
            verdict.components.iter().any(|c| c.role.is_opioid() || c.role == Role::Antagonist);
        assert!(
            !opioid && verdict.slip.is_none(),
            "{text}: {:?} {:?}",
            ids(&verdict),
            verdict.slip
        );
    }
    assert_eq!(role_of("methylnaltrexone 150 mg tablet", "naltrexone"), None);
    assert_eq!(role_of("metilnaltrexona", "naltrexone"), None);
    assert_eq!(role_of("N-methylnaltrexone bromide", "naltrexone"), None);
    assert_eq!(
        role_of("methylnaltrexone 150 mg tablet", "methylnaltrexone"),
        Some(Role::Peripheral)
    );
    assert_eq!(role_of("Embeda 20-0.8 mg", "naltrexone"), Some(Role::Sequestered));
    assert_eq!(
        role_of("oxycodone HCl / naltrexone HCl 10-1.2 mg ER capsule", "naltrexone"),
        Some(Role::Sequestered)
    );
    assert_eq!(role_of("Suboxone 8-2 mg film", "naloxone"), Some(Role::Deterrent));
    assert_eq!(role_of("Narcan 4 mg nasal spray", "naloxone"), Some(Role::Rescue));
    assert_eq!(role_of("nalmefene 1 mg/mL injection", "nalmefene"), Some(Role::Rescue));
    assert_eq!(role_of("Selincro 18 mg tablet", "nalmefene"), Some(Role::Antagonist));
}

#[test]
fn a_line_extension_without_the_opioid_is_not_the_brand_with_it() {
    for text in [
        "APRANAX FORT 550 MG 10 FILM TABLET",
        "naproxen (Apranax) 550",
        "Robaxisal Extra Strength",
        "methocarbamol-aspirin (Robaxisal)",
        "Robaxacet",
        "Cuprofen 400 mg",
        "A-FERIN FORTE 650 mg/4 mg",
        "Feminax Ultra 250 mg",
        "Duro-Tuss Chesty Forte",
        "Коделак Бронхо таблетки",
        "ZIFI 200",
    ] {
        let verdict = by_text(text);
        let is_watched = verdict.components.iter().any(|c| c.role != Role::Known);
        assert!(!is_watched && verdict.slip.is_none() && verdict.resolved, "{text}");
    }
    for (text, drug) in [
        ("APRANAX PLUS 550 MG/30 MG", "codeine"),
        ("Apranax Semiplus", "codeine"),
        ("ROBAXISAL-C 1/4", "codeine"),
        ("Robaxacet-8", "codeine"),
        ("Cuprofen Plus", "codeine"),
        ("A-FERIN 300 mg/2 mg/10 mg kapsül", "codeine"),
        ("Feminax", "codeine"),
        ("Duro-Tuss Dry Cough", "pholcodine"),
        ("Коделак", "codeine"),
    ] {
        assert_eq!(ids(&by_text(text)), [drug], "{text}");
    }
    assert!(
        by_text("LIXIDOL 10 mg").ambiguity.is_some(),
        "ketorolac in Italy, tramadol in Argentina"
    );
}

#[test]
fn a_dilution_is_not_the_drug_and_thirty_capsules_are() {
    for text in [
        "Opium 200CH",
        "Opium 1M",
        "OPIUM HP 30 X",
        "Opium C30 globules",
        "Opium LM6",
        "Morphinum 30C",
        "Morphinum muriaticum 12X",
        "Hyland's Opium 30C",
        "Codeinum D6",
        "Opium D12 Globuli",
        "OPIUM LM VI",
        "OPIUM CM",
        "Opium XMK",
        "Opium 0/6",
        "opium dil. D12",
        "Opium-Homaccord",
    ] {
        assert!(by_text(text).components.is_empty(), "{text}");
        assert!(BOOK.dictionary().mentions(text).is_empty(), "{text}");
    }
    for (text, drug) in [
        ("HYDROMORPHONE HP X 10 VIALS", "hydromorphone"),
        ("Dilaudid-HP X 28 amps", "hydromorphone"),
        ("MORPHINE HP X10 AMP", "morphine"),
        ("naltrexone HP X 30 caps", "naltrexone"),
        ("OXYCODONE 30C", "oxycodone"),
        ("MORPHINE 30 C", "morphine"),
        ("Naltrexone 4.5 C30", "naltrexone"),
        ("Codeine D30", "codeine"),
        ("codeinum D 30 tabl", "codeine"),
        ("Codeinum phosphoricum 15 mg", "codeine"),
        ("Opium tincture 10 mg/mL x 118", "opium"),
        ("Tinctura Opii D2", "opium"),
    ] {
        assert_eq!(ids(&by_text(text)), [drug], "{text}");
    }
}

#[test]
fn what_a_slip_may_mean_in_another_language_is_reported() {
    for text in ["metdaon", "oksykdon", "buprenorifn", "naltreskon", "hydromofron", "selegliin"] {
        let verdict = by_text(text);
        assert!(verdict.components.is_empty() && verdict.slip.is_some(), "{text}");
    }
    for text in
        ["ReliOn test strips", "Hydromol ointment", "Ibalgin 400", "Codalax", "Metadoxil", "Peptid"]
    {
        assert!(by_text(text).slip.is_none(), "{text}");
    }
}

#[test]
fn a_placeholder_in_an_empty_cell_names_nothing() {
    for text in ["NULL", "n/a", "None", "", "  ", "12345", "\\N"] {
        assert!(!by_text(text).resolved, "{text}");
    }
    assert!(by_text("Xyzzy 5 mg").resolved, "an unknown name is a name");
}

#[test]
fn what_pharmacies_type() {
    for (text, id) in [
        ("APAP/COD #3", "codeine"),
        ("oxyCODONE-APAP 5-325 mg", "oxycodone"),
        ("HC/APAP 5-325", "hydrocodone"),
        ("HYDROCO/APAP 10-325", "hydrocodone"),
        ("MSO4 15 mg", "morphine"),
        ("BUP/NX 8-2 mg", "buprenorphine"),
        ("LDN 4.5 mg cap", "naltrexone"),
        ("NTX 50 mg", "naltrexone"),
        ("XR-NTX 380 mg", "naltrexone"),
        ("Tyl #3", "codeine"),
        ("pethidine 50 mg", "meperidine"),
        ("Co-codamol 30/500", "codeine"),
        ("naltrexoне 50mg", "naltrexone"),
        ("Mysimba 8 mg/90 mg", "naltrexone"),
        ("Lybalvi 10/10", "samidorphan"),
        ("VIVITROL", "naltrexone"),
        ("Percocet", "oxycodone"),
        ("diamorphine 5 mg", "diamorphine"),
    ] {
        let verdict = by_text(text);
        assert!(ids(&verdict).contains(&id), "{text}: {:?} {:?}", ids(&verdict), verdict.slip);
    }
    let bare = by_text("LDN");
    assert!(
        bare.components.is_empty() && bare.slip.is_some(),
        "doubtful shorthand alone is a near miss"
    );
}

#[test]
fn aliases_seen_in_the_wild_resolve() {
    let Some(shared) = common::shared() else { return };
    let text =
        std::fs::read_to_string(shared.join("clinical/data/naltrexone_aliases_seen.tsv")).unwrap();
    let mut tried = 0;
    for row in text.lines().skip(1).filter(|row| !row.is_empty()) {
        let (alias, kind) = row.split_once('\t').unwrap();
        // Shorthand alone is doubtful; a strength confirms it.
        let written =
            if kind.starts_with("short") { format!("{alias} 4.5 mg") } else { alias.to_owned() };
        let found = by_text(&written);
        assert_eq!(
            ids(&found).contains(&"naltrexone"),
            !kind.contains("MUST NOT"),
            "{alias}: {:?}",
            ids(&found)
        );
        tried += 1;
    }
    println!("{tried} aliases");
    assert!(tried >= 26);
}

#[test]
fn sedatives_and_antivirals_are_not_partners_of_naltrexone() {
    let Some(shared) = common::shared() else { return };
    let text =
        std::fs::read_to_string(shared.join("clinical/data/pddi_naltrexone_pairs.tsv")).unwrap();
    let (mut tried, mut opioids) = (0, Vec::new());
    for row in text.lines().skip(1).filter(|row| !row.is_empty()) {
        let partner = row.split('\t').next().unwrap().replace(['_', '/'], " ");
        let verdict = by_text(&format!("{partner} 10 mg"));
        let opioid = verdict.components.iter().any(|c| c.role.is_opioid());
        let critical =
            ["CI", "AD", "Critical"].iter().any(|word| row.contains(&format!(":{word}")));
        assert_eq!(opioid, critical, "{partner}: {:?}", ids(&verdict));
        if opioid {
            opioids.push(partner);
        }
        tried += 1;
    }
    println!("{tried} pairs, {} of them opioids", opioids.len());
    assert_eq!(tried, 94);
}

/// The id for a list's word for an ingredient; several if the list is less precise than the product.
fn expected(ingredient: &str, product: &str) -> Vec<&'static str> {
    let ingredient = ingredient.to_lowercase();
    let product = product.to_lowercase();
    let known: &[(&str, &str)] = &[
        ("propoxyphene", "dextropropoxyphene"),
        ("meperidine", "meperidine"),
        ("levomethadyl", "levacetylmethadol"),
        ("levacetylmethadol", "levacetylmethadol"),
    ];
    let mut found: Vec<&'static str> =
        known.iter().filter(|(word, _)| ingredient.contains(word)).map(|(_, id)| *id).collect();
    for drug in BOOK.dictionary().drugs().iter().filter(|drug| drug.components.is_empty()) {
        if ingredient.split(|c: char| !c.is_alphabetic()).any(|word| word == drug.file.id) {
            // The book lives as long as the tests.
            found.push(Box::leak(drug.file.id.clone().into_boxed_str()));
        }
    }
    if product.contains("panlor") {
        found = vec!["dihydrocodeine"];
    }
    if product.contains("maxidone") {
        found = vec!["hydrocodone"];
    }
    if product.contains("opium") {
        found = vec!["opium"];
    }
    found
}

#[test]
fn every_opioid_ndc_resolves() {
    let Some(shared) = common::shared() else { return };
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut exceptions = Vec::new();
    for (file, naltrexone) in [("opioid_ndc_union.tsv", false), ("naltrexone_ndc_all.tsv", true)] {
        let text = std::fs::read_to_string(shared.join("clinical/data").join(file)).unwrap();
        for row in text.lines().skip(1).filter(|row| !row.is_empty()) {
            let cells: Vec<&str> = row.split('\t').collect();
            let (code, product) = (cells[0], if naltrexone { cells[1] } else { cells[2] });
            let wanted = if naltrexone { vec!["naltrexone"] } else { expected(cells[1], product) };
            let text_given =
                if naltrexone { product.to_owned() } else { format!("{} {product}", cells[1]) };
            let identities = [
                ("code alone", Identity { ndc: code.into(), ..Identity::default() }),
                (
                    "text alone",
                    Identity {
                        texts: [text_given.as_str().into(), "".into(), "".into()],
                        ..Identity::default()
                    },
                ),
                (
                    "product name alone",
                    Identity {
                        texts: [product.into(), "".into(), "".into()],
                        ..Identity::default()
                    },
                ),
                (
                    "both",
                    Identity {
                        ndc: code.into(),
                        texts: [text_given.as_str().into(), "".into(), "".into()],
                        ..Identity::default()
                    },
                ),
            ];
            for (how, identity) in identities {
                let verdict = BOOK.dictionary().resolve(&identity);
                let right =
                    !wanted.is_empty() && wanted.iter().any(|id| ids(&verdict).contains(id));
                let count = counts.entry(how).or_default();
                count.1 += 1;
                count.0 += usize::from(right);
                if !right {
                    exceptions.push(format!(
                        "{how}: {code} {} {product} → {:?}",
                        cells[1],
                        ids(&verdict)
                    ));
                }
            }
        }
    }
    for (how, (right, all)) in &counts {
        println!("{how}: {right} of {all} ({:.3} %)", 100.0 * *right as f64 / *all as f64);
    }
    println!("{} exceptions\n{}", exceptions.len(), exceptions.join("\n"));
    let listed =
        std::fs::read_to_string(common::root().join("tests/product-names-not-resolved.tsv"))
            .unwrap();
    let names: Vec<&str> =
        listed.lines().filter_map(|line| line.split_once('\t')).map(|(name, _)| name).collect();
    let known = |line: &String| {
        let by_name = line.starts_with("product name alone")
            && names.iter().any(|name| line.to_lowercase().contains(&format!(" {name} → ")));
        by_name || KNOWN_EXCEPTIONS.iter().any(|(code, _)| line.contains(code))
    };
    let silent: Vec<&String> = exceptions.iter().filter(|line| !known(line)).collect();
    assert!(
        silent.is_empty(),
        "no reason is given for {} exceptions, such as {:?}",
        silent.len(),
        &silent[..silent.len().min(20)]
    );
}

/// Rows of the lists that do not resolve, and why.
const KNOWN_EXCEPTIONS: &[(&str, &str)] = &[
    ("6934411111", "ten digits without hyphens: not guessed"),
    ("6934421111", "ten digits without hyphens: not guessed"),
    ("6934431111", "ten digits without hyphens: not guessed"),
];
