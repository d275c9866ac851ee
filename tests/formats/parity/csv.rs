//! Tables: a pharmacy's, Synthea's, and claims in their own dialect.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use super::patients::Person;

/// The header, then a row per prescription, written by a closure.
fn table(
    people: &[Person],
    header: &str,
    row: impl Fn(&mut String, &Person, &super::patients::Prescription),
) -> String {
    let mut text = format!("{header}\n");
    for person in people {
        for prescription in &person.prescriptions {
            row(&mut text, person, prescription);
            text.push('\n');
        }
    }
    text
}

fn conditions(
    people: &[Person],
    header: &str,
    row: impl Fn(&Person, &str, &str) -> String,
) -> String {
    let rows = people
        .iter()
        .filter_map(|person| person.condition.map(|(code, on)| row(person, code, &on.to_string())));
    std::iter::once(header.to_owned()).chain(rows).collect::<Vec<_>>().join("\n")
}

/// One row per fill, birth date in the row, conditions in a separate file.
pub(crate) fn pharmacy(people: &[Person], folder: &Path) {
    let text = table(
        people,
        "claim_id,patient_id,birth_date,fill_date,drug_name,quantity,days_supply,status",
        |out, person, rx| {
            let _ = write!(
                out,
                "{}-{},{},{},{},{},{},{},PAID",
                person.id,
                rx.first,
                person.id,
                person.born,
                rx.first,
                rx.product.name,
                rx.quantity,
                rx.days
            );
        },
    );
    fs::write(folder.join("fills.csv"), text).unwrap();
    fs::write(
        folder.join("conditions.csv"),
        conditions(people, "patient,code,date", |person, code, on| {
            format!("{},{code},{on}", person.id)
        }),
    )
    .unwrap();
}

/// Courses from a start to a stop, and the persons in separate files.
pub(crate) fn synthea(people: &[Person], folder: &Path) {
    let text = table(
        people,
        "START,STOP,PATIENT,ENCOUNTER,CODE,DESCRIPTION,REASONCODE,REASONDESCRIPTION",
        |out, person, rx| {
            let _ = write!(
                out,
                "{}T09:00:00Z,{}T09:00:00Z,{},E1,,{},,",
                rx.first,
                rx.last(),
                person.id,
                rx.product.name
            );
        },
    );
    fs::write(folder.join("medications.csv"), text).unwrap();
    let births: Vec<String> =
        people.iter().map(|person| format!("{},{},,A,B", person.id, person.born)).collect();
    fs::write(
        folder.join("patients.csv"),
        format!("Id,BIRTHDATE,DEATHDATE,FIRST,LAST\n{}\n", births.join("\n")),
    )
    .unwrap();
    let found =
        conditions(people, "START,STOP,PATIENT,ENCOUNTER,CODE,DESCRIPTION", |person, code, on| {
            format!("{on},,{},E1,{code},x", person.id)
        });
    fs::write(folder.join("conditions.csv"), found).unwrap();
}

/// Vertical bars, a different column order, dates with month names, quotes around everything.
pub(crate) fn claims(people: &[Person], folder: &Path) {
    let months =
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    let day = |day: rxlint_model::day::Day| {
        let (year, month, day) = day.ymd();
        format!("{day:02}-{}-{year}", months[month as usize - 1])
    };
    let text = table(
        people,
        "days_supply|drug_name|quantity_dispensed|service_date|member_id|dob",
        |out, person, rx| {
            let _ = write!(
                out,
                "\"{}\"|\"{}\"|\"{}\"|\"{}\"|\"{}\"|\"{}\"",
                rx.days,
                rx.product.name,
                rx.quantity,
                day(rx.first),
                person.id,
                day(person.born)
            );
        },
    );
    fs::write(folder.join("claims.txt"), text).unwrap();
    fs::write(
        folder.join("diagnoses.csv"),
        conditions(people, "member_id;icd10;date", |person, code, on| {
            format!("{};{code};{on}", person.id)
        }),
    )
    .unwrap();
}
