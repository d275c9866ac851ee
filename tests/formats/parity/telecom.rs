//! NCPDP Telecom claims, one transmission each, followed by the payer's answers.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use super::patients::Person;

/// Claims in a file. A claim has codes but no names, so products are named in place of their code. The condition is the diagnosis in the clinical
/// segment.
pub(crate) fn claims(people: &[Person], folder: &Path) {
    let mut text = String::new();
    for person in people {
        let born = person.born.to_string().replace('-', "");
        for (number, rx) in person.prescriptions.iter().enumerate() {
            let day = rx.first.to_string().replace('-', "");
            let _ = write!(
                text,
                "610066D0B1PCN12345671011234567893     {day}          \x1E\x1CAM01\x1CCX99\x1CCY{}\x1CC4{born}\
                 \x1E\x1CAM04\x1CC2CARD{}\x1D\x1E\x1CAM07\x1CEM1\x1CD2{}{number}\x1CE103\x1CD7{}\x1CE7{}000\x1CD300\x1CD5{}\x1CDE{day}",
                person.id,
                person.id,
                &person.id[1..],
                rx.product.name,
                rx.quantity,
                rx.days
            );
            if let Some((code, _)) = person.condition {
                let _ = write!(text, "\x1E\x1CAM13\x1CVE1\x1CWE02\x1CDO{code}");
            }
            text.push('\n');
        }
    }
    fs::write(folder.join("claims.ncpdp"), text).unwrap();
}
