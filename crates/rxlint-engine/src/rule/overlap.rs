//! Two drugs on the same days.

use serde::Deserialize;

use super::book::Rule;
use super::context::{AS_LONG_AS_ASSUMED, AT_ULTRA_LOW, Context, FindingDraft};
use super::kind::{Judges, KindInfo, Mentions, RuleKind, SetOff, WindowTablesMut};
use super::message::Words;
use super::select::Selector;
use crate::drug::DrugIx;
use crate::timeline::calendar::{Meeting, meet};
use crate::timeline::{Era, Exposure, Timeline};
use rxlint_model::day::Day;
use rxlint_model::finding::{Days, Finding, Severity};

/// Where such rules are kept, and how one begins.
pub const ABOUT: KindInfo = KindInfo {
    folder: "interaction",
    judges: Judges::Patients,
    skeleton: r#"[overlap]
subject = { role = ["antagonist"] }
other   = { role = ["full-agonist"] }"#,
};

/// Two drugs on the same days.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Overlap {
    /// The drug whose episode is judged.
    pub subject: Selector,
    /// The drug that must not be there.
    pub other: Selector,
    /// Also fires if they are fewer than this many days apart, in either order.
    #[serde(default)]
    pub within_days: i32,
    /// Another severity if every daily dose of the subject that meets the other is known to be ultra-low.
    #[serde(default)]
    pub ultra_low: Option<UltraLow>,
    /// Whether the first clean day counts the washout windows.
    #[serde(default)]
    pub free_days: bool,
}

/// What an ultra-low dose changes.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct UltraLow {
    /// Daily doses in mg below this are ultra-low.
    pub below_mg: f64,
    /// The severity then.
    pub severity: Severity,
}

impl UltraLow {
    /// Whether the daily dose of an exposure is known to be ultra-low.
    pub fn is_of(&self, exposure: &Exposure<'_>) -> bool {
        exposure.daily_mg().is_some_and(|mg| mg < self.below_mg)
    }
}

impl RuleKind for Overlap {
    fn judge(&self, context: &Context<'_>, timeline: &Timeline<'_>, rule: &Rule) -> Vec<Finding> {
        judge(context, timeline, rule, self)
    }

    fn set_off(&self) -> SetOff<'_> {
        SetOff::Pair(&self.subject, &self.other)
    }

    fn mentions(&self) -> Mentions<'_> {
        Mentions { selectors: vec![&self.subject, &self.other], ..Mentions::default() }
    }

    fn windows_mut(&mut self) -> WindowTablesMut<'_> {
        WindowTablesMut::None
    }

    fn words(&self) -> Vec<&'static str> {
        let days = ["shared", "count", "clean", "first", "last", "limit"];
        [
            &["subject", "other", "subject-came", "other-came", "product", "unblocked"][..],
            &days,
            &["hard", "soft"],
        ]
        .concat()
    }

    fn describe(&self) -> String {
        let near = if self.within_days > 0 {
            format!(", or lie fewer than {} days apart", self.within_days)
        } else {
            String::new()
        };
        format!(
            "An exposure to {} and one to {} share at least one day{near}.",
            self.subject.in_words(),
            self.other.in_words()
        )
    }
}

/// One finding for each pair of eras in which some exposures share a day.
fn judge(
    context: &Context<'_>,
    timeline: &Timeline<'_>,
    rule: &Rule,
    condition: &Overlap,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for subject_era in &timeline.eras {
        let subjects = context.selected(timeline, subject_era, &condition.subject);
        if subjects.is_empty() {
            continue;
        }
        for other_era in
            timeline.eras.iter().filter(|other| near(subject_era, other, condition.within_days))
        {
            let others = context.selected(timeline, other_era, &condition.other);
            if let Some(meeting) = meet_apart(
                &subjects,
                &others,
                subject_era.drug,
                other_era.drug,
                condition.within_days,
            ) {
                findings.push(finding(
                    context, timeline, rule, condition, &meeting, &subjects, &others,
                ));
            }
        }
    }
    findings
}

