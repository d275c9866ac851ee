mod collection;
mod fast_path;
mod kept;
mod messages;
mod said_form;

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::engine::Settings;
use crate::exposure::{Dispense, Marks};
use crate::rule::Book;
use rxlint_input::{Input, InputOptions};
use rxlint_model::place::Place;
use rxlint_model::record::{AdjustmentCodes, Said, Statement};

static ENGINE: LazyLock<Engine> =
    LazyLock::new(|| Engine::of(Book::built_in().unwrap(), Settings::default()));

fn collection() -> Collection {
    Collection::new(&ENGINE)
}

/// What a collection gathers from an export.
fn gather(collection: &Collection, export: &str) -> Collected {
    let input =
        Input::memory(0, "export.csv", export.as_bytes().to_vec(), &InputOptions::default())
            .unwrap();
    let mut all = Collected::default();
    input
        .read(&|| collection.collector())
        .unwrap()
        .into_iter()
        .for_each(|gather| all.absorb(gather.finish()));
    all
}

/// A fill with these cells, as any format may state it.
fn fill<'a>(cells: &[(Field, &'a str)]) -> Record<'a> {
    let mut record = Record::of_cells(Statement::Fill, cells);
    if record.text(Field::Adjustment).starts_with(b"order") {
        record.adjustment = AdjustmentCodes::Order;
    }
    record
}

fn day(text: &str) -> Day {
    Day::from_iso(text).unwrap()
}

#[test]
fn a_first_look_sees_every_field_that_decides() {
    let others = [
        Field::Patient,
        Field::Status,
        Field::Adjustment,
        Field::Voided,
        Field::Cancelled,
        Field::Active,
        Field::Version,
        Field::Quantity,
        Field::Diagnosis,
        Field::Pregnancy,
    ];
    for field in Field::IDENTITY.into_iter().chain(Field::FIRST_DAY).chain(others) {
        assert_eq!(PREVIEW_FIELDS.iter().filter(|other| **other == field).count(), 1, "{field:?}");
    }
}

/// A sink that is only ever shown whole records.
struct Whole<'d>(Collector<&'d Collection>);

impl RecordSink for Whole<'_> {
    fn record(&mut self, record: &Record<'_>) {
        self.0.record(record);
    }

    fn reject(&mut self, key: impl Into<RowKey>, reason: Reason) {
        self.0.reject(key, reason);
    }

    fn person(&mut self, said: &Said<'_>) {
        self.0.person(said);
    }

    fn shift(&mut self, by: RowKey) {
        self.0.shift(by);
    }
}

/// Everything that was collected, in words; verdicts by content, since their numbers may differ.
fn told(collection: Collection, collected: Collected) -> Vec<String> {
    let (verdicts, ..) = collection.close();
    let Collected {
        read,
        checked,
        inactive,
        unresolved,
        rejected,
        mut dispenses,
        facts,
        first_days,
        ..
    } = collected;
    let mut days: Vec<(i32, u64)> = first_days.all().collect();
    days.sort_unstable();
    let mut told =
        vec![format!("{read} {checked} {inactive} {unresolved} {rejected:?} {facts:?} {days:?}")];
    for dispense in &mut dispenses {
        let verdict = std::mem::take(&mut dispense.verdict);
        told.push(format!("{:?} {dispense:?}", verdicts.get(verdict as usize)));
    }
    told
}

/// What a collection gathers from an export, and what it would gather if every record were read whole.
fn both_ways(
    collection: &Collection,
    whole: &Collection,
    name: &str,
    text: &str,
) -> Option<[Collected; 2]> {
    let input = Input::memory(0, name, text.as_bytes().to_vec(), &InputOptions::default());
    // An input that holds no prescriptions is not opened.
    let input = input.ok()?;
    let (mut ours, mut theirs) = (Collected::default(), Collected::default());
    let quick = input.read(&|| collection.collector());
    let slow = input.read(&|| Whole(whole.collector()));
    assert_eq!(
        quick.as_ref().err().map(ToString::to_string),
        slow.as_ref().err().map(ToString::to_string)
    );
    quick.ok()?.into_iter().for_each(|gather| ours.absorb(gather.finish()));
    slow.ok()?.into_iter().for_each(|gather| theirs.absorb(gather.0.finish()));
    Some([ours, theirs])
}

