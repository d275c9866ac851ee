//! Several versions of one record: the last one counts.

use rustc_hash::FxHashMap;

use super::reversal::same_drug;
use crate::drug::Verdict;
use crate::exposure::version::FIRST_TIME;
use crate::exposure::{Dispense, Marks};
use rxlint_model::place::RowKey;

/// Leaves the last version of each record. Where nothing tells which is last, all of them stay, and their keys are returned.
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
        // Lines of a claim about several drugs are no versions of each other.
        let first = &records[group[0]];
        if !is_resource && !group.iter().all(|&at| same_drug(first, &records[at], verdicts)) {
            continue;
        }
        let stamps = group.iter().map(|&at| records[at].stamp());
        let (least, last) =
            stamps.fold((u32::MAX, 0), |(least, most), stamp| (least.min(stamp), most.max(stamp)));
        let comparable = least > 0 && (least >= FIRST_TIME) == (last >= FIRST_TIME);
        let stays = |at: usize| !comparable || records[at].stamp() == last;
        let latest: Vec<usize> = group.iter().copied().filter(|&at| stays(at)).collect();
        group.iter().filter(|&&at| !stays(at)).for_each(|&at| gone[at] = true);
        if is_resource && latest.iter().any(|&at| !says_the_same(&records[latest[0]], &records[at]))
        {
            conflicts.extend(latest.iter().map(|&at| records[at].key));
        }
    }
    let mut stays = gone.iter();
    records.retain(|record| {
        let last_word = is_version(record) && record.marks.has(Marks::REVERSAL);
        !(*stays.next().unwrap_or(&false) || last_word && record.marks.has(Marks::RESOURCE))
    });
    // The last version of a claim that was taken back takes no other back.
    records.retain(|record| !(record.marks.has(Marks::VERSIONED.with(Marks::REVERSAL))));
    conflicts
}

fn says_the_same(a: &Dispense, b: &Dispense) -> bool {
    (a.verdict, a.first, a.days, a.quantity.to_bits(), a.marks)
        == (b.verdict, b.first, b.days, b.quantity.to_bits(), b.marks)
}
