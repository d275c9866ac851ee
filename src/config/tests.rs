use super::*;

const ENTRY: &str =
    "[[accept]]\nrule = \"opioid-antagonist-overlap\"\nreason = \"agreed with the clinic\"\n";

fn refused(text: &str) -> String {
    let error = Config::parse("rxlint.toml", text).unwrap_err();
    format!("{error} / {}", error.help().unwrap_or_default().to_owned())
}

#[test]
fn an_acceptance_needs_a_reason_a_limit_and_for_one_patient_an_end() {
    assert!(refused("[[accept]]\nrule = \"a\"\npath = \"b\"\n").contains("reason"));
    assert!(refused("[[accept]]\nrule = \"a\"\npath = \"b\"\nreason = \" \"\n").contains("empty"));
    assert!(refused(ENTRY).contains("every finding of the rule"));
    assert!(refused(&format!("{ENTRY}patient = \"P1\"\n")).contains("until"));
    assert!(refused(&format!("{ENTRY}fingerprint = \"{}\"\n", "0".repeat(32))).contains("until"));
    assert!(
        refused(&format!("{ENTRY}fingerprint = \"7\"\nuntil = 2026-01-01\n"))
            .contains("32 hexadecimal")
    );
    assert!(
        refused(&format!("{ENTRY}patient = \"P1\"\nuntil = \"2026-02-30\"\n"))
            .contains("not a valid date")
    );
    assert!(refused(&format!("{ENTRY}path = \"a\"\noutcome = \"1\"\n")).contains("441-E6"));
    assert!(refused(&format!("{ENTRY}path = \"a***\"\n")).contains("pattern"));
    assert!(refused(&format!("{ENTRY}pacient = \"P1\"\n")).contains("did you mean `patient`?"));
}

#[test]
fn an_acceptance_knows_where_it_stands() {
    let text = format!(
        "strict = true\n\n{ENTRY}patient = \"P1\"\nuntil = 2026-12-31\nservice = \"M0\"\noutcome = \"1G\"\n"
    );
    let config = Config::parse("rxlint.toml", &text).unwrap();
    let [acceptance] = config.acceptances().try_into().unwrap();
    assert_eq!((acceptance.at.line, acceptance.at.until_line), (4, 7));
    assert_eq!(acceptance.until.unwrap().to_string(), "2026-12-31");
    assert_eq!(acceptance.outcome.as_deref(), Some("1G"));
}

#[test]
fn errors_show_neither_patients_nor_reasons() {
    for broken in ["untli = 1", "until = ", "until = \"soon\"", ""] {
        let text = format!(
            "[[accept]]\nrule = \"a\"\nreason = \"Ada Sämple's wish\"\npatient = \"P0007\"\n{broken}\n"
        );
        let error = Config::parse("rxlint.toml", &text).unwrap_err();
        let mut shown = String::new();
        miette::GraphicalReportHandler::new()
            .with_context_lines(9)
            .render_report(&mut shown, &crate::command::shown_file::ShownFile::new(&error))
            .unwrap();
        assert!(
            shown.contains("rule = \"a\"")
                && !shown.contains("P0007")
                && !shown.contains("Ada")
                && !shown.contains("wish"),
            "{shown}"
        );
    }
}

#[test]
fn identifiers_need_no_quotes() {
    let config = Config::parse(
        "rxlint.toml",
        &format!("{ENTRY}patient = 7\nprescriber = 1003000126\nuntil = 2026-12-31\n"),
    )
    .unwrap();
    let [acceptance] = config.acceptances().try_into().unwrap();
    assert_eq!(
        (acceptance.patient, acceptance.prescriber.as_deref()),
        (Some(rxlint_model::finding::PatientKey::new("7", "")), Some("1003000126"))
    );
}

#[test]
fn every_setting_says_where_it_comes_from() {
    let config = Config::parse(
        "rxlint.toml",
        "fail-on = \"high\"\n\n[columns]\npatient = \"MRN\"\ndrug = \"Med\"\n",
    )
    .unwrap();
    let settings = effective::settings(&config, &["strict"]);
    let of = |key: &str| settings.iter().find(|setting| setting.key == key).unwrap();
    assert_eq!(of("fail-on").source, "rxlint.toml:1");
    assert_eq!(
        (of("columns.patient").value.as_deref(), of("columns.patient").source.as_str()),
        (Some("\"MRN\""), "rxlint.toml:4")
    );
    assert_eq!(of("strict").source, "option --strict");
    assert_eq!(
        (of("max-rejects").value.as_deref(), of("max-rejects").source.as_str()),
        (Some("0"), "default")
    );
    assert_eq!(of("date-order").value, None);
}

