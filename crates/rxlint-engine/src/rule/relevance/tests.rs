use super::*;
use crate::drug::Identity;
use crate::rule::Book;
use crate::rule::book::BUILT_IN;
use rxlint_model::finding::PatientKey;
use rxlint_model::place::Place;

const TODAY: Day = Day(20_000);

/// The built-in book with only these rules active.
fn book_of(ids: &[&str]) -> Book {
    let mut book = Book::built_in().unwrap();
    book.rules_mut().iter_mut().for_each(|rule| rule.active = ids.contains(&rule.file.id.as_str()));
    assert_eq!(book.active().count(), ids.len());
    book
}

fn relevance(book: &Book, texts: &[&str]) -> Relevance {
    let verdicts: Vec<Verdict> =
        texts.iter().map(|text| book.dictionary().resolve(&Identity::text(text))).collect();
    Relevance::of(&Context { book, jurisdiction: "us", strict: false, today: None }, &verdicts)
}

/// A record about the drug of that number, for 30 days.
fn record(verdict: u32) -> Dispense {
    let place = Place { file: 0, record: 1, line: 2, offset: 0 };
    with(Dispense::at(place, PatientKey::default(), verdict, TODAY), |record| record.days = 30)
}

fn with(mut record: Dispense, change: impl Fn(&mut Dispense)) -> Dispense {
    change(&mut record);
    record
}

#[test]
fn a_rule_about_two_drugs_needs_a_record_of_each() {
    let book = book_of(&["opioid-antagonist-overlap"]);
    let relevance = relevance(
        &book,
        &["naltrexone 50 mg tablet", "oxycodone 5 mg tablet", "lisinopril 10 mg tablet"],
    );
    let (naltrexone, oxycodone, lisinopril) = (0, 1, 2);
    for (drugs, expected) in [
        (&[][..], false),
        (&[naltrexone], false),
        (&[oxycodone], false),
        (&[naltrexone, naltrexone], false),
        (&[naltrexone, lisinopril], false),
        (&[oxycodone, oxycodone], false),
        (&[naltrexone, oxycodone], true),
        (&[oxycodone, naltrexone], true),
        (&[naltrexone, oxycodone, oxycodone], true),
        (&[naltrexone, naltrexone, oxycodone], true),
    ] {
        let records: Vec<Dispense> = drugs.iter().map(|&drug| record(drug)).collect();
        let rules = relevance.rules(&records, false, 1, TODAY);
        assert_eq!(relevance.has_pair(&records), expected, "{drugs:?}");
        assert_eq!((rules.has(0), rules.is_empty()), (expected, !expected), "{drugs:?}");
    }
}

#[test]
fn each_rule_is_asked_where_something_sets_it_off() {
    let ids = [
        "dose-above-maximum",
        "implausible-date",
        "missing-days-supply",
        "naltrexone-in-pregnancy",
        "near-miss-drug-name",
        "opioid-antagonist-overlap",
    ];
    let book = book_of(&ids);
    let relevance = relevance(
        &book,
        &["naltrexone 50 mg tablet", "oxycodone 5 mg tablet", "naltrexonw 50 mg tablet"],
    );
    let asked = |records: &[Dispense], has_facts: bool| -> Vec<&str> {
        let rules = relevance.rules(records, has_facts, 1, TODAY);
        assert_eq!(rules.is_empty(), !(0..ids.len()).any(|at| rules.has(at)));
        (0..ids.len()).filter(|&at| rules.has(at)).map(|at| ids[at]).collect()
    };
    let [naltrexone, oxycodone, slip] = [record(0), record(1), record(2)];
    let nothing: [&str; 0] = [];
    assert_eq!(asked(&[], true), nothing);
    assert_eq!(asked(&[oxycodone], true), nothing);
    assert_eq!(asked(&[naltrexone], false), ["dose-above-maximum"]);
    assert_eq!(asked(&[naltrexone], true), ["dose-above-maximum", "naltrexone-in-pregnancy"]);
    assert_eq!(
        asked(&[naltrexone, oxycodone], false),
        ["dose-above-maximum", "opioid-antagonist-overlap"]
    );
    assert_eq!(asked(&[slip], false), ["near-miss-drug-name"]);
    assert_eq!(asked(&[with(oxycodone, |record| record.days = 0)], false), ["missing-days-supply"]);
    assert_eq!(
        asked(&[with(oxycodone, |record| record.marks = Marks::ENDS_EARLY)], false),
        ["implausible-date"]
    );
    assert_eq!(
        asked(&[with(oxycodone, |record| record.first = TODAY.plus(1))], false),
        ["implausible-date"]
    );
}

/// A pack may bring more rules than there are bits: those that share the last one are considered
/// together.
#[test]
fn none_of_very_many_rules_is_forgotten() {
    let text = |id: &str| {
        let (_, text) =
            BUILT_IN.iter().find(|(path, _)| path.ends_with(&format!("/{id}.toml"))).unwrap();
        text.split("[[case]]").next().unwrap()
    };
    let renamed = |folder: &str, from: &str, to: &str| {
        (format!("{folder}/{to}.toml"), text(from).replace(from, to))
    };
    let doses =
        (0..129).map(|at| renamed("dose", "dose-above-maximum", &format!("a-dose-{at:03}")));
    let overlaps = (129..131)
        .map(|at| renamed("interaction", "opioid-antagonist-overlap", &format!("b-overlap-{at}")));
    let own: Vec<(String, String)> = doses.chain(overlaps).collect();
    let own = own.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    let drugs = BUILT_IN.iter().copied().filter(|(path, _)| path.starts_with("drugs/"));
    let book = Book::read(&drugs.chain(own).collect::<Vec<_>>()).unwrap();
    assert_eq!(book.active().count(), 131);

    let relevance = relevance(
        &book,
        &["naltrexone 50 mg tablet", "Lybalvi 10-10 mg tablet", "oxycodone 5 mg tablet"],
    );
    let [naltrexone, lybalvi, oxycodone] = [record(0), record(1), record(2)];
    // 126 has its own bit; 127 and 128 are about a dose, 129 and 130 about two drugs.
    for (records, of_its_own, shared) in [
        (&[oxycodone][..], false, false),
        (&[naltrexone], true, true),
        (&[naltrexone, oxycodone], true, true),
        (&[lybalvi], false, false),
        (&[lybalvi, oxycodone], false, true),
    ] {
        let rules = relevance.rules(records, false, 1, TODAY);
        assert_eq!(rules.has(126), of_its_own, "{records:?}");
        for at in 127..131 {
            assert_eq!(rules.has(at), shared, "{at}: {records:?}");
        }
    }
}