/// Whether two different eras can contain exposures that meet.
pub fn near(a: &Era, b: &Era, within: i32) -> bool {
    !std::ptr::eq(a, b) && a.first < b.end.plus(within) && b.first < a.end.plus(within)
}

/// The meetings of exposures from different products: a pair does not count if each product
/// contains the other's drug.
pub fn meet_apart<'t, 'a>(
    subjects: &[&'t Exposure<'a>],
    others: &[&'t Exposure<'a>],
    subject_drug: DrugIx,
    other_drug: DrugIx,
    within: i32,
) -> Option<Meeting<'t, 'a>> {
    let (both, plain): (Vec<&Exposure<'a>>, Vec<&Exposure<'a>>) =
        subjects.iter().copied().partition(|subject| subject.product_holds(other_drug));
    let one = meet(&plain, others, within);
    if both.is_empty() {
        return one;
    }
    let apart: Vec<&Exposure<'a>> =
        others.iter().copied().filter(|other| !other.product_holds(subject_drug)).collect();
    let two = meet(&both, &apart, within);
    match (one, two) {
        (Some(a), Some(b)) => {
            let begins =
                |m: &Meeting<'_, '_>| (m.subject.first.max(m.other.first), m.subject.first);
            let pairs = a.pairs + b.pairs;
            Some(Meeting { pairs, ..if begins(&b) < begins(&a) { b } else { a } })
        }
        (one, two) => one.or(two),
    }
}

