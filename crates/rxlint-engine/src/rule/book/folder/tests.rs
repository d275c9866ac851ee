use super::*;

#[test]
fn the_folder_and_the_name_tell_what_a_file_holds() {
    for (path, expected) in [
        ("drugs/oxycodone.toml", Some(Holds::Drug)),
        ("drugs/eu/tilidine.toml", Some(Holds::Drug)),
        ("drugs/known-names.txt", Some(Holds::Names)),
        ("codes/ndc.csv", Some(Holds::Codes)),
        ("codes/snomed.csv", None),
        ("person/conditions.toml", Some(Holds::Conditions)),
        ("person/our-rule.toml", Some(Holds::Rule)),
        ("interaction/our-rule.toml", Some(Holds::Rule)),
        ("interaction/our-rule.txt", None),
        ("interactions/our-rule.toml", None),
        ("our-rule.toml", None),
    ] {
        assert_eq!(holds(path), expected, "{path}");
    }
}

#[test]
fn notes_and_copies_are_left_alone_and_slips_of_the_ending_are_not() {
    for (path, meant) in [
        ("README.md", false),
        ("LICENSE.txt", false),
        ("notes.txt", false),
        ("rxlint.toml", false),
        (".git/config.toml", false),
        ("interaction/.our-rule.toml", false),
        ("interaction/our-rule.toml~", false),
        ("interaction/our-rule.toml.bak", false),
        ("interaction/README.md", false),
        ("interaction/our-rule.toml", true),
        ("interaction/our-rule.TOML", true),
        ("interaction/our-rule.tml", true),
        ("interaction/our-rule.toml.txt", true),
        ("interaction/our-rule.yaml", true),
        ("our-rule.toml.txt", true),
        ("drug/known-names.txt", true),
        ("drugs/known_names.txt", true),
        ("code/ndc.csv", true),
    ] {
        assert_eq!(is_meant(path), meant, "{path}");
    }
}

#[test]
fn a_file_without_a_place_is_named_with_the_remedy() {
    for (folder, path, told) in [
        (
            "our-rules",
            "interactions/sedatives.toml",
            "our-rules/interactions/sedatives.toml: the book has no folder `interactions` | did you mean `interaction`?",
        ),
        (
            "our-rules",
            "weather/sedatives.toml",
            "our-rules/weather/sedatives.toml: the book has no folder `weather` | the folders are interaction/, washout/, dose/, duplicate/, person/, record/, formulary/, drugs/, codes/",
        ),
        (
            "site",
            "our-rules/interaction/sedatives.toml",
            "site/our-rules/interaction/sedatives.toml: the book has no folder `our-rules` | name `site/our-rules` as the folder of rules",
        ),
        (
            "our-rules/interaction/",
            "sedatives.toml",
            "our-rules/interaction/sedatives.toml: a rule or drug belongs in a folder of its kind, and this file is in none | name the folder above `interaction`, not `interaction` itself",
        ),
        (
            "our-rules",
            "sedatives.toml",
            "our-rules/sedatives.toml: a rule or drug belongs in a folder of its kind, and this file is in none | move it to where it belongs: interaction/, washout/, dose/, duplicate/, person/, record/, formulary/, drugs/, codes/",
        ),
        (
            "our-rules",
            "interaction/sedatives.tml",
            "our-rules/interaction/sedatives.tml: `sedatives.tml` is not a file that the book reads in `interaction` | call it `sedatives.toml`, or begin its name with a dot to leave it out",
        ),
        (
            "our-rules",
            "codes/ndcs.csv",
            "our-rules/codes/ndcs.csv: `ndcs.csv` is not a file that the book reads in `codes` | did you mean `codes/ndc.csv`?",
        ),
        (
            "our-rules",
            "codes/snomed.csv",
            "our-rules/codes/snomed.csv: `snomed.csv` is not a file that the book reads in `codes` | the tables are ndc.csv, rxcui.csv, hcpcs.csv, ndc-other.txt, hcpcs-other.txt; others go to --vocabulary",
        ),
        (
            "our-rules",
            "drugs/knownnames.txt",
            "our-rules/drugs/knownnames.txt: `knownnames.txt` is not a file that the book reads in `drugs` | did you mean `known-names.txt`?",
        ),
        (
            "our-rules",
            "README.md",
            "our-rules: no rule, drug, condition or table of codes is in it | name the folder that holds interaction/, washout/, dose/, duplicate/, person/, record/, formulary/, drugs/, codes/",
        ),
    ] {
        assert_eq!(shown(&RulePack { folder, files: &[(path, "")] }), [told], "{path}");
    }
    let twins = [("ours/dose/a.toml", ""), ("ours/dose/b.toml", ""), ("dos/c.toml", "")];
    assert_eq!(
        shown(&RulePack { folder: "site", files: &twins }),
        [
            "site/ours/dose/a.toml: the book has no folder `ours` | name `site/ours` as the folder of rules (so does 1 more file)",
            "site/dos/c.toml: the book has no folder `dos` | did you mean `dose`?",
        ]
    );
}

#[test]
fn what_is_in_its_place_is_no_fault() {
    for files in [
        &[("drugs/a.toml", "")][..],
        &[("codes/ndc.csv", ""), ("README.md", "")],
        &[("person/conditions.toml", "")],
    ] {
        assert_eq!(shown(&RulePack { folder: "our-rules", files }), [""; 0], "{files:?}");
    }
    assert_eq!(shown(&RulePack { folder: "", files: &[] }), [""; 0], "no folder was named");
}

fn shown(pack: &RulePack<'_>) -> Vec<String> {
    let one = |fault: FileError| format!("{fault} | {}", fault.help().unwrap_or_default());
    faults(&[*pack]).into_iter().map(one).collect()
}
