use super::*;
use crate::drug::Identity;

fn configured(text: &str) -> Result<Book, String> {
    let mut book = Book::built_in().unwrap();
    let settings: BookSettings = toml::from_str(text).unwrap();
    book.configure(&settings).map(|()| book)
}

/// The contents of a built-in rule's file, and its path.
fn file(id: &str) -> (&'static str, &'static str) {
    *BUILT_IN.iter().find(|(path, _)| path.ends_with(&format!("/{id}.toml"))).unwrap()
}

/// The rule of a built-in file with something changed in it.
fn changed(id: &str, from: &str, to: &str) -> Result<Rule, String> {
    let (path, text) = file(id);
    assert!(text.contains(from), "{id} has no {from}");
    let book = Book::built_in().unwrap();
    Rule::read(path, &text.replace(from, to), book.dictionary()).map_err(|error| error.to_string())
}

#[test]
fn rules_and_notices_apply_as_they_are_selected_and_ignored() {
    let ids = [
        "opioid-antagonist-overlap",
        "dose-above-maximum",
        "missing-days-supply",
        "formulary-look-alike",
        notice::EXPIRED,
        notice::UNMATCHED,
    ];
    let [overlap, dose, days, look_alike, expired, unmatched] = ids;
    for (config, expected) in [
        ("", &[overlap, dose, days, expired, unmatched][..]),
        // By id, by DUR code in any case, and by tag.
        ("select = [\"opioid-antagonist-overlap\"]", &[overlap]),
        ("select = [\"formulary-look-alike\"]", &[look_alike]),
        ("select = [\"dd\"]", &[overlap]),
        ("select = [\"HD\"]", &[dose]),
        ("select = [\"antagonist\"]", &[overlap]),
        ("select = [\"ms\"]", &[days, look_alike, expired, unmatched]),
        ("select = [\"configuration\"]", &[expired, unmatched]),
        ("select = [\"unmatched-acceptance\", \"HD\"]", &[dose, unmatched]),
        ("ignore = [\"dose-above-maximum\"]", &[overlap, days, expired, unmatched]),
        ("ignore = [\"MS\"]", &[overlap, dose]),
        ("ignore = [\"expired-acceptance\"]", &[overlap, dose, days, unmatched]),
        ("select = [\"MS\"]\nignore = [\"configuration\", \"look-alike\"]", &[days]),
    ] {
        let book = configured(config).unwrap();
        let applied: Vec<&str> = ids.into_iter().filter(|id| book.applies(id)).collect();
        assert_eq!(applied, expected, "{config}");
        assert!(!book.applies("no-such-rule"), "{config}");
    }
}

#[test]
fn a_name_that_nothing_has_is_refused_with_the_nearest_one() {
    let refused = |text: &str| configured(text).unwrap_err();
    let window = "hard = 5\nsoft = 8\n";
    for (text, told) in [
        (
            "select = [\"recent-opioids\"]".to_owned(),
            "no rule, DUR code or tag is called `recent-opioids`; did you mean `recent-opioid`?",
        ),
        (
            "ignore = [\"expired-acceptence\"]".to_owned(),
            "no rule, DUR code or tag is called `expired-acceptence`; did you mean `expired-acceptance`?",
        ),
        ("ignore = [\"weather\"]".to_owned(), "no rule, DUR code or tag is called `weather`"),
        (
            "[severity]\nrecent-opiod = \"low\"".to_owned(),
            "no rule is called `recent-opiod`; did you mean `recent-opioid`?",
        ),
        ("[severity]\nDD = \"low\"".to_owned(), "no rule is called `DD`"),
        (
            format!("[windows.short-actin]\n{window}"),
            "no washout window is called `short-actin`; did you mean `short-acting`?",
        ),
        (format!("[windows.oral]\n{window}"), "no washout window is called `oral`"),
        (
            "[blockade]\norale = 3".to_owned(),
            "no blockade window is called `orale`; did you mean `oral`?",
        ),
        ("[blockade]\nshort-acting = 3".to_owned(), "no blockade window is called `short-acting`"),
    ] {
        assert_eq!(refused(&text), told);
    }
}

/// One slip, plus one for every three letters.
#[test]
fn a_name_is_suggested_up_to_a_third_of_its_letters_away() {
    for (word, suggests) in
        [("oraxyz", true), ("orwxyz", false), ("orl", true), ("x", false), ("", false)]
    {
        let told = nearest(word, ["oral", "depot"].into_iter());
        assert_eq!(told, if suggests { "; did you mean `oral`?" } else { "" }, "{word}");
    }
    assert_eq!(nearest("oral", std::iter::empty()), "");
}

