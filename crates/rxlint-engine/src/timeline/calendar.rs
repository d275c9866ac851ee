//! Pairs of exposures that share days, found in one sweep rather than by comparing all pairs.

use super::Exposure;
use rxlint_model::day::Day;

/// The pairs of two lists that meet.
#[derive(Clone, Copy, Debug)]
pub struct Meeting<'t, 'a> {
    /// The first pair: the one whose shared days begin first.
    pub subject: &'t Exposure<'a>,
    /// Its other side.
    pub other: &'t Exposure<'a>,
    /// How many pairs meet.
    pub pairs: u64,
}

/// The pairs of `subjects` and `others` (each sorted by first day) that share a day, or are fewer
/// than `within` days apart. Takes n log n, however many pairs there are.
pub fn meet<'t, 'a>(
    subjects: &[&'t Exposure<'a>],
    others: &[&'t Exposure<'a>],
    within: i32,
) -> Option<Meeting<'t, 'a>> {
    let mut ends: Vec<Day> = others.iter().map(|other| other.end).collect();
    ends.sort_unstable();
    // The latest end among the others up to each one shows whether any of them still lasts on a
    // given day.
    let mut until: Vec<Day> = Vec::with_capacity(others.len());
    for other in others {
        until.push(until.last().map_or(other.end, |&last| last.max(other.end)));
    }
    let mut first: Option<(&Exposure<'a>, &Exposure<'a>)> = None;
    let mut pairs = 0u64;
    for subject in subjects {
        let began = others.partition_point(|other| other.first < subject.end.plus(within));
        let over = ends.partition_point(|&end| end.plus(within) <= subject.first);
        let met = began.saturating_sub(over) as u64;
        pairs += met;
        // Whatever a later subject meets before this one does, this one would meet too: the
        // first to meet anything is the earliest.
        if met == 0 || first.is_some() {
            continue;
        }
        let before = others.partition_point(|other| other.first <= subject.first);
        let lasting = until[..before].partition_point(|&end| end.plus(within) <= subject.first);
        // One that lasts on the subject's first day, otherwise the next to begin.
        first = Some((*subject, others[lasting]));
    }
    first.map(|(subject, other)| Meeting { subject, other, pairs })
}

/// Days that two lists of exposures share, each counted once.
pub fn shared_days(subjects: &[&Exposure<'_>], others: &[&Exposure<'_>]) -> Vec<(Day, Day)> {
    let (a, b) = (merged(subjects), merged(others));
    let (mut i, mut j, mut shared) = (0, 0, Vec::new());
    while i < a.len() && j < b.len() {
        let (first, end) = (a[i].0.max(b[j].0), a[i].1.min(b[j].1));
        if first < end {
            shared.push((first, end));
        }
        if a[i].1 < b[j].1 { i += 1 } else { j += 1 }
    }
    shared
}

/// How many days from the first day to before the second some exposure covers.
pub fn covered_days(exposures: &[&Exposure<'_>], from: Day, to: Day) -> i32 {
    let within = |(first, end): (Day, Day)| end.min(to).since(first.max(from)).max(0);
    merged(exposures).into_iter().map(within).sum()
}

/// Exposures sorted by first day, merged into stretches of days that do not touch.
fn merged(exposures: &[&Exposure<'_>]) -> Vec<(Day, Day)> {
    let mut stretches: Vec<(Day, Day)> = Vec::new();
    for exposure in exposures {
        match stretches.last_mut() {
            Some((_, end)) if exposure.first <= *end => *end = (*end).max(exposure.end),
            _ => stretches.push((exposure.first, exposure.end)),
        }
    }
    stretches
}
