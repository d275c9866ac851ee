//! Too few free days between the end of an opioid and the beginning of an antagonist episode.

use rustc_hash::FxHashSet;

use super::book::Rule;
use super::context::{Context, Draft};
use super::file::Washout;
use super::message::Words;
use super::overlap::{meet_apart, near};
use crate::finding::{Days, Finding, Severity};
use crate::timeline::era::LONGEST_GAP;
use crate::timeline::{Era, Exposure, Timeline};

/// One finding for each pair of eras in which an episode begins too soon.
pub fn judge(context: &Context<'_>, timeline: &Timeline<'_>, rule: &Rule, condition: &Washout) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut others: Vec<&Exposure<'_>> = timeline.exposures.iter().filter(|e| context.selects(&condition.other, e)).collect();
    if others.is_empty() {
        return findings;
    }
    // Those of one ingredient and form by their ends, so that each search for the latest is short.
    others.sort_by_key(|other| (other.drug(), other.component.form, other.end));
    let kinds: Vec<&[&Exposure<'_>]> = others.chunk_by(|a, b| (a.drug(), a.component.form) == (b.drug(), b.component.form)).collect();
    // Pairs of eras that were reported, or of which an overlap rule speaks.
    let mut settled: FxHashSet<(u32, u32)> = FxHashSet::default();
    for subject in episode_starts(context, timeline, condition) {
        for other in kinds.iter().filter_map(|by_end| latest_ended(by_end, subject)) {
            let form = context.book.dictionary().form(other.drug(), other.component.form);
            let Some(window) = form.washout.as_deref().and_then(|name| condition.window.get(name)) else { continue };
            let free = subject.first.since(other.end);
            let pair = (subject.era, other.era);
            if free >= window.soft || !settled.insert(pair) || eras_overlap(timeline, pair) {
                continue;
            }
            let severity = if free < window.hard || context.strict { Severity::High } else { Severity::Moderate };
            let clean_from = context.clean_start(timeline, subject, |exposure| context.soft_window(exposure));
            let days = Days { kind: "opioid-free", first: other.end, last: subject.first.plus(-1), count: free.max(0) as u32 };
            let words = Words::default()
                .days("free", i64::from(free), "opioid-free")
                .with("hard", window.hard)
                .with("soft", window.soft)
                .span(other.first, other.last());
            findings.push(context.finding(
                rule,
                timeline,
                Draft { other: Some(other), days: Some(days), clean_from: Some(clean_from), words, ..Draft::about(severity, subject) },
            ));
        }
    }
    findings
}

/// The exposures that begin an episode: no antagonist exposure that began earlier reaches to within 30 days of them.
fn episode_starts<'t, 'a>(context: &Context<'_>, timeline: &'t Timeline<'a>, condition: &Washout) -> Vec<&'t Exposure<'a>> {
    let mut starts = Vec::new();
    let mut reach = None;
    let antagonists: Vec<&Exposure<'a>> = timeline.exposures.iter().filter(|e| context.selects(&condition.subject, e)).collect();
    for same_day in antagonists.chunk_by(|a, b| a.first == b.first) {
        if reach.is_none_or(|reach| same_day[0].first.since(reach) > LONGEST_GAP) {
            starts.extend(same_day);
        }
        reach = same_day.iter().map(|e| e.end).chain(reach).max();
    }
    starts
}

/// The exposures of one ingredient and form with the latest end on or before the subject's first day, the first of several;
/// `by_end` holds all of them by their ends. The subject's own record does not count: a product may hold both.
fn latest_ended<'t, 'a>(by_end: &[&'t Exposure<'a>], subject: &Exposure<'_>) -> Option<&'t Exposure<'a>> {
    let ended = by_end.partition_point(|other| other.end <= subject.first);
    let mut runs = by_end[..ended].chunk_by(|a, b| a.end == b.end).rev();
    runs.find_map(|run| run.iter().find(|other| other.place() != subject.place()).copied())
}

/// Whether some exposures of the two eras share a day, so that an overlap rule speaks of the pair.
pub fn eras_overlap(timeline: &Timeline<'_>, (a, b): (u32, u32)) -> bool {
    let (a, b): (&Era, &Era) = (&timeline.eras[a as usize], &timeline.eras[b as usize]);
    let members = |era| timeline.members(era).collect::<Vec<_>>();
    near(a, b, 0) && meet_apart(&members(a), &members(b), a.drug, b.drug, 0).is_some()
}