#[test]
fn a_site_may_set_severities_and_windows() {
    let book =
        configured("[severity]\nrecent-opioid = \"low\"\n[windows.short-acting]\nhard = 5\nsoft = 8\n[blockade]\noral = 4\n").unwrap();
    let rule = book.rule("recent-opioid").unwrap();
    assert_eq!(
        (rule.file.id.as_str(), rule.severity_override),
        ("recent-opioid", Some(Severity::Low))
    );
    assert_eq!(book.rules().iter().filter(|rule| rule.severity_override.is_some()).count(), 1);
    assert!(book.rule("recent-opiod").is_none());
    let short = &book.windows()["short-acting"];
    assert_eq!((short.hard, short.soft), (5, 8));
    let Condition::Blockade(blockade) = &book.rule("opioid-during-blockade").unwrap().condition
    else {
        panic!("another kind")
    };
    assert_eq!((blockade.window["oral"].days, blockade.window["depot"].days), (4, 2));
}

#[test]
fn a_window_of_the_configuration_changes_every_rule_that_has_it() {
    let renamed = |id: &str, to: &str| (format!("washout/{to}.toml"), file(id).1.replace(id, to));
    let own = [renamed("recent-opioid", "ours"), renamed("opioid-during-blockade", "our-blockade")];
    let own = own.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    let mut book = Book::read(&BUILT_IN.iter().copied().chain(own).collect::<Vec<_>>()).unwrap();
    let config = "[windows.short-acting]\nhard = 5\nsoft = 8\n[blockade]\noral = 4\n";
    book.configure(&toml::from_str(config).unwrap()).unwrap();
    for id in ["recent-opioid", "ours"] {
        let window = book.window_of(book.rule(id).unwrap(), "short-acting").unwrap();
        assert_eq!((window.hard, window.soft), (5, 8), "{id}");
    }
    for id in ["opioid-during-blockade", "our-blockade"] {
        let Condition::Blockade(blockade) = &book.rule(id).unwrap().condition else {
            panic!("{id}")
        };
        assert_eq!(blockade.window["oral"].days, 4, "{id}");
    }
}

#[test]
fn what_is_kept_for_later_runs_does_not_depend_on_the_selection() {
    let mut book = Book::built_in().unwrap();
    let watched = |book: &Book, text: &str| {
        let verdict = book.dictionary().resolve(&Identity::text(text));
        (book.watches(&verdict), book.may_watch(&verdict))
    };
    for text in [
        "oxycodone 5 mg tablet",
        "naltrexone tablet",
        "lofexidine 0.18 mg tablet",
        "naltrexonw tablet",
        "contrve tablet",
    ] {
        assert_eq!(watched(&book, text), (true, true), "{text}");
    }
    book.rules_mut().iter_mut().for_each(|rule| rule.active = false);
    for (text, now, ever) in [
        ("oxycodone 5 mg tablet", true, true),
        ("naltrexone tablet", true, true),
        ("naltrexonw tablet", true, true),
        // A combination is meant, and a rule may mention its ingredients.
        ("contrve tablet", true, true),
        ("lofexidine 0.18 mg tablet", false, true),
        ("lofexidin 0.18 mg tablet", false, true),
        ("lisinopril 10 mg tablet", false, false),
        ("", false, false),
    ] {
        assert_eq!(watched(&book, text), (now, ever), "{text}");
    }
}

#[test]
fn a_site_table_of_codes_is_used() {
    let mut book = Book::built_in().unwrap();
    let table = "code,name\nNTX50,Naltrexone 50 mg tab\n";
    let mut vocabulary = Vocabulary::default();
    vocabulary.read("codes.csv", table.as_bytes(), book.dictionary()).unwrap();
    let named = |book: &Book| {
        book.dictionary()
            .resolve(&Identity { code: "NTX50".into(), ..Identity::default() })
            .components
            .len()
    };
    assert_eq!(named(&book), 0);
    book.set_vocabulary(vocabulary);
    assert_eq!(named(&book), 1);
}