#[test]
fn mistakes_are_shown_where_they_stand_with_what_was_meant() {
    assert!(refused("fail-onn = \"high\"").contains("did you mean `fail-on`?"));
    assert!(refused("fail-on = \"hihg\"").contains("did you mean `high`?"));
    assert!(refused("format = \"jsn\"").contains("did you mean `json`?"));
    assert!(refused("jurisdiction = \"fr\"").contains("give us, uk or eu"));
    assert!(
        refused("[windows.short-acting]\nhard = 9\nsoft = 7")
            .contains("soft must be at least hard")
    );
}

#[test]
fn a_mistake_is_told_by_its_key_with_what_would_do() {
    for (text, what, help) in [
        ("ignore = \"x\"", "`ignore` is a list", "ignore = [\"x\"]"),
        ("[columns]\npatient = 1", "`patient` is a text", "patient = \"1\""),
        ("select = [1]", "`select` is a text", "in quotes: \"1\""),
        ("[windows.a]\nhard = \"7\"", "`hard` is a whole number", "hard = 7"),
        ("look-back = \"400 days\"", "from 0 to 65535", "look-back = 400"),
        ("threads = -1", "of 0 or more", "without a unit"),
        ("strict = \"yes\"", "true or false", "strict = true"),
        ("strict = True", "true or false", "small letters"),
        ("jurisdiction = us", "needs quotes", "jurisdiction = \"us\""),
        ("ledger = C:\\rx.ledger", "needs quotes", "ledger = 'C:\\rx.ledger'"),
        ("ledger = \"C:\\Users\\rx\"", "backslash", "ledger = 'C:\\Users\\rx'"),
        ("ledger = \"C:\\rx.ledger\"", "backslash", "ledger = 'C:\\rx.ledger'"),
        ("patient = \"MRN\"", "no setting `patient`", "below a line [columns]"),
        ("juristiction = \"us\"", "no setting `juristiction`", "did you mean `jurisdiction`?"),
        ("date_order = \"dmy\"", "no setting `date_order`", "did you mean `date-order`?"),
        ("date-order = \"ymd\"", "cannot be `ymd`", "did you mean `"),
        ("fail-on = \"HIGH\"", "cannot be `HIGH`", "did you mean `high`?"),
        ("[accept]\npatient = \"P1\"", "[accept] has no `patient`", "[[accept.findings]]"),
        ("[profile]\npath = \"x\"", "several of `profile`", "[[profile]]"),
        ("columns = \"x\"", "`columns` is a table", "a line [columns]"),
        ("max-shown = \"some\"", "`max-shown` cannot", "max-shown = \"all\""),
        ("strict = true\nstrict = true", "`strict` is set twice", "leave one"),
        ("[accept] columns = [\"3\"]", "holds nothing else", "the next line"),
        (
            "accept.columns = [\"3\"]\naccept.columns = [\"4\"]",
            "set twice",
            "accept.columns = [\"…\", \"…\"]",
        ),
        (
            "accept.columns = [\"3\"]\n[[accept]]\nrule = \"a\"",
            "`accept` is set twice",
            "[[accept.findings]]",
        ),
        ("[[accept]]\nrule = \"a\"\ncolumns = [\"3\"]", "has no `columns`", "[[accept.findings]]"),
    ] {
        let told = refused(text);
        assert!(told.contains(what) && told.contains(help), "{text}: {told}");
        assert!(told.len() < 300, "nobody reads all of {told}");
    }
    for order in ["dmy", "DMY", "mdy", "MDY"] {
        assert!(Config::parse("rxlint.toml", &format!("date-order = \"{order}\"")).is_ok());
    }
    assert!(Config::parse("rxlint.toml", "delimiter = \"\\t\"").is_ok());
}

/// The schema is made from the types and checked in, for editors; `UPDATE_EXPECTED=1 cargo test` writes it anew.
// Parquet adds formats of reports; what is checked in is what most programs know.
#[cfg(not(feature = "parquet"))]
#[test]
fn the_schema_that_is_checked_in_is_the_schema_of_the_types() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rxlint.schema.json");
    let schema = serde_json::to_string_pretty(&schemars::schema_for!(Config)).unwrap() + "\n";
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        std::fs::write(path, &schema).unwrap();
    }
    assert!(
        std::fs::read_to_string(path).is_ok_and(|text| text == schema),
        "docs/rxlint.schema.json is out of date: UPDATE_EXPECTED=1 cargo test"
    );
}