fn finding(
    context: &Context<'_>,
    timeline: &Timeline<'_>,
    rule: &Rule,
    condition: &Overlap,
    meeting: &Meeting<'_, '_>,
    subjects: &[&Exposure<'_>],
    others: &[&Exposure<'_>],
) -> Finding {
    let (subject, other) = (meeting.subject, meeting.other);
    let first = subject.first.max(other.first);
    let end = subject.end.min(other.end);
    let shared = end.since(first);
    let (days, in_words) = if shared > 0 {
        (
            Days { kind: "overlap", first, last: end.plus(-1), count: shared as u32 },
            plural(shared, "shared day"),
        )
    } else {
        // They are only close together: count the days between them.
        let days = Days {
            kind: "between",
            first: end,
            last: first.plus(-1),
            count: shared.unsigned_abs(),
        };
        (days, format!("{} apart", plural(-shared, "day")))
    };
    // If the two only have to be kept apart, the question is about the one that came second.
    let is_second = condition.within_days > 0 && subject.first < other.first;
    let clean_other = || {
        context.clean_start(timeline, other, |exposure| {
            context.selects(&condition.subject, exposure).then_some(condition.within_days)
        })
    };
    let clean_subject = || {
        context.clean_start(timeline, subject, |exposure| {
            let window = context.window(rule, subject, exposure).filter(|_| condition.free_days);
            window.map(|window| window.soft).or_else(|| {
                context.selects(&condition.other, exposure).then_some(condition.within_days)
            })
        })
    };
    let clean_from = if is_second { clean_other() } else { clean_subject() };
    let ultra_low = condition.ultra_low.as_ref().filter(|ultra_low| {
        let met = Meets::of(others, condition.within_days);
        subjects.iter().filter(|subject| met.meet(subject)).all(|subject| ultra_low.is_of(subject))
    });
    let severity = ultra_low.map_or(rule.file.severity, |ultra_low| ultra_low.severity);
    let certain =
        is_certain(subjects, others, (subject.drug(), other.drug()), condition.within_days);
    let severity = if certain { severity } else { severity.min(Severity::Moderate) };
    let mut only_if = if certain { Vec::new() } else { vec![AS_LONG_AS_ASSUMED] };
    only_if.extend(ultra_low.map(|_| AT_ULTRA_LOW));
    let words = Words::default().with("shared", in_words).with("count", days.count);
    let mut words = words.span(days.first, days.last).with("limit", condition.within_days);
    words = words
        .with("product", context.book.dictionary().names_of(subject.product, &subject.component))
        .with("unblocked", context.unblocked(timeline, subject, other));
    if let Some(window) = context.window(rule, subject, other) {
        words = words.with("hard", window.hard).with("soft", window.soft);
    }
    context.finding(
        rule,
        timeline,
        FindingDraft {
            other: Some(other),
            days: Some(days),
            clean_from: Some(clean_from),
            also: meeting.pairs - 1,
            also_exposures: also(subjects, others, subject, other, condition.within_days),
            subject_first: subject.first < other.first,
            words,
            variant: variant(context, condition, (subject, other), shared),
            only_if,
            ..FindingDraft::about(severity, subject)
        },
    )
}

/// Which of the rule's sentences apply. A sentence about stopping concerns the drug that was there first.
fn variant(
    context: &Context<'_>,
    condition: &Overlap,
    (subject, other): (&Exposure<'_>, &Exposure<'_>),
    shared: i32,
) -> Option<&'static str> {
    let dictionary = context.book.dictionary();
    let subject_first = subject.first < other.first;
    if subject_first && subject.lasts_by_itself(dictionary) {
        Some("depot")
    } else if !subject_first && other.lasts_by_itself(dictionary) {
        Some("other-depot")
    } else {
        (condition.within_days > 0 && shared > 0).then_some("together")
    }
}

/// Whether some pair would still meet if every exposure that has the default length lasted one day.
pub fn is_certain(
    subjects: &[&Exposure<'_>],
    others: &[&Exposure<'_>],
    (subject_drug, other_drug): (DrugIx, DrugIx),
    within: i32,
) -> bool {
    let rests_on_default = |e: &&Exposure<'_>| e.certain_end != e.end;
    if !subjects.iter().chain(others).any(rests_on_default) {
        return true;
    }
    let subjects: Vec<Exposure<'_>> = subjects.iter().map(|e| e.certainly()).collect();
    let others: Vec<Exposure<'_>> = others.iter().map(|e| e.certainly()).collect();
    let subjects: Vec<&Exposure<'_>> = subjects.iter().collect();
    let others: Vec<&Exposure<'_>> = others.iter().collect();
    meet_apart(&subjects, &others, subject_drug, other_drug, within).is_some()
}

/// The further exposures of both eras that meet some exposure on the other side.
pub fn also<'t, 'a>(
    subjects: &[&'t Exposure<'a>],
    others: &[&'t Exposure<'a>],
    subject: &Exposure<'_>,
    other: &Exposure<'_>,
    within: i32,
) -> Vec<&'t Exposure<'a>> {
    let (any_subject, any_other) = (Meets::of(subjects, within), Meets::of(others, within));
    let further = others.iter().filter(|e| !std::ptr::eq(**e, other) && any_subject.meet(e));
    let further =
        further.chain(subjects.iter().filter(|e| !std::ptr::eq(**e, subject) && any_other.meet(e)));
    further.copied().collect()
}

/// Exposures by first day, each with the latest end up to it: one search shows whether any of them
/// meets a day.
struct Meets {
    firsts: Vec<Day>,
    until: Vec<Day>,
    within: i32,
}

impl Meets {
    fn of(exposures: &[&Exposure<'_>], within: i32) -> Self {
        let ends = exposures.iter().scan(None, |latest: &mut Option<Day>, e| {
            *latest = Some(latest.map_or(e.end, |latest| latest.max(e.end)));
            *latest
        });
        Self { firsts: exposures.iter().map(|e| e.first).collect(), until: ends.collect(), within }
    }

    fn meet(&self, exposure: &Exposure<'_>) -> bool {
        let began = self.firsts.partition_point(|&first| first < exposure.end.plus(self.within));
        began.checked_sub(1).is_some_and(|last| self.until[last].plus(self.within) > exposure.first)
    }
}

fn plural(count: i32, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
