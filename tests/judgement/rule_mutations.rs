//! Every condition of every rule matters: changing any single threshold, role, drug or window in a rule makes at least one of the rule's own cases
//! fail. A number or role that no case depends on would be unchecked.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test may fail"
)]

use std::sync::Arc;

use rxlint::case::{self, CaseResult};
use rxlint_engine::drug::Role;
use rxlint_engine::rule::Book;
use rxlint_engine::rule::file::Condition;
use rxlint_engine::rule::formulary::file::Test;
use rxlint_engine::rule::record::Check;
use rxlint_engine::rule::select::Selector;
use rxlint_model::finding::Severity;

type Mutation = (String, Condition);

/// Changes that no case detects yet: cases for these have to be written.
const UNDECIDED: [&str; 25] = [
    "formulary-missing-alert: group 4 without 0",
    "formulary-missing-alert: group 4: role without Antagonist",
    "formulary-missing-alert: group 4: role without FullAgonist",
    "formulary-missing-alert: group 4: role without Maintenance",
    "formulary-missing-alert: group 4: role without Mixed",
    "formulary-limit-above-maximum: maximum 4: kind",
    "formulary-limit-above-maximum: maximum 6: kind",
    "formulary-limit-above-maximum: maximum 8: kind",
    "formulary-limit-above-maximum: maximum 16 × 0.99",
    "formulary-missing-alert: other: role without FullAgonist",
    "formulary-missing-alert: other: role without Maintenance",
    "formulary-missing-alert: other: role without Mixed",
    "formulary-misclassified-antagonist: class 1 without unless 1",
    "formulary-misclassified-antagonist: class 1 without unless 3",
    "formulary-misclassified-antagonist: class 2 without unless 0",
    "formulary-misclassified-antagonist: class 2 without unless 1",
    "formulary-misclassified-antagonist: class 2 without unless 2",
    "formulary-misclassified-antagonist: class 2: with antagonists",
    "formulary-misclassified-antagonist: class 3: role without Maintenance",
    "formulary-misclassified-antagonist: class 3 without holds 0",
    "formulary-misclassified-antagonist: class 3 without holds 1",
    "formulary-misclassified-antagonist: class 3 without unless 0",
    "formulary-misclassified-antagonist: class 3 without unless 2",
    "formulary-misclassified-antagonist: class 3 without unless 3",
    "formulary-misclassified-antagonist: class 3: with antagonists",
];

#[test]
fn breaking_any_single_condition_fails_a_case() {
    let mut book = Arc::new(Book::built_in().unwrap());
    let mut survivors = Vec::new();
    let mut tried = 0;
    for at in 0..book.rules().len() {
        // Interaction tables are compared with the pairs of every active interaction rule.
        let needs_others = book.rules()[at].file.id == "formulary-missing-alert";
        for (other, rule) in changed(&mut book).rules_mut().iter_mut().enumerate() {
            rule.active = other == at || needs_others && !rule.file.id.starts_with("formulary-");
        }
        let (id, original, severity) = {
            let rule = &book.rules()[at];
            (rule.file.id.clone(), rule.condition.clone(), rule.file.severity)
        };
        assert!(failing(&book, at).is_none(), "{id}: {:?}", failing(&book, at));
        for (what, mutated) in mutations(&original) {
            changed(&mut book).rules_mut()[at].condition = mutated;
            changed(&mut book).collect_windows();
            tried += 1;
            if failing(&book, at).is_none() {
                survivors.push(format!("{id}: {what}"));
            }
        }
        changed(&mut book).rules_mut()[at].condition = original;
        changed(&mut book).collect_windows();
        // If every finding of a rule takes its severity from a bound or a window, its own severity has no effect.
        changed(&mut book).rules_mut()[at].file.severity = other_severity(severity);
        tried += 1;
        let from_elsewhere = matches!(&book.rules()[at].condition, Condition::Washout(_))
            || matches!(&book.rules()[at].condition, Condition::Dose(dose) if !dose.above.is_empty());
        if failing(&book, at).is_none() && !from_elsewhere {
            survivors.push(format!("{id}: severity"));
        }
        changed(&mut book).rules_mut()[at].file.severity = severity;
    }
    survivors.retain(|survivor| !UNDECIDED.contains(&survivor.as_str()));
    println!("{tried} mutations, {} survived", survivors.len());
    assert!(survivors.is_empty(), "no case depends on:\n  {}", survivors.join("\n  "));
}

