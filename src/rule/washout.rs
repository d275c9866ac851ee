//! Too few free days between the end of an opioid and the beginning of an antagonist episode.

use super::book::Rule;
use super::context::{Context, Draft};
use super::file::Washout;
use super::message::Words;
use super::overlap::{meet_apart, near};
use crate::drug::DrugIx;
use crate::finding::{Days, Finding, Severity};
use crate::timeline::era::LONGEST_GAP;
use crate::timeline::{Era, Exposure, Timeline};

/// One finding for each pair of eras in which an episode begins too soon.
pub fn judge(context: &Context<'_>, timeline: &Timeline<'_>, rule: &Rule, condition: &Washout) -> Vec<Finding> {
    let mut findings = Vec::new();
    let others: Vec<&Exposure<'_>> = timeline.exposures.iter().filter(|e| context.selects(&condition.other, e)).collect();
    if others.is_empty() {
        return findings;
    }
    let mut reported: Vec<(u32, u32)> = Vec::new();
    for subject in episode_starts(context, timeline, condition) {
        for other in latest_ended(&others, subject) {
            let form = context.book.dictionary().form(other.drug(), other.component.form);
            let Some(window) = form.washout.as_deref().and_then(|name| condition.window.get(name)) else { continue };
            let free = subject.first.since(other.end);
            let pair = (subject.era, other.era);
            if free >= window.soft || reported.contains(&pair) || eras_overlap(timeline, pair) {
                continue;
            }
            reported.push(pair);
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

/// For each ingredient and form, the exposure with the latest end on or before the subject's first day.
fn latest_ended<'t, 'a>(others: &[&'t Exposure<'a>], subject: &Exposure<'_>) -> Vec<&'t Exposure<'a>> {
    let mut latest: Vec<((DrugIx, u8), &Exposure<'a>)> = Vec::new();
    for &other in others.iter().filter(|other| other.end <= subject.first && other.place() != subject.place()) {
        let key = (other.drug(), other.component.form);
        match latest.iter_mut().find(|(known, _)| *known == key) {
            Some((_, known)) if known.end < other.end => *known = other,
            Some(_) => {}
            None => latest.push((key, other)),
        }
    }
    latest.into_iter().map(|(_, exposure)| exposure).collect()
}

/// Whether some exposures of the two eras share a day, so that an overlap rule speaks of the pair.
pub fn eras_overlap(timeline: &Timeline<'_>, (a, b): (u32, u32)) -> bool {
    let (a, b): (&Era, &Era) = (&timeline.eras[a as usize], &timeline.eras[b as usize]);
    let members = |era| timeline.members(era).collect::<Vec<_>>();
    near(a, b, 0) && meet_apart(&members(a), &members(b), a.drug, b.drug, 0).is_some()
}
