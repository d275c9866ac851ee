use crate::drug::file::RulePack;
use crate::file_error::FileError;
use crate::rule::Book;
use crate::rule::book::BUILT_IN;

/// A site's rule, with every key that a rule must have.
fn rule(id: &str, kind: &str, condition: &str, text: &str) -> String {
    format!(
        "id = \"{id}\"\nkind = \"{kind}\"\ntitle = \"t\"\nseverity = \"low\"\ndur = \"DD\"\nevidence = \"C\"\n\
         status = \"stable\"\nsince = \"0.1.0\"\nversion = 1\nauthored = 2026-01-01\nreviewed = \"r\"\nwhy = \"w\"\nremedy = \"r\"\n\
         {condition}\n[message]\ntext = \"{text}\"\nhelp = \"h\"\n"
    )
}

fn overlap(id: &str, text: &str) -> String {
    let condition = "[overlap]\nsubject = { role = [\"antagonist\"] }\nother = { ingredient = [\"codeine\"] }\n";
    rule(id, "overlap", condition, text)
}

fn washout(id: &str, window: &str, soft: i32) -> String {
    let sides =
        "[washout]\nsubject = { role = [\"antagonist\"] }\nother = { role = [\"full-agonist\"] }\n";
    let window = format!(
        "[washout.window.{window}]\nhard = {soft}\nsoft = {soft}\nsource = \"s\"\ngrade = \"C\"\n"
    );
    rule(id, "washout", &format!("{sides}{window}"), "t")
}

fn person(condition: &str) -> String {
    let condition = format!("[person]\nsubject = {{ role = [\"antagonist\"] }}\n{condition}\n");
    rule("ours", "person", &condition, "{Subject}")
}

fn drug(id: &str, form: &str) -> String {
    format!(
        "id = \"{id}\"\nrole = \"full-agonist\"\nnames = [\"{id}\"]\n[[form]]\nid = \"tablet\"\nkind = \"tablet\"\n{form}\n"
    )
}

/// The built-in book plus a site's files.
fn with_site(files: &[(&str, String)]) -> Result<Book, FileError> {
    let files: Vec<(&str, &str)> =
        files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let site = RulePack { folder: "our-rules", files: &files };
    Book::read_packs(&[RulePack { folder: "", files: BUILT_IN }, site])
}

/// Each fault as a reader sees it: the underlined words with their line, what is wrong with them,
/// and what to do.
fn faults(files: &[(&str, String)]) -> Vec<String> {
    let Err(error) = with_site(files) else { return Vec::new() };
    let shown = |fault: FileError| {
        let place = fault.shown().map(|(text, span)| {
            format!("line {}, {}: ", text[..span.start].matches('\n').count() + 1, &text[span])
        });
        let help = fault.help().unwrap_or_default();
        format!("{}{} | {help}", place.unwrap_or_default(), fault.what())
    };
    error.each().into_iter().map(shown).collect()
}

