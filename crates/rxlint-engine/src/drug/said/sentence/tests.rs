use crate::drug::{Component, Identity, Role};
use crate::rule::Book;

/// The drugs of a text that rules are about, or what becomes of it instead.
fn said(book: &Book, text: &str) -> String {
    let dictionary = book.dictionary();
    let verdict = dictionary.resolve(&Identity::text(text));
    let is_judged =
        |c: &&Component| !matches!(c.role, Role::Known | Role::Rescue | Role::Deterrent);
    let drugs = verdict.components.iter().filter(is_judged);
    let names: Vec<&str> = drugs.map(|c| dictionary.drug(c.drug).file.id.as_str()).collect();
    match (names.is_empty(), verdict.not_taken, verdict.resolved) {
        (false, ..) => names.join("+"),
        (_, true, _) => "not taken".to_owned(),
        (_, _, true) => "none".to_owned(),
        _ => "open".to_owned(),
    }
}

fn check(texts: &[&str], is: &str) {
    let book = Book::built_in().unwrap();
    for text in texts {
        assert_eq!(said(&book, text), is, "{text}");
    }
}

#[test]
fn what_one_is_allergic_to_or_refuses_stands_behind_the_word() {
    let book = Book::built_in().unwrap();
    for (drug, id) in [
        ("oxycodone", "oxycodone"),
        ("Percocet", "oxycodone"),
        ("methadone", "methadone"),
        ("Vivitrol", "naltrexone"),
        ("lisinopril; naltrexone", "naltrexone"),
    ] {
        for remark in [
            "allergic to penicillin",
            "allergic to sulfa",
            "pt allergic to codeine",
            "allergic rhinitis",
            "allergic reaction to morphine",
            "allergies: penicillin",
            "allergy list reviewed",
            "intolerant to NSAIDs",
            "refused urine screen",
            "declined PT",
            "denied cravings",
            "not taking opioids",
            "declined counselling",
            "denied by insurance, paid cash",
            "stopped drinking",
            "held steady",
            "stopped gabapentin",
            "d/c'd ibuprofen",
        ] {
            for text in [
                format!("{drug}, {remark}"),
                format!("{drug}; {remark}"),
                format!("{drug} - {remark}"),
                format!("{drug} ({remark})"),
                format!("{drug}. {remark}"),
            ] {
                assert_eq!(said(&book, &text), id, "{text}");
            }
        }
    }
    check(&["oxycodone allergic to morphine", "oxycodone refused counseling"], "oxycodone");
    check(
        &["oxycodone. Allergies - codeine", "oxycodone; allergies: codeine, morphine"],
        "oxycodone",
    );
    check(&["codeine: allergy", "allergic to penicillin and codeine", "Allergy: codeine"], "none");
    check(&["oxycodone, refused", "oxycodone - declined by patient"], "not taken");
}

#[test]
fn a_clause_that_begins_with_taking_says_that_it_is_taken() {
    let book = Book::built_in().unwrap();
    for first in [
        "stopped ibuprofen",
        "allergic to penicillin",
        "was on gabapentin",
        "not taking ibuprofen",
        "denies ibuprofen",
        "d/c gabapentin",
        "off ibuprofen",
        "ibuprofen stopped",
        "codeine allergy",
    ] {
        for next in ["on tramadol", "takes tramadol", "now on tramadol", "continue tramadol"] {
            for sign in [",", ";", ".", " -", " and", " but"] {
                let text = format!("{first}{sign} {next}");
                assert_eq!(said(&book, &text), "tramadol", "{text}");
            }
        }
    }
    // Next to a drug that is taken, it is one that someone has from elsewhere.
    check(&["senna, on methadone", "naloxone 4 mg nasal - on methadone"], "none");
    check(&["Allergies: codeine. Takes oxycodone"], "oxycodone");
}

#[test]
fn of_two_drugs_without_a_sign_the_words_between_and_behind_say_which_is_taken() {
    let book = Book::built_in().unwrap();
    for stop in ["held", "stopped", "STOPPED", "discontinued", "d/c", "cancelled", "on hold"] {
        for start in ["continued", "started", "added", "given", ""] {
            let text = format!("gabapentin {stop} oxycodone {start}");
            assert_eq!(said(&book, &text), "oxycodone", "{text}");
        }
    }
    check(&["naltrexone stopped oxycodone started"], "oxycodone");
    check(&["oxycodone stopped naltrexone"], "naltrexone");
    let mentions = book.dictionary().mentions("oxycodone stopped naltrexone");
    assert_eq!(mentions.len(), 2, "nobody can tell which of them was stopped");
}

