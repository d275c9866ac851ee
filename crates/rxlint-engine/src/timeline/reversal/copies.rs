//! Claims and reversals that are on record several times: identical records count once, whatever file they are in.

use rustc_hash::{FxHashMap, FxHashSet};

use super::another::means;
use super::chains::OwnNumbers;
use super::replaced::is_of_other_drug;
use super::{ALIKE, Key, OF_OWN_ROW, is_part, keys};
use crate::drug::Verdict;
use crate::exposure::{Dispense, Marks, VerdictId};
use rxlint_model::day::Day;
use rxlint_model::place::RowKey;

/// Orders and what has its own versions are settled by those.
const OTHERS: Marks = Marks::ORDER.with(Marks::RESOURCE).with(Marks::VERSIONED);

/// The copies of a claim that occurs more often than it is reversed, the one that is kept first: one of them may have been billed after the reversal.
pub(super) struct Doubtful {
    alike: Vec<Dispense>,
    /// Whether one file says that it was reversed: all its rows of the claim come before a reversal.
    is_taken_back: bool,
}

/// Keeps one of each of these records. If a claim comes again after its reversal in one file, it was billed again, as often as the file with the most
/// such repeats says. Returns the claims that occur more often than they are reversed.
pub(super) fn leave_one(
    records: &mut Vec<Dispense>,
    own: &OwnNumbers,
    verdicts: &[Verdict],
) -> Vec<Doubtful> {
    let is_of_claim =
        |record: &Dispense| !record.marks.has_any(OTHERS) && !is_of_other_drug(record);
    let is_reversal = |record: &Dispense| is_of_claim(record) && record.marks.has(Marks::REVERSAL);
    if !records.iter().any(is_reversal) {
        return Vec::new();
    }
    let mut sorted: Vec<usize> =
        (0..records.len()).filter(|&at| is_of_claim(&records[at])).collect();
    let said = |at: usize| (said(&records[at]), own.of(&records[at]));
    sorted.sort_unstable_by_key(|&at| (said(at), records[at].key));
    let by_key = Answers::of(records, &sorted);
    let mut gone = vec![false; records.len()];
    let mut billed = Vec::new();
    let mut files_overlap = false;
    for copies in sorted.chunk_by(|&a, &b| said(a) == said(b)) {
        if copies.len() < 2 {
            continue;
        }
        let file = |at: usize| records[at].key.place().file;
        let in_files = copies.chunk_by(|&a, &b| file(a) == file(b));
        let between = by_key.answers(&records[copies[0]], records, verdicts);
        let told = in_files.map(|rows| again(rows, records, &between));
        // Among files that say it equally often, the first.
        let most = told.reduce(|most, next| if next.len() > most.len() { next } else { most });
        copies.iter().for_each(|&at| gone[at] = true);
        most.iter().flatten().for_each(|&at| gone[at] = false);
        if !is_reversal(&records[copies[0]]) {
            let bills = Often::of(copies.iter().map(|&at| records[at].key));
            let reversals = Often::of(between.places.iter().copied());
            files_overlap |= reversals.in_all == 0 && bills.in_one < bills.in_all;
            let last = |rows: &[usize]| rows.last().map(|&at| records[at].key);
            let mut in_files = copies.chunk_by(|&a, &b| file(a) == file(b)).filter_map(last);
            let is_taken_back = in_files.any(|last| between.goes_on_in_file(last));
            billed.push((copies, bills, reversals, is_taken_back));
        }
    }
    let is_more = |bills: &Often, reversals: &Often| match files_overlap {
        true => bills.in_one > reversals.in_one,
        false => bills.in_all > reversals.in_all,
    };
    let doubtful =
        billed.into_iter().filter(|(_, bills, back, _)| back.in_all > 0 && is_more(bills, back));
    let alike = doubtful.map(|(copies, _, _, is_taken_back)| {
        let mut alike: Vec<usize> = copies.iter().copied().take(ALIKE).collect();
        alike.sort_by_key(|&at| gone[at]);
        Doubtful { alike: alike.into_iter().map(|at| records[at]).collect(), is_taken_back }
    });
    let alike = alike.collect();
    let mut goes = gone.iter();
    records.retain(|_| !*goes.next().unwrap_or(&false));
    alike
}

/// Restores one of each of these bills if none is left: more of them were made than reversed. If one file has a bill and then its reversal, other
/// files with the bill are more likely older exports of the same. Returns all copies of the bills that had none left.
pub(super) fn let_one_stand(copies: Vec<Doubtful>, left: &mut Vec<Dispense>) -> Vec<Dispense> {
    if copies.is_empty() {
        return Vec::new();
    }
    let standing: FxHashSet<(RowKey, VerdictId)> =
        left.iter().map(|record| (record.key, record.verdict)).collect();
    let stands = |bill: &Dispense| standing.contains(&(bill.key, bill.verdict));
    let mut doubtful = copies;
    doubtful.retain(|of| !of.alike.iter().any(stands));
    let billed_again = doubtful.iter().filter(|of| !of.is_taken_back);
    left.extend(billed_again.filter_map(|of| of.alike.first()));
    doubtful.into_iter().flat_map(|of| of.alike).collect()
}