#[test]
fn a_name_that_nothing_has_is_shown_where_it_stands_with_the_nearest_one() {
    let window =
        |key: &str, name: &str| [("drugs/ours.toml", drug("ours", &format!("{key} = \"{name}\"")))];
    let message = |text: &str| [("interaction/ours.toml", overlap("ours", text))];
    let selecting = |selector: &str| {
        let condition = format!(
            "[overlap]\nsubject = {{ role = [\"antagonist\"] }}\nother = {{ {selector} }}\n"
        );
        [("interaction/ours.toml", rule("ours", "overlap", &condition, "t"))]
    };
    let about = |condition: &str| [("person/ours.toml", person(condition))];
    for (files, told) in [
        (
            window("washout", "short-actin"),
            "line 7, \"short-actin\": no washout rule has a window called `short-actin` | did you mean `short-acting`?",
        ),
        (
            window("blockade", "orla"),
            "line 7, \"orla\": no blockade rule has a window called `orla` | did you mean `oral`?",
        ),
        (
            window("blockade", "short-acting"),
            "line 7, \"short-acting\": no blockade rule has a window called `short-acting` | those that exist are in [blockade.window.NAME] \
             of a rule",
        ),
        (
            [("washout/ours.toml", washout("ours", "short-actin", 9))],
            "line 17, short-actin: no form of any drug has the washout window `short-actin` | did you mean `short-acting`?",
        ),
        (
            message("{Sbject} and {other}"),
            "line 19, {Sbject}: this rule has no word `{Sbject}` | did you mean `{Subject}`? this rule fills in {subject} {other} {subject-came} {other-came} {product} {unblocked} {shared} {count} {clean} {first} {last} {limit} {hard} {soft}",
        ),
        (
            message("{subject} and {age}"),
            "line 19, {age}: this rule has no word `{age}` | this rule fills in {subject} {other} {subject-came} {other-came} {product} {unblocked} {shared} {count} {clean} {first} {last} {limit} {hard} {soft}",
        ),
        (
            message("{subject and other"),
            "line 19, {subject and other: a brace is not closed | close it after the word: {subject}",
        ),
        (
            selecting("ingredient = [\"codein\"]"),
            "line 16, \"codein\": `codein` is not a drug of the book | did you mean `codeine`?",
        ),
        (selecting("tag = [\"maoii\"]"), "line 16, \"maoii\": no drug is tagged `maoii` | did you mean `maoi`?"),
        (
            about("condition = [\"pregnncy\"]"),
            "line 16, \"pregnncy\": no condition is called `pregnncy` | did you mean `pregnancy`?",
        ),
        (
            about("condition = [\"pain\"]\nunless-condition = [\"opiod-use\"]"),
            "line 17, \"opiod-use\": no condition is called `opiod-use` | did you mean `opioid-use`?",
        ),
        (
            about("younger-than = 18\nseverity-by = { ku = \"high\" }"),
            "line 17, ku: no jurisdiction is called `ku` | the jurisdictions are us, uk, eu",
        ),
        (
            message("<what it says>"),
            "line 19, \"<what it says>\": this is yet to be written | replace it, the angle brackets included",
        ),
        (
            [("drugs/ours.toml", "id = \"ours\"\nnames = [\"ours\"]\n[[component]]\ningredient = \"naltrexone\"\nform = \"tabelt\"\n".to_owned())],
            "line 5, \"tabelt\": `naltrexone` has no form `tabelt` | did you mean `tablet`?",
        ),
    ] {
        assert_eq!(faults(&files), [told], "{files:?}");
    }
}

#[test]
fn what_is_right_is_no_fault() {
    for files in [
        vec![("drugs/ours.toml", drug("ours", "washout = \"short-acting\""))],
        vec![("interaction/ours.toml", overlap("ours", "{Subject}, {OTHER} {shared}: 5 < 6 > 4"))],
        vec![("person/ours.toml", person("condition = [\"pregnancy\"]"))],
        // A site's own window, for its own drug.
        vec![
            ("washout/ours.toml", washout("ours", "very-long", 40)),
            ("drugs/ours.toml", drug("ours", "washout = \"very-long\"")),
        ],
        // Replacing a built-in rule by one with fewer windows leaves drugs that name the others.
        vec![("washout/recent-opioid.toml", washout("recent-opioid", "short-acting", 9))],
        // Replacing a built-in drug removes forms for which built-in rules have windows.
        vec![("drugs/levacetylmethadol.toml", drug("levacetylmethadol", ""))],
    ] {
        assert_eq!(faults(&files), [""; 0], "{files:?}");
    }
}

#[test]
fn an_id_stands_once_in_a_folder() {
    let files =
        [("interaction/ours.toml", overlap("ours", "t")), ("dose/ours.toml", overlap("ours", "t"))];
    assert_eq!(
        faults(&files),
        [
            "line 1, \"ours\": the rule `ours` is also in our-rules/interaction/ours.toml | delete one of the two, or give it another id and file name"
        ]
    );
    let files = [("drugs/ours.toml", drug("ours", "")), ("drugs/theirs.toml", drug("ours", ""))];
    assert_eq!(
        faults(&files),
        [
            "line 1, \"ours\": the drug `ours` is also in our-rules/drugs/ours.toml | merge the two files, or give one of them an id of its own"
        ]
    );
}

#[test]
fn all_faults_are_reported_at_once() {
    let files = [
        ("drugs/ours.toml", drug("ours", "washout = \"short-actin\"")),
        ("interaction/ours.toml", overlap("ours", "{Sbject} {Othr}")),
        ("person/ours-too.toml", person("condition = [\"pregnncy\"]")),
    ];
    let told = faults(&files);
    assert_eq!(told.len(), 3, "{told:#?}");
    let error = with_site(&files).unwrap_err();
    assert!(error.to_string().ends_with(" (the first of 3 faults)"), "{error}");
    assert_eq!(error.others().len(), 2);
    // An unreadable rule hides no other faults, and its windows are not reported as missing.
    let files = [
        ("washout/ours.toml", washout("ours", "very-long", 9).replace("hard", "hart")),
        ("drugs/ours.toml", drug("ours", "washout = \"very-long\"")),
        ("interaction/theirs.toml", overlap("theirs", "{Sbject}")),
    ];
    let told = faults(&files);
    assert!(told.len() == 2 && told[0].contains("unknown field `hart`"), "{told:#?}");
}