#[test]
fn what_is_held_under_a_condition_is_taken_until_then() {
    let book = Book::built_in().unwrap();
    for order in [
        "Hold methadone 10 mg for RR<12",
        "hold methadone for SBP<90",
        "HOLD methadone IF RR < 10",
        "hold methadone if sedated",
        "hold methadone prior to PT",
        "hold methadone 3 days before surgery",
        "hold methadone tonight",
        "hold methadone morning of procedure",
        "d/c methadone if QTc>500",
        "methadone, hold for RR<12",
        "methadone (hold for sedation)",
        "may hold methadone",
        "do not hold methadone",
    ] {
        assert_eq!(said(&book, order), "methadone", "{order}");
    }
    check(&["hold naltrexone", "HOLD: oxycodone 5 mg", "hold naltrexone per MD"], "not taken");
    check(&["oxycodone 5 mg - HELD for surgery", "oxycodone held for surgery"], "not taken");
}

#[test]
fn a_strength_or_a_form_does_not_undo_that_a_drug_was_stopped() {
    check(
        &[
            "Discontinued oxycodone 5 mg",
            "DISCONTINUED NALTREXONE 50MG",
            "[DISCONTINUED] naltrexone 50 mg",
            "*DISCONTINUED* naltrexone 50 mg",
            "Discontinued: oxycodone 5 mg",
            "Discontinued by provider: oxycodone 5 mg",
            "Inactive: oxycodone 5 mg",
            "Stopped meds: naltrexone",
            "Previous meds: oxycodone 5 mg",
            "stopped oxycodone 5 mg",
            "oxycodone 5 mg discontinued",
            "oxycodone 5 mg tab (STOPPED)",
            "discontinued oxycodone tablet",
            "stop oxycodone",
            "STOP - naltrexone",
            "naltrexone - stop",
            "STOP taking these medications: oxycodone 5 mg",
            "arrêt tramadol",
            "gestopt met tramadol",
            "odstawiono tramadol",
            "failed tramadol",
        ],
        "open",
    );
    // It may be a discharge; and a day on which it was stopped ends a course.
    check(&["d/c oxycodone 5 mg", "oxycodone 5 mg stopped 3/1"], "oxycodone");
    check(&["failed tramadol, oxycodone 5 mg", "quit heroin, oxycodone 5 mg"], "oxycodone");
    check(&["naltrexone for opioid use disorder (heroin)"], "naltrexone");
}

#[test]
fn each_status_behind_a_sign_belongs_to_the_name_before_it() {
    for sign in [" -", ":", " –", " --"] {
        for join in ["and", "&", "//", "plus", "und", "et", "y", "then", "but", "while"] {
            for (left, held) in
                [("stopped", "started"), ("HELD", "CONTINUED"), ("refused", "given")]
            {
                check(
                    &[
                        &format!("Suboxone{sign} {left} {join} naltrexone{sign} {held}"),
                        &format!("lisinopril{sign} {left} {join} naltrexone 50 mg{sign} {held}"),
                        &format!("lisinopril 10 mg{sign} {left} {join} naltrexone"),
                        &format!("naltrexone{sign} {held} {join} lisinopril{sign} {left}"),
                    ],
                    "naltrexone",
                );
            }
        }
    }
    check(&["lisinopril - held and gabapentin - held and oxycodone 5 mg - continued"], "oxycodone");
}

#[test]
fn what_locks_an_antagonist_away_is_one_product() {
    let both = "oxycodone+naltrexone";
    for text in [
        "oxycodone 5 mg then naltrexone 50 mg tablet",
        "oxycodone 5 mg // naltrexone 50 mg tablet",
        "oxycodone 5 mg - naltrexone 50 mg tablet",
        "oxycodone 5 mg / naltrexone 50 mg tablet",
        "oxycodone 5 mg today - naltrexone 50 mg tablet",
    ] {
        check(&[text], both);
    }
    check(
        &[
            "oxycodone 5 mg (withheld) / naltrexone 50 mg tablet",
            "withheld oxycodone 5 mg / continued naltrexone 50 mg tablet",
            "WITHHELD: oxycodone 5 mg / REFILLED: naltrexone 50 mg tablet",
            "oxycodone 5 mg omitted // naltrexone 50 mg tablet resumed",
        ],
        "naltrexone",
    );
    for sign in ["; ", " | ", "\n", ". ", " - "] {
        for status in ["(declined)", "held", "(on hold)", "[stopped]", "- withheld"] {
            check(&[&format!("oxycodone{sign}naltrexone {status}")], "oxycodone");
        }
    }
    check(&["oxycodone - naltrexone allergy"], "oxycodone");
}