#[test]
fn the_digest_changes_with_every_file() {
    let digest = |files: &[(&str, &str)]| Book::read(files).unwrap().digest().to_owned();
    let files = [("a.txt", "b"), ("c.txt", "d")];
    let first = digest(&files);
    assert!(first.len() == 16 && first.bytes().all(|b| b.is_ascii_hexdigit()), "{first}");
    assert_eq!(first, digest(&files));
    for other in [
        [("a.txt", "B"), files[1]],
        [files[0], ("C.txt", "d")],
        [("a.tx", "tb"), files[1]],
        [files[1], files[0]],
    ] {
        assert_ne!(first, digest(&other), "{other:?}");
    }
}

#[test]
fn only_rules_in_force_that_need_not_be_asked_for_judge() {
    for (status, opt_in, judges) in [
        ("stable", false, true),
        ("deprecated", false, true),
        ("preview", false, false),
        ("removed", false, false),
        ("stable", true, false),
        ("preview", true, false),
    ] {
        let rule = changed(
            "disulfiram-overlap",
            "status    = \"stable\"",
            &format!("status = \"{status}\"\nopt-in = {opt_in}"),
        )
        .unwrap();
        assert_eq!(rule.active, judges, "{status}, opt-in {opt_in}");
    }
}

#[test]
fn a_rule_names_drugs_of_the_book_and_has_the_condition_of_its_kind() {
    for (id, from) in [
        ("disulfiram-overlap", "\"disulfiram\"]"),
        ("formulary-misclassified-antagonist", "\"methylnaltrexone\"]"),
        ("formulary-limit-above-maximum", "\"samidorphan\"]"),
        ("formulary-limit-above-maximum", "\"bupropion\"]"),
        ("formulary-unmarketed-strength", "\"naltrexone\"]"),
        ("formulary-missing-alert", "\"levomethadone\""),
    ] {
        assert!(changed(id, from, from).is_ok(), "{id}");
        let other = from.replacen('"', "\"un", 1);
        let told = changed(id, from, &other).unwrap_err();
        assert!(told.contains("is not a drug of the book"), "{id}: {told}");
    }
    for side in ["subject", "other"] {
        let told = changed(
            "formulary-missing-reversal-agent",
            &format!("\n{side} "),
            &format!("\n{side}.ingredient = [\"unknown\"]\n#"),
        )
        .unwrap_err();
        assert!(told.contains("`unknown` is not a drug of the book"), "{side}: {told}");
    }
    for (from, to) in [
        ("= \"overlap\"", "= \"washout\""),
        ("\n[overlap]", "\n[record]\ncheck = \"implausible-date\"\n\n[overlap]"),
    ] {
        let told = changed("disulfiram-overlap", from, to).unwrap_err();
        assert!(
            told.contains("the condition table is missing, or there is more than one"),
            "{told}"
        );
    }
}

/// What was prepared when the program was built agrees with the files.
#[test]
fn what_is_ready_is_what_stands_in_the_files() {
    let copy: Vec<(&str, &str)> = BUILT_IN.to_vec();
    let (ready, read) = (Book::built_in().unwrap(), Book::read(&copy).unwrap());
    assert_eq!(ready.digest(), read.digest());
    for (ready, read) in ready.rules().iter().zip(read.rules()) {
        assert_eq!(format!("{:?}", ready.file), format!("{:?}", read.file));
        assert_eq!(format!("{:?}", ready.cases()), format!("{:?}", read.cases()));
    }
    let (ready, read) = (ready.dictionary(), read.dictionary());
    assert_eq!(ready.at_large().len(), read.at_large().len());
    let codes = BUILT_IN.iter().filter(|(path, _)| path.starts_with("codes/"));
    let lines = codes.flat_map(|(_, text)| text.lines()).filter(|line| !line.starts_with('#'));
    // All of them take minutes.
    for line in lines.step_by(23) {
        for code in line.split([',', ' ']).take(3) {
            let package = format!("{code:0<11}");
            for (ndc, rxcui) in [(code, ""), (&package, ""), ("", code)] {
                let identity =
                    Identity { ndc: ndc.into(), rxcui: rxcui.into(), ..Identity::default() };
                let verdict =
                    |dictionary: &Dictionary| format!("{:?}", dictionary.resolve(&identity));
                assert_eq!(verdict(ready), verdict(read), "{code}");
            }
        }
    }
    let names = BUILT_IN.iter().find(|(path, _)| path.ends_with("names-at-large.txt")).unwrap().1;
    for name in names.lines().step_by(7).map(|line| line.trim_start_matches(['*', '+'])) {
        let says = |dictionary: &Dictionary| {
            let names = dictionary.at_large();
            (names.has(name), names.is_sure(name), names.has_stem(name))
        };
        assert_eq!(says(ready), says(read), "{name}");
    }
}
