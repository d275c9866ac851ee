//! A newcomer's log: seven exports with their own headers, from nothing to the first true finding. One command is enough, or two if only a person can
//! answer: then the first one prints the rest of the second.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::Path;
use std::process::Output;

use crate::common::{rxlint_in, stderr, stdout};

/// An export as left in a folder.
struct Export {
    /// What is odd about it.
    about: &'static str,
    files: &'static [(&'static str, &'static str)],
    /// What the first command must print as the rest of the second; `None` if one command is enough.
    asks: Option<&'static str>,
    /// The findings about patients, except those about what the export lacks.
    finds: &'static [&'static str],
}

const EXPORTS: [Export; 7] = [
    Export {
        about: "a British hospital: words of its own, day first, semicolons",
        files: &[(
            "issues.csv",
            "Hosp No;Item Supplied;Issued On;Course Length (days);Issue State\n\
             H1007;Oxycodone 10mg tablets;02/11/2026;14;Issued\n\
             H1007;Naltrexone 50mg tablets;09/11/2026;28;Issued\n\
             H1010;Naltrexone 50mg tablets;23/11/2026;28;Issued\n",
        )],
        asks: None,
        finds: &["high[opioid-antagonist-overlap] H1007"],
    },
    Export {
        about: "an American pharmacy: an account, the only number that may be a person's",
        files: &[(
            "daily.csv",
            "Acct #,Svc Dt,Rx Item,Day Sup\n\
             70021,3/2/2026,HYDROCODONE/APAP 5-325 TAB,10\n\
             70033,3/14/2026,METFORMIN 500 MG TAB,30\n\
             70021,3/9/2026,NALTREXONE 50 MG TAB,30\n",
        )],
        asks: None,
        finds: &["high[opioid-antagonist-overlap] 70021"],
    },
    Export {
        about: "a German pharmacy: lines of titles above the header",
        files: &[(
            "abgaben.csv",
            "Apotheke am Markt\nAbgaben im November\n\n\
             KdNr;Abgabetag;Artikelbezeichnung;Reichweite (Tage)\n\
             118;02.11.2026;Tramadol 50 mg Kps.;20\n\
             118;13.11.2026;Naltrexon 50 mg Tbl.;28\n",
        )],
        asks: None,
        finds: &["high[tramadol-antagonist-overlap] 118"],
    },
    Export {
        about: "three tables: dispensings with keys, drugs, persons",
        files: &[
            (
                "dispensed.csv",
                "disp,person_key,item_key,on_day,amt,days\n\
                 1,7,A3,2026-11-02,60,20\n2,7,A9,2026-11-10,30,30\n3,8,A9,2026-11-11,30,30\n",
            ),
            (
                "items.csv",
                "item_key,item_name,strength,dose_form\nA3,Methadone,10 mg,tablet\nA9,Naltrexone,50 mg,tablet\n",
            ),
            (
                "people.csv",
                "person_key,mrn,birth_dt\n7,9434765919,03/04/1971\n8,9434765870,25/12/2011\n",
            ),
        ],
        asks: Some("--vocabulary export/items.csv --columns code=item_key"),
        finds: &["high[maintenance-opioid-overlap] 7", "moderate[naltrexone-under-18] 8"],
    },
    Export {
        about: "a Spanish hospital: no day above 12",
        files: &[(
            "salidas.csv",
            "N.H.C.;F. dispens.;Medicamento dispensado;Dias\n\
             5501;03/04/2026;Metadona 40 mg comprimidos;30\n5501;06/04/2026;Naltrexona 50 mg comprimidos;28\n",
        )],
        asks: Some("--date-order dmy"),
        finds: &["high[maintenance-opioid-overlap] 5501"],
    },
    Export {
        about: "a ward: administrations, tabs, an outcome that says what was not taken",
        files: &[(
            "mar.txt",
            "Res #\tMed Given\tGiven At\tOutcome\n\
             12\tMorphine 10 mg/5 ml oral solution\t2026-11-02 08:00\tGiven\n\
             12\tNaltrexone 50 mg tablet\t2026-11-03 08:00\tGiven\n\
             14\tNaltrexone 50 mg tablet\t2026-11-03 08:00\tRefused\n",
        )],
        asks: None,
        finds: &["moderate[recent-opioid] 12"],
    },
    Export {
        about: "a Dutch outpatient pharmacy: a list of sums below, days in a column of their own",
        files: &[(
            "afleveringen.csv",
            "Patiëntnummer,Afleverdatum,Geneesmiddel,Aantal,Dagen\n\
             2001,02-11-2026,Oxycodon 5 mg tablet,30,10\n\
             2001,14-11-2026,Naltrexon 50 mg tablet,28,28\n\
             Totaal,,,58,\n",
        )],
        asks: None,
        finds: &["high[recent-opioid] 2001"],
    },
];