#[test]
fn what_was_withheld_or_omitted_was_not_given() {
    check(
        &[
            "oxycodone withheld",
            "oxycodone 5 mg omitted",
            "WITHHELD: oxycodone 5 mg",
            "[omitted] oxycodone 5 mg",
            "oxycodone 5 mg - dose omitted",
            "oxycodone 5 mg en pause",
            "oxycodon 5 mg ausgelassen",
            "oxicodona 5 mg omitida",
            "ossicodone 5 mg omesso",
        ],
        "not taken",
    );
}

#[test]
fn a_refused_brand_or_form_leaves_the_drug() {
    check(
        &[
            "patient refused generic, oxycodone 5 mg",
            "pt refused brand. Oxycodone 5 mg",
            "refused brand - oxycodone 5 mg",
            "patient declined generic - Percocet 5/325",
            "lisinopril stopped\noxycodone",
            "lisinopril on hold\noxycodone - taken",
        ],
        "oxycodone",
    );
    check(&["naltrexone 50 mg tablet, refused injection"], "naltrexone");
    check(&["Vivitrol 380 mg, refused injection", "naltrexone 50 mg refused"], "not taken");
}

/// Each text says that naltrexone and oxycodone are both taken.
fn check_both(texts: &[&str]) {
    let book = Book::built_in().unwrap();
    for text in texts {
        let mut drugs: Vec<String> = said(&book, text).split('+').map(str::to_owned).collect();
        drugs.sort();
        assert_eq!(drugs, ["naltrexone", "oxycodone"], "{text}");
    }
}

#[test]
fn what_was_not_stopped_or_is_yet_to_be_is_taken() {
    let book = Book::built_in().unwrap();
    for stop in [
        "do not stop",
        "don't stop",
        "never stopped",
        "has not yet stopped",
        "cannot stop",
        "unwilling to stop",
        "refuses to stop",
        "refused to d/c",
        "declines to stop",
        "failed to stop",
        "denies stopping",
        "unable to come off",
        "wants to get off",
        "has not finished",
        "do not hold",
        "will stop",
        "plans to stop",
        "told to stop",
        "advised to discontinue",
        "ne pas arrêter",
        "refuse d'arrêter",
        "no suspender",
        "non ha sospeso",
        "não suspender",
    ] {
        let text = format!("naltrexone 50 mg; {stop} oxycodone");
        assert_eq!(said(&book, &text), "naltrexone+oxycodone", "{text}");
        let text = format!("naltrexone 50 mg; {stop} oxycodone 10 mg");
        assert_eq!(said(&book, &text), "naltrexone+oxycodone", "{text}");
    }
    check_both(&[
        "naltrexone 50 mg; stop oxycodone in 7 days",
        "naltrexone 50 mg; stop oxycodone tomorrow",
        "oxycodone 10 mg, stop after 5 days; naltrexone 50 mg",
        "oxycodone 10 mg (stop after 3 doses), naltrexone 50 mg",
    ]);
    check(
        &[
            "naltrexone 50 mg; stopped oxycodone 1/5",
            "naltrexone 50 mg; stop oxycodone",
            "plan: stop oxycodone, start naltrexone 50 mg",
            "refused oxycodone, naltrexone 50 mg given",
        ],
        "naltrexone",
    );
}

#[test]
fn what_was_stopped_and_started_again_is_taken() {
    check_both(&[
        "naltrexone 50 mg; oxycodone stopped 1/5, restarted 2/20",
        "stopped oxycodone 1/5, restarted 2/20; naltrexone 50 mg",
        "naltrexone 50 mg; stopped oxycodone 1/5 but restarted 2/20",
        "held oxycodone 3/1, resumed 3/2; naltrexone 50 mg",
        "naltrexone 50 mg; quit oxycodone, relapsed on oxycodone",
        "restarted oxycodone after stopping; on naltrexone",
        "oxycodone d/c'd 2/1, reordered 3/1; naltrexone 50 mg",
        "oxycodone d/c'd by other clinic, pt still taking; naltrexone 50 mg",
    ]);
    check(
        &["stopped oxycodone, started naltrexone", "stopped oxycodone. Naltrexone 50 mg restarted"],
        "naltrexone",
    );
}