/// An export gives the same result whether its records are settled by their bytes where possible, or all are read whole.
fn same(name: &str, text: &str) {
    let (quick, whole) = (collection(), collection());
    let Some([ours, theirs]) = both_ways(&quick, &whole, name, text) else { return };
    assert_eq!(told(quick, ours), told(whole, theirs), "{text}");
    let (late, whole) = (collection().with_late_facts(true), collection());
    let Some([mut ours, mut theirs]) = both_ways(&late, &whole, name, text) else { return };
    ours.settle_late();
    let (found, all) = (std::mem::take(&mut ours.facts), std::mem::take(&mut theirs.facts));
    let matters = |dispense: &&Dispense| late.is_personal(dispense.verdict);
    let subjects: Vec<PatientKey> =
        ours.dispenses.iter().filter(matters).map(|dispense| dispense.patient).collect();
    for fact in &all {
        assert!(found.contains(fact) || !subjects.contains(&fact.patient), "{fact:?} {text}");
    }
    assert!(found.iter().all(|fact| all.contains(fact)) && found.len() <= all.len(), "{text}");
    assert_eq!(told(late, ours), told(whole, theirs), "{text}");
}

/// One of these cells, usually a common one, as written; now and then quoted or padded.
fn cell(
    usual: &'static [&'static str],
    odd: &'static [&'static str],
) -> impl Strategy<Value = String> {
    (prop_oneof![5 => prop::sample::select(usual), 1 => prop::sample::select(odd)], 0..16u8)
        .prop_map(|(cell, style)| match style {
            0 => format!("\"{}\"", cell.replace('"', "\"\"")),
            1 => format!(" {cell} "),
            _ => cell.to_owned(),
        })
}

/// The cells that name the drug. An export repeats a few of them, byte for byte.
fn product() -> impl Strategy<Value = [String; 3]> {
    let drug = cell(
        &["Lisinopril 10 mg", "Xyzzy", ""],
        &["Naltrexone 50 mg tablet", "Oxycodone 5 mg", "NULL", "Aspirin \"81\" mg"],
    );
    let code = cell(&["", "12345"], &["00406117003", "NULL", "00406055201"]);
    let route = cell(&["", "oral"], &["intramuscular"]);
    (drug, code, route).prop_map(|(drug, code, route)| [drug, code, route])
}

const PRODUCTS: usize = 3;

fn row(products: &[[String; 3]; PRODUCTS]) -> impl Strategy<Value = String> + use<> {
    let products = products.clone();
    let patient = cell(
        &["P00001", "P00002", "123456"],
        &["P1", "A\"1234", "0", "0000", "UNKNOWN", "unknown", "", "NULL", "N/A"],
    );
    let day = cell(
        &["2025-01-02", "20250103", "2025-01-02T10:00:00"],
        &["2025-13-45", "", "tomorrow", "NA"],
    );
    let quantity = cell(&["30", "", "30.5"], &["-30", "NULL", "-"]);
    let status = cell(&["PAID", "paid", ""], &["reversed", "cancelled", "on hold", "NULL"]);
    let pregnancy = cell(&[""], &["Y", "NULL", "maybe"]);
    let diagnosis = cell(&["", "I10", "F10.20"], &["K70.30;F11.20", "NULL", "Z33.1@20250101"]);
    let born =
        cell(&["03/04/1970", "1970-03-04", ""], &["03/04/70", "NULL", "13/04/1970", "35001"]);
    let person = (pregnancy, diagnosis, born);
    (patient, 0..PRODUCTS, day, quantity, status, person, 0..200u8).prop_map(
        move |(patient, product, day, quantity, status, (pregnancy, diagnosis, born), odd)| {
            let [drug, code, route] = &products[product];
            match odd {
                0 => "\"a quote that is never closed".to_owned(),
                1 => "too,few".to_owned(),
                2 => format!("Total,,,,{quantity},,,,,"),
                _ => format!(
                    "{patient},{drug},{code},{day},{route},{quantity},{status},{pregnancy},{diagnosis},{born}"
                ),
            }
        },
    )
}

fn rows() -> impl Strategy<Value = Vec<String>> {
    prop::array::uniform(product())
        .prop_flat_map(|products| prop::collection::vec(row(&products), 1..80))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_fast_path_settles_a_row_as_its_record_does(rows in rows(), crlf: bool, american: bool) {
        let header =
            "patient_id,drug_name,ndc,fill_date,route,quantity,status,pregnancy,diagnosis_code,birth_date";
        // Dates whose order the whole file has to settle.
        let written = |row: &String| match american {
            true => row.replace("2025-01-02", "01/02/2025").replace("20250103", "01/13/2025"),
            false => row.clone(),
        };
        let rows: Vec<String> = rows.iter().map(written).collect();
        let end = if crlf { "\r\n" } else { "\n" };
        let text = std::iter::once(header).chain(rows.iter().map(String::as_str)).collect::<Vec<_>>().join(end);
        same("export.csv", &text);
    }
}
