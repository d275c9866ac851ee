//! Which records are too old to be kept.

use rxlint_engine::exposure::Dispense;
use rxlint_engine::timeline::era::LONGEST_GAP;
use rxlint_model::day::Day;

/// Keeps, of one patient's records, those that reach the cutoff or go beyond it, and those that are joined to them: an era
/// that continues is kept from its beginning, so that its findings keep their fingerprints. `tonight` is the first day of
/// the patient's records that are read tonight; `reach` is the end of a record, `None` if it has none.
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
}