#[test]
fn the_conditions_of_a_site_add_to_the_built_in_ones() {
    let site = |text: &str| [("person/conditions.toml", text.to_owned())];
    let names = |book: &Book| {
        book.conditions().iter().map(|condition| condition.name.clone()).collect::<Vec<_>>()
    };
    let built_in = names(&Book::built_in().unwrap());
    let codes = |book: &Book, name: &str| {
        book.conditions().iter().find(|condition| condition.name == name).unwrap().snomed.clone()
    };

    let book = with_site(&site("[gout]\nicd10 = [\"M10\"]\nsource = \"s\"\n")).unwrap();
    assert_eq!(names(&book), [&built_in[..], &["gout".to_owned()]].concat());

    let more = "[pregnancy]\nextend = true\nsnomed = [\"1\"]\nsource = \"s\"\n";
    let book = with_site(&site(more)).unwrap();
    assert_eq!(names(&book), built_in);
    let (before, after) =
        (codes(&Book::built_in().unwrap(), "pregnancy"), codes(&book, "pregnancy"));
    assert_eq!(after, [&before[..], &["1".to_owned()]].concat());

    let copy = BUILT_IN.iter().find(|(path, _)| *path == "person/conditions.toml").unwrap().1;
    assert_eq!(names(&with_site(&site(copy)).unwrap()), built_in);

    for (text, told) in [
        (
            more.replace("extend = true\n", ""),
            "line 1, pregnancy: the condition `pregnancy` is also in the built-in person/conditions.toml | write `extend = true` to add these codes to it, or give this one another name",
        ),
        (
            more.replace("pregnancy", "pregnncy"),
            "line 1, pregnncy: there is no condition `pregnncy` to extend | did you mean `pregnancy`?",
        ),
        (
            more.replace("pregnancy", "gout"),
            "line 1, gout: there is no condition `gout` to extend | leave out `extend` to define it here",
        ),
        (
            (0..300).map(|at| format!("[c{at}]\nsource = \"s\"\n")).collect(),
            "315 conditions: the program numbers at most 256 | join those that no rule tells apart",
        ),
    ] {
        assert_eq!(faults(&site(&text)), [told]);
    }
}

#[test]
fn what_cannot_be_numbered_is_an_error() {
    let forms: String =
        (0..256).map(|at| format!("[[form]]\nid = \"f{at}\"\nkind = \"tablet\"\n")).collect();
    let told = faults(&[("drugs/ours.toml", drug("ours", &forms))]);
    assert_eq!(
        told,
        ["line 4, [[form]]: 257 forms of one drug: the program cannot number more | "]
    );
}

/// A site's rule with a window of the same name uses its own, and does not change any clean day of
/// the built-in rules.
#[test]
fn a_window_belongs_to_its_rule() {
    let book = with_site(&[("washout/ours.toml", washout("ours", "short-acting", 40))]).unwrap();
    let soft = |id: &str| book.window_of(book.rule(id).unwrap(), "short-acting").unwrap().soft;
    assert_eq!(soft("ours"), 40);
    for id in ["recent-opioid", "recent-maintenance-opioid", "opioid-antagonist-overlap"] {
        assert_eq!(soft(id), 10, "{id}");
    }
    // Only the same id makes it replace a built-in rule.
    let own = washout("recent-opioid", "short-acting", 40);
    let book = with_site(&[("washout/recent-opioid.toml", own)]).unwrap();
    let overlap = book.rule("opioid-antagonist-overlap").unwrap();
    assert_eq!(book.window_of(overlap, "short-acting").unwrap().soft, 40);
}

#[test]
fn a_bound_rests_on_a_source_that_its_rule_has() {
    let bounded = |source: &str| {
        let condition = format!(
            "[[source]]\ntitle = \"The label, section 4\"\n[dose]\nsubject = {{ role = [\"antagonist\"] }}\n\
             above = [{{ mg = 50, severity = \"low\", source = \"{source}\" }}]\n"
        );
        [("dose/ours.toml", rule("ours", "dose", &condition, "t"))]
    };
    assert_eq!(faults(&bounded("The label, section 4")), [""; 0]);
    assert_eq!(
        faults(&bounded("The label, section 5")),
        [
            "line 18, \"The label, section 5\": no source of this rule is called `The label, section 5` | did you mean `The label, section 4`?"
        ]
    );
}
