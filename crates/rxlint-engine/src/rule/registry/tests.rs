use super::*;
use crate::rule::Book;
use crate::rule::kind::Judges;

/// What no compiler sees: each kind is described for rule authors, and the built-in book has rules
/// of it.
#[test]
fn every_kind_is_described_and_used() {
    let book = Book::built_in().unwrap();
    let readme = include_str!("../../../../../rules/README.md");
    let kinds = readme
        .lines()
        .find(|line| line.starts_with("kind ") && line.contains("# overlap"))
        .unwrap();
    for &kind in Kind::ALL {
        let (name, about) = (kind.name(), kind.about());
        assert!(
            readme.contains(&format!("| `[{name}]`")),
            "{name}: its keys are not in rules/README.md"
        );
        assert!(kinds.contains(name), "{name} is not among the kinds of rules/README.md: {kinds}");
        assert!(about.skeleton.starts_with(&format!("[{name}]\n")), "{name}: another skeleton");
        let rules: Vec<_> = book.rules().iter().filter(|rule| rule.file.kind == kind).collect();
        let folder = format!("{}/", about.folder);
        assert!(
            rules.iter().any(|rule| rule.path.starts_with(&folder)),
            "{name}: none in {folder}"
        );
    }
}

#[test]
fn only_rules_about_formularies_judge_no_patients() {
    for rule in Book::built_in().unwrap().rules() {
        let of_patients = rule.file.kind.about().judges == Judges::Patients;
        let nothing = matches!(rule.condition.rule().set_off(), crate::rule::kind::SetOff::Nothing);
        assert_ne!(of_patients, nothing, "{}", rule.file.id);
    }
}
