//! Repeated rows are settled without being read as records; only what must be kept is read whole.

use super::*;
use rxlint_model::fast_path::{FastLayout, FastOutcome, FastRow};

/// An intake, and how many rows it settled on the fast path, was shown in part, and was shown whole.
pub(super) struct Counted<'d> {
    pub(super) intake: Collector<&'d Collection>,
    pub(super) settled: u32,
    previewed: u32,
    whole: u32,
}

impl RecordSink for Counted<'_> {
    const PREVIEW_FIELDS: &'static [Field] = <Collector<&Collection> as RecordSink>::PREVIEW_FIELDS;

    fn preview(&mut self, record: &Record<'_>) -> bool {
        self.previewed += 1;
        self.intake.preview(record)
    }

    fn begin_fast_path(&mut self, layout: &FastLayout) -> bool {
        self.intake.begin_fast_path(layout)
    }

    fn try_fast_path(&mut self, row: &FastRow<'_>) -> FastOutcome {
        let seen = self.intake.try_fast_path(row);
        self.settled += u32::from(seen == FastOutcome::Settled);
        seen
    }

    fn learn_fast_path(&mut self, row: &FastRow<'_>, record: &Record<'_>) {
        self.intake.learn_fast_path(row, record);
    }

    fn record(&mut self, record: &Record<'_>) {
        self.whole += 1;
        self.intake.record(record);
    }

    fn reject(&mut self, key: impl Into<RowKey>, reason: Reason) {
        self.intake.reject(key, reason);
    }

    fn shift(&mut self, by: RowKey) {
        self.intake.shift(by);
    }

    fn end(&mut self) {
        self.intake.end();
    }
}

const EXPORT: &str = "patient_id,drug_name,ndc,fill_date,status
P00001,Lisinopril 10 mg,,2025-01-02,PAID
P00002,Lisinopril 10 mg,,2025-01-03,PAID
P00002,Lisinopril 10 mg,,2025-01-02,PAID
P00003,,12345,2025-01-03,PAID
P00004,,12345,2025-01-03,PAID
P00005,Lisinopril 10 mg,,2025-01-03,cancelled
P00006,Lisinopril 10 mg,,2025-01-03,cancelled
P00007,Naltrexone 50 mg tablet,,2025-01-04,PAID
P00008,Naltrexone 50 mg tablet,,2025-01-04,PAID
UNKNOWN,Lisinopril 10 mg,,2025-01-03,PAID
UNKNOWS,Lisinopril 10 mg,,2025-01-03,PAID
P00009,Lisinopril 10 mg,,2025-13-45,PAID
";

pub(super) fn read<'d>(collection: &'d Collection, name: &str, text: &str) -> Counted<'d> {
    let input = Input::memory(0, name, text.as_bytes().to_vec(), &InputOptions::default()).unwrap();
    let make = || Counted { intake: collection.collector(), settled: 0, previewed: 0, whole: 0 };
    input.read(&make).unwrap().pop().unwrap()
}

#[test]
fn what_was_met_before_takes_the_fast_path_and_only_what_is_to_be_kept_or_rejected_is_read_whole() {
    let collection = collection();
    let mut settled = Vec::new();
    for _ in 0..2 {
        let counted = read(&collection, "export.csv", EXPORT);
        // Two rows of naltrexone, two that may have no patient, one without a day.
        assert_eq!(counted.whole, 5);
        settled.push(counted.settled);
        let collected = counted.intake.finish();
        let counts = [
            collected.read,
            collected.checked,
            collected.inactive,
            collected.unresolved,
            collected.rejected.len(),
        ];
        assert_eq!(counts, [12, 6, 2, 2, 2]);
        let mut days: Vec<(i32, u64)> = collected.first_days.all().collect();
        days.sort_unstable();
        assert_eq!(
            days,
            [(day("2025-01-02").0, 2), (day("2025-01-03").0, 4), (day("2025-01-04").0, 2)]
        );
        let reasons: Vec<(u32, &Reason)> = collected
            .rejected
            .kept()
            .iter()
            .map(|(key, reason)| (key.place().record, reason))
            .collect();
        assert_eq!(
            reasons,
            [
                (10, &Reason::PlaceholderPatient),
                (12, &Reason::UnreadableDate { field: Field::Dispensed })
            ]
        );
    }
    // All but the first of each kind; and the first too, once what was learned is passed on to the next reader.
    assert!(settled[0] >= 3 && settled[1] >= 5, "{settled:?}");
}

#[test]
fn a_day_is_read_in_the_order_of_its_own_file() {
    let collection = collection();
    // The first row shows the order; the last one could be either.
    for (rows, days) in [
        (["13/01/2025", "03/02/2025", "03/02/2025"], ["2025-01-13", "2025-02-03"]),
        (["01/13/2025", "03/02/2025", "03/02/2025"], ["2025-01-13", "2025-03-02"]),
        (["13/01/2025", "03/02/2025", "03/02/2025"], ["2025-01-13", "2025-02-03"]),
    ] {
        let rows: String =
            rows.iter().map(|day| format!("P00001,Lisinopril 10 mg,{day}\n")).collect();
        let text = format!("patient_id,drug_name,fill_date\n{rows}");
        let input =
            Input::memory(0, "export.csv", text.into_bytes(), &InputOptions::default()).unwrap();
        let make =
            || Counted { intake: collection.collector(), settled: 0, previewed: 0, whole: 0 };
        let counted = input.read(&make).unwrap().pop().unwrap();
        let mut found: Vec<(i32, u64)> = counted.intake.finish().first_days.all().collect();
        found.sort_unstable();
        assert_eq!(found, [(day(days[0]).0, 1), (day(days[1]).0, 2)]);
    }
}

#[test]
fn the_same_bytes_in_other_columns_are_another_drug() {
    let collection = collection();
    for (header, counts) in
        [("ndc,drug_name", [3, 0]), ("drug_name,ndc", [0, 3]), ("ndc,drug_name", [3, 0])]
    {
        // Too short for a word in the wrong column.
        let row = "P00001,,ASA 81,2025-01-02\n";
        let text = format!("patient_id,{header},fill_date\n{}", row.repeat(3));
        let input =
            Input::memory(0, "export.csv", text.into_bytes(), &InputOptions::default()).unwrap();
        let make =
            || Counted { intake: collection.collector(), settled: 0, previewed: 0, whole: 0 };
        let collected = input.read(&make).unwrap().pop().unwrap().intake.finish();
        assert_eq!([collected.checked, collected.unresolved], counts, "{header}");
    }
}
