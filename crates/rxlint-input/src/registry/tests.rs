use std::collections::BTreeSet;

use super::*;
use crate::Input;
use rxlint_model::place::RowKey;
use rxlint_model::reason::Reason;
use rxlint_model::record::Record;

#[test]
fn formats_are_recognised_by_their_first_bytes() {
    for (head, format) in [
        (&b"patient_id,drug\n"[..], Ok(InputFormatName::Csv)),
        (b"", Ok(InputFormatName::Csv)),
        (b"MSH|^~\\&|", Ok(InputFormatName::Hl7v2)),
        (b"\x0BMSH|^~\\&|", Ok(InputFormatName::Hl7v2)),
        (b"\r\nFHS|^~\\&|", Ok(InputFormatName::Hl7v2)),
        (b"BHS|^~\\&|", Ok(InputFormatName::Hl7v2)),
        (b"MSH,patient\n", Ok(InputFormatName::Csv)),
        (b"  {\"resourceType\"", Ok(InputFormatName::Fhir)),
        (b"[\n {", Ok(InputFormatName::Fhir)),
        (b"[patient],[drug]\n", Ok(InputFormatName::Csv)),
        (b"<?xml version", Err(ForeignFormat::Xml)),
        (b"\x1F\x8B\x08", Err(ForeignFormat::Compressed)),
        (b"PK\x03\x04 .. xl/workbook.xml", Err(ForeignFormat::Workbook)),
        (b"PK\x03\x04 .. claims.csv", Err(ForeignFormat::Compressed)),
        (
            b"<?xml version='1.0'?><PRPA_IN201306UV02 xmlns='urn:hl7-org:v3'>",
            Err(ForeignFormat::Hl7V3),
        ),
        (b"<MP xmlns='http://ws.gematik.de/fa/amtss' v='025'>", Err(ForeignFormat::MedicationPlan)),
        (b"<ODM xmlns='http://www.cdisc.org/ns/odm/v1.3'>", Err(ForeignFormat::Cdisc)),
        (
            b"<lcm:SubmitObjectsRequest xmlns:lcm='urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0'>",
            Err(ForeignFormat::Documents),
        ),
        (
            b"2026-03-10 12:00:01 INFO received:\nMSH|^~\\&|A|B\nPID|1||P1\n",
            Err(ForeignFormat::Hl7Log),
        ),
        (b"id,note\n1,see MSH|^~\\&|A\n2,PID|1\n", Ok(InputFormatName::Csv)),
        (b"\x1E{\"resourceType\":\"Patient\"}\n", Ok(InputFormatName::Fhir)),
        (b"<!DOCTYPE html>\n<html>", Err(ForeignFormat::Html)),
        (
            b"ISA*00*          *00*          *ZZ*A*ZZ*B*260301*1200*^*00501*1*0*P*:~GS*HC*",
            Err(ForeignFormat::X12),
        ),
        (b"UNA:+.? '\nUNB+UNOC:3+", Err(ForeignFormat::Edifact)),
        (b"UIB+UNOA:0++1'UIH+SCRIPT:010:006", Err(ForeignFormat::Edifact)),
        (b"PAR1", Ok(InputFormatName::Parquet)),
        (b"ARROW1\0\0", Ok(InputFormatName::Arrow)),
        (b"\xFF\xFF\xFF\xFF\x80\x03\0\0", Ok(InputFormatName::Arrow)),
        (b"<n:Message xmlns:n='x'><n:Header>", Ok(InputFormatName::Ncpdp)),
        (b"D0B1 \x1EAM04\x1CC2", Ok(InputFormatName::Telecom)),
    ] {
        assert_eq!(sniff(head), format, "{:?}", String::from_utf8_lossy(head));
    }
}

#[test]
fn names_and_options_are_unique() {
    let mut names = BTreeSet::new();
    for format in InputFormatName::ALL.iter().copied() {
        let about = format.about();
        assert!(!about.words.is_empty() && !about.purposes.is_empty(), "{format:?}");
        for name in BTreeSet::from([about.name, about.option]) {
            assert!(names.insert(name), "{name} is used twice");
            assert_eq!(InputFormatName::from_name(name), Some(format));
        }
    }
    assert_eq!(InputFormatName::from_name("binary"), None);
}

/// A file of each format, except for those that another crate takes apart.
fn example(format: InputFormatName) -> Option<&'static str> {
    Some(match format {
        InputFormatName::Parquet | InputFormatName::Arrow => return None,
        InputFormatName::Csv => "patient_id,drug_name,fill_date\nP1,naltrexone,2025-01-02\n",
        InputFormatName::Hl7v2 => {
            "MSH|^~\\&|A|B|C|D|20250102||RDE^O11|1|P|2.5\rPID|1||P1\rORC|NW|1\rRXE||1^naltrexone\r"
        }
        InputFormatName::Fhir => {
            r#"{"resourceType":"MedicationRequest","subject":{"reference":"Patient/P1"}}"#
        }
        InputFormatName::Asap => {
            "TH*4.2*1*01**20250102*0800*P**~~\nIS*1*A~\nPHA*1~\nPAT*US*03*P1****DOE*JANE**********19700102*F~\nDSP*00*1*20250101*0*20250102*0*01*00406117003*30*30~\nTP*4~\nTT*1*7~\n"
        }
        InputFormatName::Cda => {
            "<ClinicalDocument><entry><substanceAdministration><consumable><manufacturedMaterial>\
             <name>naltrexone</name></manufacturedMaterial></consumable></substanceAdministration>\
             </entry></ClinicalDocument>\n"
        }
        InputFormatName::Telecom => {
            "610066D0B1PCN       1011234567890     20250102          \x1E\x1CAM04\x1CC2P1\x1D\x1E\x1CAM07\x1CEM1\x1CD71"
        }
        InputFormatName::Ncpdp => {
            "<Message><Header/><Body><NewRx><Patient/><MedicationPrescribed><DrugDescription>\
             naltrexone</DrugDescription></MedicationPrescribed></NewRx></Body></Message>\n"
        }
    })
}

struct Ignored;

impl RecordSink for Ignored {
    fn record(&mut self, _: &Record<'_>) {}

    fn reject(&mut self, _: impl Into<RowKey>, _: Reason) {}

    fn shift(&mut self, _: RowKey) {}
}

#[test]
fn progress_reaches_the_last_byte_in_every_format() {
    for format in InputFormatName::ALL.iter().copied() {
        let Some(example) = example(format) else { continue };
        let bytes = example.as_bytes().to_vec();
        let size = bytes.len() as u64;
        let input = Input::memory(0, "example", bytes, &InputOptions::default()).unwrap();
        assert_eq!((input.format(), input.bytes_read()), (format.name(), 0));
        input.read(&|| Ignored).unwrap();
        assert_eq!(input.bytes_read(), size, "{format:?}");
    }
}