/// The book, to be changed: no one else holds it between two runs.
fn changed(book: &mut Arc<Book>) -> &mut Book {
    Arc::get_mut(book).unwrap()
}

/// The first case that fails.
fn failing(book: &Arc<Book>, at: usize) -> Option<String> {
    let rule = &book.rules()[at];
    rule.cases().iter().find_map(|case| match case::run(book, rule, case) {
        CaseResult::Failed(what) => Some(format!("{}: {what}", case.name)),
        _ => None,
    })
}

fn mutations(condition: &Condition) -> Vec<Mutation> {
    let mut all = Vec::new();
    let mut add = |what: &str, change: &dyn Fn(&mut Condition)| {
        let mut mutated = condition.clone();
        change(&mut mutated);
        all.push((what.to_owned(), mutated));
    };
    macro_rules! selectors {
        ($kind:ident, $($side:ident),+) => {$(
            let Condition::$kind(original) = condition else { unreachable!() };
            for (what, selector) in selections(&original.$side) {
                add(&format!("{}: {what}", stringify!($side)), &|c| if let Condition::$kind(c) = c { c.$side = selector.clone() });
            }
        )+};
    }
    macro_rules! change {
        ($kind:ident, $what:expr, |$c:ident| $change:expr) => {
            add($what.as_ref(), &|condition| {
                if let Condition::$kind($c) = condition {
                    $change;
                }
            })
        };
    }
    match condition {
        Condition::Overlap(original) => {
            selectors!(Overlap, subject, other);
            if original.within_days > 0 {
                change!(Overlap, "within-days + 1", |c| c.within_days += 1);
                change!(Overlap, "within-days - 1", |c| c.within_days -= 1);
            }
            if original.ultra_low.is_some() {
                change!(Overlap, "ultra-low: removed", |c| c.ultra_low = None);
                change!(Overlap, "ultra-low: higher", |c| c
                    .ultra_low
                    .as_mut()
                    .unwrap()
                    .below_mg *= 1.1);
                change!(Overlap, "ultra-low: lower", |c| c.ultra_low.as_mut().unwrap().below_mg *=
                    0.5);
            }
            change!(Overlap, "free-days", |c| c.free_days = !c.free_days);
        }
        Condition::Washout(original) => {
            selectors!(Washout, subject, other);
            for name in original.window.keys() {
                let window = &original.window[name];
                for by in [1, -1] {
                    // If both limits are the same, a higher hard limit changes nothing.
                    if by == 1 && window.hard == window.soft {
                        change!(Washout, format!("{name}: soft {by:+}"), |c| c
                            .window
                            .get_mut(name)
                            .unwrap()
                            .soft += by);
                        continue;
                    }
                    change!(Washout, format!("{name}: hard {by:+}"), |c| c
                        .window
                        .get_mut(name)
                        .unwrap()
                        .hard += by);
                    change!(Washout, format!("{name}: soft {by:+}"), |c| c
                        .window
                        .get_mut(name)
                        .unwrap()
                        .soft += by);
                }
                change!(Washout, format!("{name}: removed"), |c| c.window.remove(name));
                for drug in window.own.keys() {
                    for by in [1, -1] {
                        change!(Washout, format!("{name}, {drug}: both {by:+}"), |c| {
                            let own = c.window.get_mut(name).unwrap().own.get_mut(drug).unwrap();
                            own.hard += by;
                            own.soft += by;
                        });
                    }
                    change!(Washout, format!("{name}, {drug}: removed"), |c| c
                        .window
                        .get_mut(name)
                        .unwrap()
                        .own
                        .remove(drug));
                }
            }
            if !original.low_after.is_empty() {
                change!(Washout, "low-after", |c| c.low_after.clear());
            }
            if let Some(open) = &original.dependence {
                for by in [1, -1] {
                    change!(Washout, format!("dependence: most-days {by:+}"), |c| c
                        .dependence
                        .as_mut()
                        .unwrap()
                        .most_days +=
                        by);
                    change!(Washout, format!("dependence: within-days {by:+}"), |c| c
                        .dependence
                        .as_mut()
                        .unwrap()
                        .within_days +=
                        by);
                }
                for at in 0..open.unless_role.len() {
                    change!(Washout, format!("dependence: unless-role {at}"), |c| c
                        .dependence
                        .as_mut()
                        .unwrap()
                        .unless_role
                        .remove(at));
                }
                for at in 0..open.unless_kind.len() {
                    change!(Washout, format!("dependence: unless-kind {at}"), |c| c
                        .dependence
                        .as_mut()
                        .unwrap()
                        .unless_kind
                        .remove(at));
                }
            }
        }
        Condition::Blockade(original) => {
            selectors!(Blockade, subject, other);
            for name in original.window.keys() {
                for by in [1, -1] {
                    change!(Blockade, format!("{name}: days {by:+}"), |c| c
                        .window
                        .get_mut(name)
                        .unwrap()
                        .days += by);
                }
                change!(Blockade, format!("{name}: removed"), |c| c.window.remove(name));
                for &role in original.window[name].days_by_role.keys() {
                    for by in [1, -1] {
                        change!(Blockade, format!("{name}, {role:?}: days {by:+}"), |c| *c
                            .window
                            .get_mut(name)
                            .unwrap()
                            .days_by_role
                            .get_mut(&role)
                            .unwrap() +=
                            by);
                    }
                }
            }
        }
        Condition::Restart(_) => {
            selectors!(Restart, subject, other);
            change!(Restart, "after-days + 1", |c| c.after_days += 1);
            change!(Restart, "after-days - 1", |c| c.after_days -= 1);
        }
        Condition::Duplicate(original) => {
            selectors!(Duplicate, subject, other);
            if original.lead_in.is_some() {
                change!(Duplicate, "lead-in + 1", |c| c.lead_in.as_mut().unwrap().days += 1);
                change!(Duplicate, "lead-in - 1", |c| c.lead_in.as_mut().unwrap().days -= 1);
                change!(Duplicate, "lead-in: removed", |c| c.lead_in = None);
            }
            change!(Duplicate, "more-than-days + 1", |c| c.more_than_days += 1);
            change!(Duplicate, "more-than-days - 1", |c| c.more_than_days -= 1);
        }
        Condition::Dose(original) => {
            selectors!(Dose, subject);
            for at in 0..original.above.len() {
                change!(Dose, format!("above {at}: higher"), |c| c.above[at].mg *= 1.1);
                change!(Dose, format!("above {at}: lower"), |c| c.above[at].mg *= 0.99);
                change!(Dose, format!("above {at}: severity"), |c| c.above[at].severity =
                    other_severity(c.above[at].severity));
            }
            for at in 0..original.above.len() {
                if original.above[at].on_one_day {
                    change!(Dose, format!("above {at}: on one day"), |c| c.above[at].on_one_day =
                        false);
                }
                if !original.above[at].with.is_empty() {
                    change!(Dose, format!("above {at}: with"), |c| c.above[at].with.clear());
                }
            }
            if original.compounded_to_mg.is_some() {
                for by in [1.1, 0.99] {
                    change!(Dose, format!("compounded × {by}"), |c| c.compounded_to_mg =
                        c.compounded_to_mg.map(|mg| mg * by));
                }
            }
            if original.tampered {
                change!(Dose, "tampered", |c| c.tampered = false);
            }
            if original.between_mg.is_some() {
                for (end, by) in [(0, 1.1), (0, 0.99), (1, 1.01), (1, 0.9)] {
                    change!(Dose, format!("between {end}: × {by}"), |c| c
                        .between_mg
                        .as_mut()
                        .unwrap()[end] *= by);
                }
            }
            if original.titration.is_some() {
                change!(Dose, "titration: band from", |c| c
                    .titration
                    .as_mut()
                    .unwrap()
                    .band_from_mg = 5.0);
                change!(Dose, "titration: band to", |c| c
                    .titration
                    .as_mut()
                    .unwrap()
                    .band_to_mg *= 1.5);
                change!(Dose, "titration: band to, lower", |c| c
                    .titration
                    .as_mut()
                    .unwrap()
                    .band_to_mg *= 0.5);
                change!(Dose, "titration: start, higher", |c| c
                    .titration
                    .as_mut()
                    .unwrap()
                    .start_above_mg *= 1.4);
                change!(Dose, "titration: start, lower", |c| c
                    .titration
                    .as_mut()
                    .unwrap()
                    .start_above_mg *= 0.99);
                change!(Dose, "titration: rise, higher", |c| c
                    .titration
                    .as_mut()
                    .unwrap()
                    .rise_above_mg *= 1.4);
                change!(Dose, "titration: rise, lower", |c| c
                    .titration
                    .as_mut()
                    .unwrap()
                    .rise_above_mg *= 0.99);
                change!(Dose, "titration: days + 1", |c| c
                    .titration
                    .as_mut()
                    .unwrap()
                    .within_days += 1);
                change!(Dose, "titration: days - 1", |c| c
                    .titration
                    .as_mut()
                    .unwrap()
                    .within_days -= 1);
            }
            if original.interval.is_some() {
                change!(Dose, "interval: min-days + 1", |c| c
                    .interval
                    .as_mut()
                    .unwrap()
                    .min_days += 1);
                change!(Dose, "interval: min-days - 1", |c| c
                    .interval
                    .as_mut()
                    .unwrap()
                    .min_days -= 1);
                change!(Dose, "interval: dose", |c| c.interval.as_mut().unwrap().dose_mg += 1.0);
                change!(Dose, "interval: weekly", |c| c.interval.as_mut().unwrap().weekly ^= true);
            }
        }
        Condition::Person(original) => {
            selectors!(Person, subject);
            if original.younger_than.is_some() {
                change!(Person, "younger-than + 1", |c| c.younger_than =
                    c.younger_than.map(|age| age + 1));
                change!(Person, "younger-than - 1", |c| c.younger_than =
                    c.younger_than.map(|age| age - 1));
            }
            for at in 0..original.condition.len() {
                change!(Person, format!("condition without {}", original.condition[at]), |c| {
                    c.condition.remove(at);
                    c.condition.push("none".to_owned())
                });
            }
            for at in 0..original.unless_condition.len() {
                change!(
                    Person,
                    format!("unless-condition without {}", original.unless_condition[at]),
                    |c| {
                        c.unless_condition.remove(at);
                        c.unless_condition.push("none".to_owned())
                    }
                );
            }
            if !original.condition.is_empty() {
                match original.during_days {
                    None => change!(Person, "during-days", |c| c.during_days = Some(100)),
                    Some(_) => {
                        change!(Person, "during-days + 1", |c| c.during_days =
                            c.during_days.map(|days| days + 1));
                        change!(Person, "during-days - 1", |c| c.during_days =
                            c.during_days.map(|days| days - 1));
                    }
                }
            }
            for name in original.within_days.keys() {
                for by in [1, -1] {
                    change!(Person, format!("within-days {name} {by:+}"), |c| *c
                        .within_days
                        .get_mut(name)
                        .unwrap() += by);
                }
            }
            if !original.ended_by.is_empty() {
                change!(Person, "ended-by", |c| c.ended_by.clear());
            }
            if original.dose_from_mg.is_some() {
                change!(Person, "dose-from, higher", |c| c.dose_from_mg =
                    c.dose_from_mg.map(|mg| mg * 1.01));
                change!(Person, "dose-from, lower", |c| c.dose_from_mg =
                    c.dose_from_mg.map(|mg| mg * 0.9));
            }
            for name in original.severity_by.keys() {
                change!(Person, format!("severity-by {name}"), |c| c.severity_by.remove(name));
            }
        }
        Condition::Formulary(original) => {
            let tests = [Test::InvalidCode, Test::ConflictingEntry, Test::LimitAboveMaximum];
            for test in tests.into_iter().filter(|test| *test != original.check) {
                change!(Formulary, format!("check {test:?}"), |c| c.check = test);
            }
            for (what, selector) in original.subject.iter().flat_map(selections) {
                change!(Formulary, format!("subject: {what}"), |c| c.subject =
                    Some(selector.clone()));
            }
            for (what, selector) in original.other.iter().flat_map(selections) {
                change!(Formulary, format!("other: {what}"), |c| c.other = Some(selector.clone()));
            }
            for (at, class) in original.classes.iter().enumerate() {
                for (what, selector) in selections(&class.subject) {
                    change!(Formulary, format!("class {at}: {what}"), |c| c.classes[at].subject =
                        selector.clone());
                }
                for (word, said) in class.says.iter().enumerate() {
                    change!(Formulary, format!("class {at} without {said}"), |c| c.classes[at]
                        .says
                        .remove(word));
                }
                for group in 0..class.holds.len() {
                    change!(Formulary, format!("class {at} without holds {group}"), |c| c.classes
                        [at]
                        .holds
                        .remove(group));
                }
                for group in 0..class.unless.len() {
                    change!(Formulary, format!("class {at} without unless {group}"), |c| c.classes
                        [at]
                        .unless
                        .remove(group));
                }
                if class.without_antagonist {
                    change!(Formulary, format!("class {at}: with antagonists"), |c| c.classes
                        [at]
                        .without_antagonist =
                        false);
                }
                if class.without_opioid {
                    change!(Formulary, format!("class {at}: with opioids"), |c| c.classes[at]
                        .without_opioid =
                        false);
                }
            }
            for (at, maximum) in original.maximums.iter().enumerate() {
                for (what, selector) in selections(&maximum.subject) {
                    change!(Formulary, format!("maximum {at}: {what}"), |c| c.maximums[at]
                        .subject =
                        selector.clone());
                }
                for by in [1.1, 0.99] {
                    change!(Formulary, format!("maximum {at} × {by}"), |c| {
                        c.maximums[at].daily_mg = c.maximums[at].daily_mg.map(|mg| mg * by);
                        c.maximums[at].one_in_days =
                            c.maximums[at].one_in_days.map(|days| days / by);
                    });
                }
            }
            if let Some(marketed) = &original.marketed {
                for (what, selector) in selections(&marketed.subject) {
                    change!(Formulary, format!("marketed: {what}"), |c| c
                        .marketed
                        .as_mut()
                        .unwrap()
                        .subject =
                        selector.clone());
                }
                for at in 0..marketed.strengths_mg.len() {
                    change!(Formulary, format!("strength {at}"), |c| c
                        .marketed
                        .as_mut()
                        .unwrap()
                        .strengths_mg
                        .remove(at));
                }
                for at in 0..marketed.marks.len() {
                    change!(Formulary, format!("mark {}", marketed.marks[at]), |c| c
                        .marketed
                        .as_mut()
                        .unwrap()
                        .marks
                        .remove(at));
                }
            }
            for (at, group) in original.groups.iter().enumerate() {
                for held in 0..group.holds.len() {
                    change!(Formulary, format!("group {at} without {held}"), |c| c.groups[at]
                        .holds
                        .remove(held));
                }
                for (what, selector) in selections(&group.covers) {
                    change!(Formulary, format!("group {at}: {what}"), |c| c.groups[at].covers =
                        selector.clone());
                }
            }
            for at in 0..original.look_alikes.len() {
                change!(Formulary, format!("look-alike {at}"), |c| c.look_alikes.remove(at));
                for name in 0..2 {
                    change!(Formulary, format!("look-alike {at}, name {name}"), |c| {
                        c.look_alikes[at].names[name] =
                            c.look_alikes[at].names[name].to_lowercase() + "x";
                    });
                }
            }
        }
        Condition::Record(original) => {
            for check in [
                Check::NameCodeMismatch,
                Check::NearMissDrugName,
                Check::MissingDaysSupply,
                Check::ImplausibleDate,
            ] {
                if check != original.check {
                    change!(Record, format!("check {check:?}"), |c| c.check = check);
                }
            }
        }
    }
    all
}

