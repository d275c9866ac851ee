//! Clinical documents: what a person takes, as courses from day to day, and what a pharmacy handed out.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use super::patients::{Person, Prescription};

fn packed(day: rxlint_model::day::Day) -> String {
    day.to_string().replace('-', "")
}

/// A document about a person, with entries of a section, with the person's condition as a problem.
fn document(out: &mut String, person: &Person, section: &str, entries: &str) {
    let problem = person.condition.map_or(String::new(), |(code, since)| {
        let system = if code.starts_with(|c: char| c.is_ascii_digit()) { "96" } else { "90" };
        format!(
            "<component><section><code code=\"11450-4\"/><entry><act classCode=\"ACT\" moodCode=\"EVN\">\
             <entryRelationship typeCode=\"SUBJ\"><observation classCode=\"OBS\" moodCode=\"EVN\">\
             <effectiveTime><low value=\"{}\"/></effectiveTime>\
             <value code=\"{code}\" codeSystem=\"2.16.840.1.113883.6.{system}\"/></observation></entryRelationship></act></entry></section></component>\n",
            packed(since)
        )
    });
    let _ = write!(
        out,
        "<?xml version=\"1.0\"?>\n<ClinicalDocument xmlns=\"urn:hl7-org:v3\">\n<effectiveTime value=\"20261231\"/>\n\
         <recordTarget><patientRole><id root=\"2.16.840.1.113883.4.1\" extension=\"123-45-6789\"/><id root=\"1.2.3\" extension=\"{}\"/>\
         <patient><name><given>Jane</given><family>Doe</family></name><birthTime value=\"{}\"/></patient></patientRole></recordTarget>\n\
         <component><structuredBody>\n{problem}<component><section><code code=\"{section}\"/>\n{entries}</section></component>\n\
         </structuredBody></component>\n</ClinicalDocument>\n",
        person.id,
        packed(person.born)
    );
}

fn product(rx: &Prescription, within: &str) -> String {
    format!(
        "<{within}><manufacturedProduct><manufacturedMaterial><code nullFlavor=\"OTH\"><originalText>{}</originalText></code>\
         </manufacturedMaterial></manufacturedProduct></{within}>",
        rx.product.name
    )
}

/// What everyone takes, in one file.
pub(crate) fn medications(people: &[Person], folder: &Path) {
    let mut text = String::new();
    for person in people {
        let entries: String = person
            .prescriptions
            .iter()
            .enumerate()
            .map(|(number, rx)| {
                format!(
                    "<entry><substanceAdministration classCode=\"SBADM\" moodCode=\"EVN\">\
                     <templateId root=\"2.16.840.1.113883.10.20.22.4.16\" extension=\"2014-06-09\"/>\
                     <id root=\"1.2.4\" extension=\"{}-{number}\"/><statusCode code=\"completed\"/>\
                     <effectiveTime><low value=\"{}\"/><high value=\"{}\"/></effectiveTime>{}\
                     <entryRelationship typeCode=\"REFR\"><supply classCode=\"SPLY\" moodCode=\"INT\">\
                     <quantity value=\"{}\"/></supply></entryRelationship></substanceAdministration></entry>\n",
                    person.id,
                    packed(rx.first),
                    packed(rx.last()),
                    product(rx, "consumable"),
                    rx.quantity
                )
            })
            .collect();
        document(&mut text, person, "10160-0", &entries);
    }
    fs::write(folder.join("summaries.xml"), text).unwrap();
}

/// What everyone was handed out, in one file.
pub(crate) fn dispenses(people: &[Person], folder: &Path) {
    let mut text = String::new();
    for person in people {
        let entries: String = person
            .prescriptions
            .iter()
            .map(|rx| {
                format!(
                    "<entry><supply classCode=\"SPLY\" moodCode=\"EVN\"><statusCode code=\"completed\"/>\
                     <effectiveTime value=\"{}\"/><quantity value=\"{}\"/>\
                     <expectedUseTime><width value=\"{}\" unit=\"d\"/></expectedUseTime>{}</supply></entry>\n",
                    packed(rx.first),
                    rx.quantity,
                    rx.days,
                    product(rx, "product")
                )
            })
            .collect();
        document(&mut text, person, "60590-7", &entries);
    }
    fs::write(folder.join("dispenses.xml"), text).unwrap();
}
