//! What the reversed rows of a file are. A journal has a row for each bill and another that takes it back; an export of last states has one row for each
//! claim, which says what became of it. In a journal every reversed row has its bill beside it; of last states most have none, since what is
//! reversed is seldom billed again as it was. The rows of one patient do not show which it is, those of a file do.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::exposure::{Dispense, Marks, VerdictId};
use crate::patient::Patients;
use rxlint_model::day::Day;

/// What the reversed rows of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Each takes back the bill that is its equal.
    Journal,
    /// Each says what became of its own claim.
    LastStates,
    /// Some have a bill that is their equal, and others have none.
    Either,
}

/// Reversed rows with an equal bill, and without one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    billed: u64,
    alone: u64,
}

impl Count {
    fn kind(self) -> Option<Kind> {
        // So many are no accident: of last states about half would be without.
        const FEWEST_BILLED: u64 = 5;
        const FEWEST_ALONE: u64 = 2;
        const ODD_ONE_IN: u64 = 6;
        match self {
            _ if self.alone >= FEWEST_ALONE && self.alone > self.billed => Some(Kind::LastStates),
            _ if self.billed >= FEWEST_BILLED && self.alone * ODD_ONE_IN <= self.billed => {
                Some(Kind::Journal)
            }
            _ if self.alone > 0 && self.billed > 0 => Some(Kind::Either),
            _ => None,
        }
    }

    /// What the rows of one file are: as it shows itself; where it has too few, as all files together show, unless its own few say otherwise.
    fn among(self, all: Option<Kind>) -> Option<Kind> {
        let own = self.kind();
        match (own, all) {
            (Some(Kind::Journal | Kind::LastStates), _) | (_, None) => own,
            (_, Some(Kind::LastStates)) if self.alone >= self.billed => Some(Kind::LastStates),
            (_, Some(Kind::Journal)) if self.alone == 0 => Some(Kind::Journal),
            _ => own.or(Some(Kind::Either)),
        }
    }
}

/// Reversed rows are counted apart where their word says that they were cancelled, and no more.
type Source = (u32, bool);

/// What the reversed rows of each file of a run are, as far as those rows show.
#[derive(Debug, Default)]
pub struct Reports {
    counts: FxHashMap<Source, Count>,
    /// The days of reversed rows without an equal bill.
    alone: Vec<(Source, Day)>,
    /// How many bills each file has for each day.
    bills: BTreeMap<(u32, Day), u64>,
}

fn file(record: &Dispense) -> u32 {
    record.key.place().file
}

/// Whether a row says by its status alone that a claim was reversed.
fn is_stated(record: &Dispense) -> bool {
    record.marks.has(Marks::REVERSAL.with(Marks::OF_STATUS))
        && !record.marks.has_any(Marks::ORDER.with(Marks::VERSIONED).with(Marks::RESOURCE))
        && !record.marks.has(Marks::REFERS)
        && !is_cancelled(record)
}

/// Whether a row without a claim number says that it was cancelled or returned.
fn is_cancelled(record: &Dispense) -> bool {
    record.marks.has(Marks::TWIN)
        && record.verdict != VerdictId::MAX
        && !record.marks.has(Marks::ORDER)
}

fn is_bill(record: &Dispense) -> bool {
    !record.marks.has_any(Marks::REVERSAL.with(Marks::ORDER).with(Marks::RESOURCE))
}

/// What a bill and the row that takes it back have in common: the drug with its supply, the day, and the prescription if they give one.
type Alike = (Option<(VerdictId, u16, u32)>, Day, u32);

/// All ways in which a row is like another: in all of it or in its day, with its prescription and without.
fn alike(record: &Dispense) -> [Alike; 4] {
    let supply = Some((record.verdict, record.days, record.supplied().abs().to_bits()));
    let (day, number) = (record.first, record.prescription);
    [(supply, day, number), (supply, day, 0), (None, day, number), (None, day, 0)]
}