/// Each list of a selector with one entry removed, or replaced if it was the only one.
fn selections(selector: &Selector) -> Vec<(String, Selector)> {
    let mut all = Vec::new();
    for at in 0..selector.role.len() {
        let mut mutated = selector.clone();
        let gone = mutated.role.remove(at);
        if mutated.role.is_empty() {
            mutated.role.push(if gone == Role::Rescue { Role::Known } else { Role::Rescue });
        }
        all.push((format!("role without {gone:?}"), mutated));
    }
    type List = fn(&mut Selector) -> &mut Vec<String>;
    let lists: [(&str, List, bool); 5] = [
        ("ingredient", |s| &mut s.ingredient, true),
        ("except", |s| &mut s.except, false),
        ("tag", |s| &mut s.tag, true),
        ("with", |s| &mut s.with, true),
        ("without", |s| &mut s.without, false),
    ];
    for (name, list, must_stay) in lists {
        for at in 0..list(&mut selector.clone()).len() {
            let mut mutated = selector.clone();
            let gone = list(&mut mutated).remove(at);
            if must_stay && list(&mut mutated).is_empty() {
                list(&mut mutated).push("none".to_owned());
            }
            all.push((format!("{name} without {gone}"), mutated));
        }
    }
    if !selector.kind.is_empty() {
        all.push(("kind".to_owned(), Selector { kind: Vec::new(), ..selector.clone() }));
    }
    if !selector.except_kind.is_empty() {
        all.push((
            "except-kind".to_owned(),
            Selector { except_kind: Vec::new(), ..selector.clone() },
        ));
    }
    all
}

fn other_severity(severity: Severity) -> Severity {
    if severity == Severity::Low { Severity::High } else { Severity::Low }
}
