//! What a worklist adds to what was decided before. A file is imported whole, or not at all.

use std::collections::BTreeMap;

use super::Decided;
use super::worklist::Worklist;
use rxlint_engine::rule::notice;
use rxlint_model::disposition::Disposition;
use rxlint_model::finding::Fingerprint;

/// What an import would do.
#[derive(Clone, Debug, Default)]
pub struct Import {
    /// What is new.
    pub added: Vec<Disposition>,
    /// How many decisions were imported before.
    pub known: u64,
    /// Cells that have to be fixed before anything is imported, with what is wrong.
    pub faults: Vec<(String, String)>,
}

/// What is wrong with a row whose rule is not that of its finding.
pub const OTHER_RULE: &str = "the rule of this row is not that of its fingerprint: were some columns sorted without the others? Copy the \
                              row from the worklist as it was written";

/// Compares a worklist with what was decided before. `replace` lets a decision replace one that still holds.
pub fn compare(worklist: &Worklist, decided: &Decided, replace: bool) -> Import {
    let mut import = Import { faults: worklist.faults.clone(), ..Import::default() };
    let mut here: BTreeMap<(Fingerprint, Option<&str>), (&str, &Disposition)> = BTreeMap::new();
    for (cell, one) in &worklist.decisions {
        if notice::RULES.iter().any(|(id, ..)| *id == one.rule) {
            let what = "this finding is about an entry of rxlint.toml: change the entry there";
            import.faults.push((cell.clone(), what.to_owned()));
            continue;
        }
        if decided.about(one.fingerprint, None).any(|before| before.rule != one.rule) {
            import.faults.push((cell.clone(), OTHER_RULE.to_owned()));
            continue;
        }
        let key = (one.fingerprint, one.premise.as_deref());
        if let Some((other, same)) = here.get(&key) {
            if *same != one {
                let what =
                    format!("this finding is decided differently at {other}: keep one of the two");
                import.faults.push((cell.clone(), what));
            }
            continue;
        }
        here.insert(key, (cell, one));
        let before: Vec<&Disposition> =
            decided.about(one.fingerprint, one.premise.as_deref()).collect();
        if before.contains(&one) {
            import.known += 1;
            continue;
        }
        match before.last().filter(|last| !replace && contradicts(one, last)) {
            Some(last) => import.faults.push((cell.clone(), contradiction(last))),
            None => import.added.push(one.clone()),
        }
    }
    import
}

/// Whether a decision stands against a later one, or one of the same day that was final. A later decision about a
/// finding that was reported again carries on from what was decided before.
fn contradicts(one: &Disposition, last: &Disposition) -> bool {
    one.on < last.on || (one.on == last.on && !last.kind.is_open())
}

fn contradiction(last: &Disposition) -> String {
    let on = last.on.map(|day| format!(" on {day}")).unwrap_or_default();
    let until = last.until.map(|day| format!(" until {day}")).unwrap_or_default();
    format!(
        "this conflicts with an earlier decision: `{}`{on}{until}. Ask who made it (`rxlint dispositions list`, with the --ledger or \
         --dispositions of this import, says who), or give --replace",
        last.kind
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use rxlint_model::day::Day;
    use rxlint_model::disposition::DispositionKind;

    fn decision(kind: DispositionKind, on: &str) -> Disposition {
        Disposition {
            fingerprint: Fingerprint(1),
            rule: "recent-opioid".into(),
            premise: Some("high".into()),
            also: 0,
            kind,
            reason: "why".into(),
            by: "M".into(),
            until: Day::from_iso("2026-06-30"),
            service: None,
            outcome: None,
            on: Day::from_iso(on),
        }
    }

    fn import(before: &[Disposition], rows: &[Disposition], replace: bool) -> Import {
        let decisions = (1..).zip(rows).map(|(row, one)| (format!("B{row}"), one.clone()));
        let worklist = Worklist { decisions: decisions.collect(), ..Worklist::default() };
        compare(&worklist, &Decided::new(before.iter().cloned()), replace)
    }

    #[test]
    fn the_same_file_again_adds_nothing_and_a_later_decision_is_added() {
        use DispositionKind::{Accepted, Called, Changed, FalseAlarm};
        let called = decision(Called, "2026-03-02");
        let accepted = decision(Accepted, "2026-03-03");
        let changed = decision(Changed, "2026-07-02");
        for (before, row) in [
            (vec![], &called),
            (vec![called.clone()], &accepted),
            (vec![called.clone(), accepted.clone()], &changed),
        ] {
            assert_eq!(
                import(&before, &[row.clone(), row.clone()], false).added,
                std::slice::from_ref(row)
            );
        }
        let all = [called.clone(), accepted.clone(), changed];
        for row in &all {
            let again = import(&all, std::slice::from_ref(row), false);
            assert_eq!((again.added.len(), again.known, again.faults.len()), (0, 1, 0));
        }
        // The answer came on the same day.
        let same_day = decision(FalseAlarm, "2026-03-02");
        assert_eq!(
            import(&[called], std::slice::from_ref(&same_day), false).added,
            std::slice::from_ref(&same_day)
        );
    }

    #[test]
    fn two_who_decide_otherwise_are_told() {
        use DispositionKind::{Accepted, FalseAlarm};
        let (one, other) = (decision(Accepted, "2026-03-02"), decision(FalseAlarm, "2026-03-02"));
        let told = import(std::slice::from_ref(&one), std::slice::from_ref(&other), false);
        assert!(told.added.is_empty() && told.faults[0].1.contains("conflicts"), "{told:?}");
        let replaced = import(std::slice::from_ref(&one), std::slice::from_ref(&other), true);
        assert_eq!(replaced.added, std::slice::from_ref(&other));
        let twice = import(&[], &[one, other], false);
        assert!(twice.faults[0].1.contains("at B1"), "{twice:?}");
    }
}