impl Reports {
    /// Adds the records of some patients; those of one must be adjacent, and all of theirs.
    pub fn add(&mut self, records: &[Dispense]) {
        if !records.iter().any(|record| is_stated(record) || is_cancelled(record)) {
            return;
        }
        for bill in records.iter().filter(|record| is_bill(record)) {
            *self.bills.entry((file(bill), bill.first)).or_default() += 1;
        }
        let patients = records.chunk_by(Patients::is_one);
        patients.filter(|own| own.len() > 1 || !is_bill(&own[0])).for_each(|own| self.add_one(own));
    }

    fn add_one(&mut self, records: &[Dispense]) {
        if !records.iter().any(|record| is_stated(record) || is_cancelled(record)) {
            return;
        }
        let bills = || records.iter().filter(|record| is_bill(record));
        let billed: FxHashSet<Alike> = bills().flat_map(alike).collect();
        // A bill without a number may be that of any prescription.
        let unnumbered: FxHashSet<Alike> =
            bills().filter(|bill| bill.prescription == 0).flat_map(alike).collect();
        let claims: FxHashSet<u32> = bills().map(|bill| bill.claim).collect();
        let mut seen = FxHashSet::default();
        for row in records.iter().filter(|row| is_stated(row) || is_cancelled(row)) {
            let [equal, unnamed, on_day, unnamed_on_day] = alike(row);
            let by_number = row.claim != 0 && claims.contains(&row.claim);
            let says_little = row.verdict == VerdictId::MAX || row.supplied() < 0.0;
            if by_number || says_little || !seen.insert((row.claim, row.fill, equal)) {
                continue;
            }
            let is_billed = |named: Alike, unnamed: Alike| match row.prescription {
                0 => billed.contains(&unnamed),
                _ => billed.contains(&named) || unnumbered.contains(&unnamed),
            };
            let source = (file(row), is_cancelled(row));
            let is_bare = is_cancelled(row) && row.days == 0 && row.supplied().is_nan();
            if is_billed(equal, unnamed) || is_bare && is_billed(on_day, unnamed_on_day) {
                self.counts.entry(source).or_default().billed += 1;
            } else if !is_billed(on_day, unnamed_on_day) {
                // One that was billed otherwise on that day may be meant, or have been billed instead.
                self.alone.push((source, row.first));
            }
        }
    }

    /// Marks the reversals of files that show what their reversed rows are. Called when all patients have been added.
    pub fn mark(&mut self, records: &mut [Dispense]) {
        self.count_alone();
        if self.counts.is_empty() {
            return;
        }
        let all = [false, true].map(|is_cancelled| self.of_all(is_cancelled));
        let of_all = |is_cancelled: bool| all[usize::from(is_cancelled)];
        let kind = |(source, own): (&Source, &Count)| (*source, own.among(of_all(source.1)));
        let kinds: FxHashMap<Source, Option<Kind>> = self.counts.iter().map(kind).collect();
        for record in records.iter_mut() {
            let is_cancelled = is_cancelled(record);
            if !is_cancelled && !is_stated(record) {
                continue;
            }
            let kind = kinds.get(&(file(record), is_cancelled)).copied().flatten();
            record.marks = match kind.or_else(|| of_all(is_cancelled)) {
                Some(Kind::LastStates) => record.marks.with(Marks::LAST_STATE),
                // Rows that were cancelled may all have been entered anew.
                Some(Kind::Journal | Kind::Either) if is_cancelled => record.marks,
                Some(Kind::Journal) => record.marks.with(Marks::JOURNAL),
                Some(Kind::Either) => record.marks.with(Marks::EITHER),
                None => record.marks,
            };
        }
    }

