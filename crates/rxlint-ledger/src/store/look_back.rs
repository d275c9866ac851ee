//! Which records are too old to keep.

use std::collections::BTreeMap;

use rxlint_engine::exposure::Dispense;
use rxlint_engine::timeline::era::LONGEST_GAP;
use rxlint_model::day::Day;

/// At most this many files are distrusted when deciding how far time has moved on.
const MOST_DOUBTED: usize = 9;

/// The last day that the files of a ledger agree on, from which a look-back is counted: one file with a mistyped year, in however many rows, must not
/// make the ledger forget what the others said. `days` gives the number of records of each file that begin on each day. `None` until a second file is
/// read: a single one cannot be checked.
pub(super) fn agreed(days: impl Iterator<Item = (i64, i32, u64)>) -> Option<Day> {
    let mut files: BTreeMap<i64, Vec<(i32, u64)>> = BTreeMap::new();
    for (file, day, records) in days {
        files.entry(file).or_default().push((day, records));
    }
    let mut last: Vec<i32> = files.into_values().filter_map(nearly_last).collect();
    last.sort_unstable();
    let doubted = (last.len() / 10).clamp(1, MOST_DOUBTED);
    last.len().checked_sub(1 + doubted).map(|at| Day(last[at]))
}

/// The day by which nine tenths of a file's records have begun; if it has three or more, at least one is left out.
fn nearly_last(mut days: Vec<(i32, u64)>) -> Option<i32> {
    days.sort_unstable();
    let total: u64 = days.iter().map(|(_, records)| records).sum();
    let doubted = (total / 10).max(u64::from(total > 2));
    let wanted = total.checked_sub(doubted)?;
    let mut passed = 0;
    let found = days.into_iter().find(|(_, records)| {
        passed += records;
        passed >= wanted
    });
    found.map(|(day, _)| day)
}

/// Keeps those of one patient's records that reach or pass the cutoff, and those joined to them: an era that continues is kept from its beginning, so
/// that its findings keep their fingerprints. `tonight` is the first day of the patient's records of tonight; `reach` is the end of a record, `None`
/// if it has none.
pub(super) fn within(
    records: &mut Vec<Dispense>,
    tonight: Option<Day>,
    cutoff: Day,
    reach: impl Fn(&Dispense) -> Option<Day>,
) {
    if records.iter().all(|record| record.first >= cutoff) {
        return;
    }
    records.sort_unstable_by_key(|record| std::cmp::Reverse((record.first, record.key.place())));
    let mut edge = tonight;
    records.retain(|record| {
        let joined =
            |end: Day| end > cutoff || edge.is_some_and(|edge| edge.since(end) <= LONGEST_GAP);
        let kept = record.first >= cutoff || reach(record).is_none_or(joined);
        if kept {
            edge = Some(edge.map_or(record.first, |edge| edge.min(record.first)));
        }
        kept
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use rxlint_model::finding::PatientKey;
    use rxlint_model::place::Place;

    #[test]
    fn an_era_that_goes_on_is_kept_from_its_beginning() {
        let record = |first: i32| {
            Dispense::at(
                Place { record: first as u32, ..Place::default() },
                PatientKey::default(),
                0,
                Day(first),
            )
        };
        let kept = |firsts: &[i32], tonight: Option<i32>| {
            let mut records: Vec<Dispense> = firsts.iter().map(|&first| record(first)).collect();
            within(&mut records, tonight.map(Day), Day(1000), |record| Some(record.first.plus(30)));
            records.sort_by_key(|record| record.first);
            records.iter().map(|record| record.first.0).collect::<Vec<_>>()
        };
        assert_eq!(kept(&[900, 1010, 1020], None), [1010, 1020], "80 days lie between");
        assert_eq!(
            kept(&[500, 880, 940, 1000], None),
            [880, 940, 1000],
            "30 days lie between each"
        );
        assert_eq!(
            kept(&[920, 975], None),
            [920, 975],
            "what reaches beyond is kept, and what is joined to it"
        );
        assert_eq!(kept(&[970], None), [] as [i32; 0], "what ended with the cutoff is not");
        assert_eq!(kept(&[900, 940], None), [] as [i32; 0]);
        assert_eq!(kept(&[880, 940], Some(1000)), [880, 940], "joined to what is read tonight");
    }

    #[test]
    fn one_file_of_wrong_years_does_not_move_the_look_back() {
        let agreed = |days: &[(i64, i32, u64)]| agreed(days.iter().copied()).map(|day| day.0);
        assert_eq!(agreed(&[(1, 100, 9)]), None, "one file alone");
        assert_eq!(agreed(&[(1, 100, 2), (2, 101, 1), (2, 740, 2)]), Some(100));
        assert_eq!(agreed(&[(1, 100, 2), (2, 101, 1), (2, 740, 2), (3, 104, 1)]), Some(104));
        assert_eq!(agreed(&[(1, 100, 2), (2, 101, 2), (2, 467, 1), (3, 469, 1)]), Some(101));
        let nights = (0..40).map(|night| (i64::from(night), 100 + night, 5));
        let wrong = (40..43).map(|night| (i64::from(night), 700 + night, 5));
        let found = super::agreed(nights.chain(wrong)).map(|day| day.0);
        assert_eq!(found, Some(138), "four of forty-three are not believed");
    }
}
