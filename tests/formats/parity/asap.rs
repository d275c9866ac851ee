//! An ASAP report: a pharmacy's dispensings as sent to its state, by product codes.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use super::patients::Person;

/// One report with every patient. A report has codes but no names, so products are named in place of their code, as some systems do.
pub(crate) fn report(people: &[Person], folder: &Path) {
    let day = |day: rxlint_model::day::Day| day.to_string().replace('-', "");
    let mut text =
        "TH*4.2B*1*01**20261231*1200*P**\\\\\nIS*1234567893*PHARMACY\\\nPHA*1234567893\\\n"
            .to_owned();
    let mut segments = 3;
    for person in people {
        for (number, rx) in person.prescriptions.iter().enumerate() {
            let _ = writeln!(
                text,
                "PAT*US*03*{}****DOE*JANE****ELM ST 1**TOWN*KY*40069**{}*F*01\\",
                person.id,
                day(person.born)
            );
            let _ = write!(
                text,
                "DSP*00*{}-{number}*{written}*0*{written}*0*01*{}*{}*{}*01{}{}\\\nPRE*1234567893\\\n",
                person.id,
                rx.product.name,
                rx.quantity,
                rx.days,
                "*".repeat(14),
                person.condition.map_or("", |(code, _)| code),
                written = day(rx.first),
            );
            segments += 3;
        }
    }
    let _ = write!(text, "TP*{}\\\nTT*1*{}\\\n", segments, segments + 2);
    fs::write(folder.join("report.dat"), text).unwrap();
}