    /// Counts the rows without a bill. The bill of a day before nearly all bills of its file is in an earlier export, and says nothing.
    fn count_alone(&mut self) {
        const EARLY_ONE_IN: u64 = 10;
        let alone = std::mem::take(&mut self.alone);
        if alone.is_empty() {
            return;
        }
        let mut days: FxHashMap<u32, Vec<(Day, u64)>> = FxHashMap::default();
        for (&(file, day), &bills) in &self.bills {
            days.entry(file).or_default().push((day, bills));
        }
        let from = days.into_iter().map(|(file, days)| {
            let early = days.iter().map(|(_, bills)| bills).sum::<u64>() / EARLY_ONE_IN;
            let mut before = 0;
            let first = days.iter().find(|(_, bills)| {
                before += bills;
                before > early
            });
            (file, first.map(|(day, _)| *day))
        });
        let from: FxHashMap<u32, Option<Day>> = from.collect();
        for (source, day) in alone {
            if from.get(&source.0).copied().flatten().is_some_and(|from| day >= from) {
                self.counts.entry(source).or_default().alone += 1;
            }
        }
    }

    /// What the rows of all files together are.
    fn of_all(&self, is_cancelled: bool) -> Option<Kind> {
        let of_kind = self.counts.iter().filter(|((_, other), _)| *other == is_cancelled);
        let all = of_kind.fold(Count::default(), |all, (_, count)| Count {
            billed: all.billed + count.billed,
            alone: all.alone + count.alone,
        });
        all.kind()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{OXYCODONE, doubtful, settled};

    /// A bill of that day, a row of that day that says that it was reversed, and how often each is there.
    fn file(billed: usize, alone: usize, numbered: bool) -> Vec<(&'static str, String)> {
        let number = |at: usize| if numbered { format!("C{at}") } else { "-".to_owned() };
        let row = |at: usize, day: usize, word: &str| {
            (OXYCODONE, format!("{} R{day} 0 {day:02}. 40 10 - {word}", number(at)))
        };
        let bills = (1..=billed).map(|day| row(day, day, "PAID"));
        let reversed = (1..=billed + alone).map(|day| row(100 + day, day, "REVERSED"));
        let last = row(90, 1, "PAID");
        bills.chain(reversed).chain((billed == 0).then_some(last)).collect()
    }

    fn judged(rows: &[(&'static str, String)]) -> (usize, usize) {
        let rows: Vec<(&str, &str)> =
            rows.iter().map(|(drug, row)| (*drug, row.as_str())).collect();
        (settled(&rows).0.len(), doubtful(&rows).len())
    }

    #[test]
    fn what_reversed_rows_are_is_shown_by_those_of_their_file() {
        for (what, billed, alone, numbered, stand, told) in [
            ("a journal: each has its bill", 6, 0, true, 0, 0),
            ("and so without numbers", 6, 0, false, 0, 0),
            ("a journal, one of whose bills is in another file", 6, 1, true, 0, 0),
            ("last states: most have no bill", 2, 4, true, 2, 0),
            ("and so without numbers", 2, 4, false, 2, 0),
            ("some have, some have not", 4, 3, true, 4, 4),
            ("and so without numbers", 4, 3, false, 4, 4),
            ("too few to say, with numbers of their own", 2, 0, true, 2, 2),
            ("too few to say", 2, 0, false, 0, 0),
        ] {
            assert_eq!(judged(&file(billed, alone, numbered)), (stand, told), "{what}");
        }
    }

    #[test]
    fn rows_of_days_before_the_bills_of_a_file_say_nothing() {
        let mut rows: Vec<(&str, String)> = (21..=26)
            .map(|day| (OXYCODONE, format!("C{day} R{day} 0 {day}. 40 10 - PAID")))
            .collect();
        let back = |number: u32, day: u32| {
            (OXYCODONE, format!("C{number} R{day} 0 {day:02}. 40 10 - REVERSED"))
        };
        rows.push(back(99, 21));
        assert_eq!(judged(&rows), (6, 1), "one says nothing");
        rows.extend((1..=4).map(|day| back(100 + day, day)));
        assert_eq!(judged(&rows), (6, 1), "their bills are in earlier files");
        rows.extend((22..=25).map(|day| back(200 + day, day)));
        assert_eq!(judged(&rows), (1, 0), "five have their bills");
    }
}