/// How often something occurs in all files together, and in the file that has it most often. Files that have other claims in common overlap too: what
/// several of them have is one.
struct Often {
    in_all: usize,
    in_one: usize,
}

impl Often {
    /// Counts sorted keys.
    fn of(keys: impl Iterator<Item = RowKey>) -> Self {
        let keys: Vec<RowKey> = keys.collect();
        let in_files = keys.chunk_by(|a, b| a.place().file == b.place().file);
        Self { in_all: keys.len(), in_one: in_files.map(<[_]>::len).max().unwrap_or(0) }
    }
}

/// Of identical rows in one file, those that are not copies: the first, and each that follows an answer to the one before.
fn again(rows: &[usize], records: &[Dispense], between: &Between) -> Vec<usize> {
    let mut own = vec![rows[0]];
    for pair in rows.windows(2) {
        if between.any(records[pair[0]].key, records[pair[1]].key) {
            own.push(pair[1]);
        }
    }
    own
}

/// Everything that a record says, except its place, whom it is about and how the drug is taken.
type Said = ([u32; 4], [u16; 4], Day);

fn said(record: &Dispense) -> Said {
    let r = record;
    let is_reversal = r.marks.has(Marks::REVERSAL) && !r.marks.has(Marks::ORDER);
    let marks = if is_reversal { r.marks.without(OF_OWN_ROW) } else { r.marks };
    (
        [r.claim, r.prescription, r.verdict, r.quantity.to_bits()],
        [r.fill, r.days, marks.0, r.turn()],
        r.first,
    )
}

/// The claims, and the reversals, by everything that can identify them.
struct Answers {
    claims: FxHashMap<Key, Vec<usize>>,
    reversals: FxHashMap<Key, Vec<usize>>,
}

impl Answers {
    fn of(records: &[Dispense], all: &[usize]) -> Self {
        let mut found = Self { claims: FxHashMap::default(), reversals: FxHashMap::default() };
        for &at in all {
            let is_reversal = records[at].marks.has(Marks::REVERSAL);
            let own = if is_reversal { &mut found.reversals } else { &mut found.claims };
            for key in keys(&records[at]) {
                own.entry(key).or_default().push(at);
            }
        }
        found
    }

    /// The places of a claim's reversals, or of the claims that a reversal may cancel.
    fn answers(&self, record: &Dispense, records: &[Dispense], verdicts: &[Verdict]) -> Between {
        let is_reversal = record.marks.has(Marks::REVERSAL);
        let others = if is_reversal { &self.claims } else { &self.reversals };
        let found = keys(record).into_iter().filter_map(|key| others.get(&key));
        let is_answer = |at: &usize| match is_reversal {
            true => means(record, &records[*at], verdicts),
            false => means(&records[*at], record, verdicts),
        };
        let found: Vec<usize> =
            found.flat_map(|found| found.iter().copied().filter(is_answer).take(ALIKE)).collect();
        // One part of a supply is returned, and another like it.
        let by_parts = is_reversal && found.iter().any(|&at| is_part(&records[at], record));
        let mut places: Vec<RowKey> = found.into_iter().map(|at| records[at].key).collect();
        places.sort_unstable();
        places.dedup();
        Between { places, by_parts }
    }
}

/// What is between two identical records.
struct Between {
    places: Vec<RowKey>,
    by_parts: bool,
}

impl Between {
    /// Whether the file of a record has one of these after it.
    fn goes_on_in_file(&self, record: RowKey) -> bool {
        let after = self.places.partition_point(|place| *place < record);
        let next = self.places.get(after);
        next.is_some_and(|next| next.place().file == record.place().file)
    }

    fn any(&self, from: RowKey, to: RowKey) -> bool {
        let after = self.places.partition_point(|place| *place < from);
        self.by_parts || self.places.get(after).is_some_and(|place| *place < to)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{OXYCODONE, check};

    #[test]
    fn a_bill_that_may_have_been_made_after_its_reversal_stands_unless_it_is_before_it() {
        const PAID: (&str, &str) = (OXYCODONE, "- R1 0 05. 30 30 - PAID");
        const REVERSED: (&str, &str) = (OXYCODONE, "- R1 0 05. 30 30 - REVERSED");
        check(&[
            ("billed, taken back, billed again", &[PAID, REVERSED, PAID], &[3], 1),
            ("taken back before what is there twice", &[REVERSED, PAID, PAID], &[2], 1),
            ("twice before it is taken back", &[PAID, PAID, REVERSED], &[], 1),
        ]);
    }
}