fn check(folder: &Path, more: &str) -> Output {
    let mut all = vec!["check", "export", "--isolated", "--format", "concise", "--ignore", "MS"];
    // What a shell makes of the printed words.
    let words: Vec<String> = more
        .split('\'')
        .zip([false, true].into_iter().cycle())
        .flat_map(|(part, quoted)| match quoted {
            true => vec![part.to_owned()],
            false => part.split_whitespace().map(str::to_owned).collect(),
        })
        .collect();
    all.extend(words.iter().map(String::as_str));
    rxlint_in(folder, &all)
}

/// The findings, without their files and lines.
fn found(output: &Output) -> Vec<String> {
    let finding = |line: &str| {
        let (_, rest) = line.split_once(": ")?;
        let (what, _) = rest.split_once(": ")?;
        ["high[", "moderate["]
            .iter()
            .any(|severity| what.starts_with(severity))
            .then(|| what.to_owned())
    };
    stdout(output).lines().filter_map(finding).collect()
}

#[test]
fn seven_exports_reach_their_first_true_finding_in_one_or_two_commands() {
    for export in &EXPORTS {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("export")).unwrap();
        for (name, text) in export.files {
            std::fs::write(folder.path().join("export").join(name), text).unwrap();
        }
        let first = check(folder.path(), "");
        let told = stderr(&first);
        let last = match export.asks {
            None => first,
            Some(rest) => {
                assert!(told.contains(rest), "{}: {told}", export.about);
                check(folder.path(), rest)
            }
        };
        assert_eq!(found(&last), export.finds, "{}: {}", export.about, stderr(&last));
        assert_eq!(last.status.code(), Some(1), "{}: {}", export.about, stderr(&last));
    }
}

#[test]
fn a_file_that_is_refused_is_shown_column_by_column() {
    let folder = tempfile::tempdir().unwrap();
    // Group numbers identify no one.
    let table = EXPORTS[1].files[0].1.replace("Acct #", "Group #");
    std::fs::write(folder.path().join("daily.csv"), table).unwrap();
    let output = rxlint_in(folder.path(), &["check", "daily.csv", "--isolated", "--dry-run"]);
    let told = stdout(&output);
    assert_eq!(output.status.code(), Some(3));
    for line in [
        "`Group #`  not understood; looks like identifiers that come again\n",
        "`Svc Dt`   fill_date\n",
        "`Rx Item`  drug\n",
        "`Day Sup`  days_supply\n",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
    assert!(!told.contains("--dry-run"), "{told}");
}

#[test]
fn init_writes_a_usable_file_and_no_profile_for_files_without_prescriptions() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in EXPORTS[4].files.iter().chain(EXPORTS[3].files) {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    // Dates that only a person can interpret do not prevent the file from being written.
    let begin = |export: &str, name: &str| {
        let output = rxlint_in(folder.path(), &["init", export, "--output", name]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        std::fs::read_to_string(folder.path().join(name)).unwrap()
    };
    assert!(begin("salidas.csv", "a.toml").contains("Ask whoever made it"));
    let whole = begin(".", "b.toml");
    assert!(
        whole.contains("path = \"dispensed.csv\"\n[profile.columns]\ncode = \"item_key\"\n"),
        "{whole}"
    );
    assert!(
        whole.contains("\n# path = \"items.csv\"\n") && !whole.contains("people.csv"),
        "{whole}"
    );
    // A column recognised by its content is written ready for use.
    assert!(
        whole.contains("\n# drug = \"Medicamento dispensado\"   # understood by its content\n"),
        "{whole}"
    );
    std::fs::write(folder.path().join("rxlint.toml"), "[columns]\npatient = \"\"\n").unwrap();
    let told = stderr(&rxlint_in(folder.path(), &["check", "salidas.csv"]));
    assert!(told.contains("rxlint.toml:2:1"), "{told}");
}