#[test]
fn what_somebody_takes_beside_a_watched_drug_is_judged() {
    check_both(&[
        "oxycodone 5 mg (on Vivitrol)",
        "oxycodone 5 mg, pt on Vivitrol",
        "oxycodone 5 mg while on Vivitrol",
        "oxycodone 5 mg *VIVITROL PATIENT*",
        "Vivitrol 380 mg; taking oxycodone",
        "Vivitrol 380 mg - pt states he takes oxycodone",
        "Oxycodon 5 mg (Pat. unter Naltrexon)",
        "oxycodone 5 mg, patient sous naltrexone",
        "stopped lisinopril; takes naltrexone and oxycodone",
        "allergic to PCN; on naltrexone; on oxycodone",
        "takes naltrexone; takes oxycodone; takes lisinopril",
        "not taking lisinopril, taking naltrexone, taking oxycodone",
        "naltrexone 50 mg (taking); oxycodone 5 mg (taking)",
    ]);
    check(&["takes oxycodone; takes lisinopril", "takes lisinopril; takes oxycodone"], "oxycodone");
    check(
        &[
            "Naloxone kit, patient on methadone",
            "senna 8.6 mg, on methadone",
            "Narcan - methadone patient",
        ],
        "none",
    );
    check(&["naltrexone 50 mg (Taking), oxycodone (Not Taking)"], "naltrexone");
    check(&["offered Vivitrol, prefers to stay on Suboxone"], "buprenorphine");
}

#[test]
fn what_is_held_while_another_is_taken_is_not_taken() {
    check(
        &[
            "hold oxycodone while on Vivitrol",
            "hold oxycodone 5 mg while on naltrexone 50 mg",
            "Oxycodon pausiert wegen Naltrexon",
        ],
        "naltrexone",
    );
    check(
        &[
            "hold naltrexone while on oxycodone",
            "hold naltrexone until oxycodone finished",
            "hold naltrexone until off oxycodone",
            "naltrexone held because of oxycodone",
        ],
        "oxycodone",
    );
    check(&["hold oxycodone until RR > 12", "hold oxycodone while sedated"], "oxycodone");
}

#[test]
fn a_dose_that_another_replaced_says_nothing_of_the_next_drug() {
    check_both(&[
        "naltrexone 50 mg (changed from 25 mg); oxycodone 5 mg",
        "naltrexone 50 mg (in place of 25 mg), oxycodone 5 mg",
        "naltrexone 50 mg (replaces 25 mg), oxycodone 5 mg",
        "naltrexone 50 mg (changed from bid), oxycodone 5 mg",
        "sertraline 100 mg (changed from 50 mg); naltrexone 50 mg; oxycodone 5 mg",
    ]);
    check(
        &["naltrexone 50 mg (changed from oxycodone)", "naltrexone 50 mg (replaces oxycodone)"],
        "naltrexone",
    );
}

#[test]
fn what_was_stopped_or_refused_is_known_in_more_languages() {
    check(
        &[
            "Naltrexon 50 mg, Oxycodon ausgeschlichen",
            "Oxycodon beendet 01.02., Naltrexon 50 mg",
            "Naltrexon 50 mg, Pat. lehnt Oxycodon ab",
            "naltrexone 50 mg, oxycodone arrêtée le 02/03",
            "naltrexone 50 mg, ne prend plus oxycodone",
            "oxicodona suspendida 02/03; naltrexona 50 mg",
            "dejó oxicodona, naltrexona 50 mg",
            "rifiuta ossicodone, naltrexone 50 mg",
            "parou oxicodona, naltrexona 50 mg",
            "weigert oxycodon, naltrexon 50 mg",
            "oxycodon afgebouwd, nu naltrexon 50 mg",
            "Oxycodon vysazen, naltrexon 50 mg",
            "naltrexone 50 mg; no longer takes oxycodone",
        ],
        "naltrexone",
    );
    check(
        &[
            "STOP TAKING these medications: hydrocodone 5/325, naltrexone 50 mg. CONTINUE: oxycodone 5 mg",
        ],
        "oxycodone",
    );
    check_both(&[
        "naltrexona 50 mg, no ha dejado oxicodona",
        "naltrexona 50 mg, não parou oxicodona",
    ]);
}
