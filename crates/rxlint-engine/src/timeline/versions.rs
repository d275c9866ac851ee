//! Several versions of one record: the last one counts.

use rustc_hash::FxHashMap;

use super::reversal::same_drug;
use crate::drug::Verdict;
use crate::exposure::version::FIRST_TIME;
use crate::exposure::{Dispense, Marks, VerdictId};
use rxlint_model::place::RowKey;

/// Leaves the last version of each record. If it is unknown which is last, all of them stay, and their keys are returned.
pub(super) fn settle(records: &mut Vec<Dispense>, verdicts: &[Verdict]) -> Vec<RowKey> {
    let either = Marks::VERSIONED.with(Marks::RESOURCE);
    let is_version = |record: &Dispense| record.claim != 0 && record.marks.has_any(either);
    let mut groups: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
    for (at, record) in records.iter().enumerate().filter(|(_, record)| is_version(record)) {
        groups.entry(record.claim).or_default().push(at);
    }
    let mut gone = vec![false; records.len()];
    let mut conflicts = Vec::new();
    let mut several: Vec<Vec<usize>> =
        groups.into_values().filter(|group| group.len() > 1).collect();
    several.sort_unstable();
    for group in several {
        let is_resource = group.iter().all(|&at| records[at].marks.has(Marks::RESOURCE));
        let lines = match is_resource {
            true => vec![group],
            false => {
                let prescriptions = by_prescription(group, records).into_iter();
                prescriptions.flat_map(|of_one| lines(of_one, records, verdicts)).collect()
            }
        };
        for versions in lines {
            let latest = latest(&versions, records);
            versions.iter().for_each(|&at| gone[at] = true);
            latest.iter().for_each(|&at| gone[at] = false);
            let differs = |&at: &usize| !says_the_same(&records[latest[0]], &records[at]);
            if is_resource && latest.iter().any(differs) {
                conflicts.extend(latest.iter().map(|&at| records[at].key));
            }
        }
    }
    let mut stays = gone.iter();
    records.retain(|record| {
        let last_word = is_version(record) && record.marks.has(Marks::REVERSAL);
        !(*stays.next().unwrap_or(&false) || last_word && record.marks.has(Marks::RESOURCE))
    });
    // A claim whose last version cancels it cancels no other claim.
    records.retain(|record| !(record.marks.has(Marks::VERSIONED.with(Marks::REVERSAL))));
    conflicts
}

/// Bits of the set of claims in [`drop_idle`]: 2 MiB, whatever the run.
const CLAIM_BITS: usize = 1 << 24;

/// Drops later versions of unwatched drugs if no other record has their claim: they have no effect, and most of a
/// table's are such. Of claims that share a bit some stay, which costs only time.
pub(crate) fn drop_idle(records: &mut Vec<Dispense>) {
    let is_bare = |record: &Dispense| {
        record.verdict == VerdictId::MAX
            && record.marks.has(Marks::VERSIONED.with(Marks::REVERSAL))
            && !record.marks.has(Marks::RESOURCE)
    };
    if !records.iter().any(is_bare) {
        return;
    }
    let mut claims = vec![0_u64; CLAIM_BITS / 64];
    let place = |claim: u32| (claim as usize % CLAIM_BITS / 64, 1 << (claim % 64));
    for record in records.iter().filter(|record| !is_bare(record)) {
        let (word, bit) = place(record.claim);
        claims[word] |= bit;
    }
    records.retain(|record| {
        let (word, bit) = place(record.claim);
        !is_bare(record) || claims[word] & bit != 0
    });
}

/// The records of each prescription of a claim, where all of them say which.
fn by_prescription(mut group: Vec<usize>, records: &[Dispense]) -> Vec<Vec<usize>> {
    if group.iter().any(|&at| records[at].prescription == 0) {
        return vec![group];
    }
    group.sort_by_key(|&at| (records[at].prescription, at));
    let same = |a: &usize, b: &usize| records[*a].prescription == records[*b].prescription;
    group.chunk_by(same).map(<[usize]>::to_vec).collect()
}

/// The versions of each line of a claim. Where one version is about several drugs, these are lines, each of a drug; else the claim is
/// one line, whose drug may have been corrected.
fn lines(mut group: Vec<usize>, records: &[Dispense], verdicts: &[Verdict]) -> Vec<Vec<usize>> {
    let is_same = |a: usize, b: usize| same_drug(&records[a], &records[b], verdicts);
    group.sort_by_key(|&at| (records[at].stamp(), records[at].key));
    let is_of_one = |version: &[usize]| version.iter().all(|&at| is_same(version[0], at));
    if group.chunk_by(|&a, &b| records[a].stamp() == records[b].stamp()).all(is_of_one) {
        return vec![group];
    }
    let mut lines: Vec<Vec<usize>> = Vec::new();
    for at in group {
        match lines.iter_mut().find(|line| is_same(line[0], at)) {
            Some(line) => line.push(at),
            None => lines.push(vec![at]),
        }
    }
    lines
}

/// Those of several versions that are not known to be earlier than another.
fn latest(versions: &[usize], records: &[Dispense]) -> Vec<usize> {
    let stamps = versions.iter().map(|&at| records[at].stamp());
    let (least, last) =
        stamps.fold((u32::MAX, 0), |(least, most), stamp| (least.min(stamp), most.max(stamp)));
    let comparable = least > 0 && (least >= FIRST_TIME) == (last >= FIRST_TIME);
    let stays = |at: &usize| !comparable || records[*at].stamp() == last;
    versions.iter().copied().filter(stays).collect()
}

fn says_the_same(a: &Dispense, b: &Dispense) -> bool {
    (a.verdict, a.first, a.days, a.quantity.to_bits(), a.marks)
        == (b.verdict, b.first, b.days, b.quantity.to_bits(), b.marks)
}
