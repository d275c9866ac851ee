//! HL7 v2: dispenses, in a batch.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use super::patients::{Person, Prescription};

fn packed(day: rxlint_model::day::Day) -> String {
    day.to_string().replace('-', "")
}

/// The patient: the medical record number among other identifiers, and the birth date.
fn patient(person: &Person) -> String {
    format!(
        "PID|1||9{id}^^^VISIT^VN~{id}^^^HOSP^MR||Other^Somebody||{born}|F\r",
        id = person.id,
        born = packed(person.born)
    )
}

/// One order group: the order as encoded, its timing, and the dispense. The person's condition is the indication (RXD-21), the only place for it in a
/// dispense message; there is none for the day it began.
fn group(out: &mut String, person: &Person, number: usize, rx: &Prescription) {
    let (name, days, quantity, day) = (rx.product.name, rx.days, rx.quantity, packed(rx.first));
    let indication = person.condition.map_or("", |(code, _)| code);
    let _ = write!(
        out,
        "ORC|RE|{}-{number}^PH|F{}-{number}^PH|||||||||1234567893^Who^Ever\r",
        person.id, person.id
    );
    let _ = write!(out, "RXE||LOCAL1^{name}^L|1||EA^Each|||||{quantity}|EA\r");
    let _ = write!(out, "TQ1|1||QD|||{days}^D\r");
    let _ = write!(
        out,
        "RXD|1|LOCAL1^{name}^L|{day}173000+0200|{quantity}|EA{}{indication}\r",
        "|".repeat(16)
    );
}

/// Dispenses; every other person has all of them in one message, the others have one message each.
pub(crate) fn dispenses(people: &[Person], folder: &Path) {
    let mut messages = Vec::new();
    for (at, person) in people.iter().enumerate() {
        let in_one = if at % 2 == 0 { 1 } else { person.prescriptions.len() };
        let numbered: Vec<_> = person.prescriptions.iter().enumerate().collect();
        for some in numbered.chunks(in_one) {
            let mut text = format!(
                "MSH|^~\\&|PHARM|HOSP|LINT|HOSP|20260601080000||RDS^O13^RDS_O13|M{}|P|2.5.1\r",
                messages.len() + 1
            );
            text += &patient(person);
            for (number, rx) in some {
                group(&mut text, person, *number, rx);
            }
            messages.push(text);
        }
    }
    let text = format!(
        "FHS|^~\\&|PHARM\rBHS|^~\\&|PHARM\r{}BTS|{}\rFTS|1\r",
        messages.concat(),
        messages.len()
    );
    fs::write(folder.join("dispenses.hl7"), text).unwrap();
}
