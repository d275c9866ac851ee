//! The same as a FHIR resource, in the style of servers.

use std::io::{self, Write};

use super::Dose;

impl Dose {
    /// Requests, dispenses and administrations; every tenth is an observation or a condition instead.
    fn kind(&self) -> &'static str {
        match self.luck % 20 {
            0 => "Observation",
            1 => "Condition",
            2..=9 => "MedicationRequest",
            10..=16 => "MedicationDispense",
            _ => "MedicationAdministration",
        }
    }

    pub(crate) fn reference(&self) -> String {
        format!("{}/d{:010}", self.kind(), self.number)
    }

    pub(crate) fn fhir(&self, out: &mut impl Write) -> io::Result<()> {
        let Self { number, patient, month, day, luck, .. } = self;
        let kind = self.kind();
        let day = format!("2025-{month:02}-{day:02}");
        write!(
            out,
            r##"{{"resourceType":"{kind}","id":"d{number:010}","meta":{{"versionId":"1","lastUpdated":"{day}T18:00:00.000+00:00","source":"#{:016x}","profile":["http://hl7.org/fhir/us/core/StructureDefinition/us-core-{}"]}},"##,
            luck,
            kind.to_lowercase()
        )?;
        if self.is_large {
            write!(
                out,
                r#""text":{{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><table class=\"grid\">"#
            )?;
            for row in [
                "identifier",
                "status",
                "category",
                "medication",
                "subject",
                "encounter",
                "performer",
                "location",
                "quantity",
                "supply",
                "dosage",
                "note",
            ] {
                write!(
                    out,
                    r#"<tr><td>{row}</td><td><span title=\"as recorded by the source system on {day}\">see the element of that name, {}</span></td></tr>"#,
                    luck % 1000
                )?;
            }
            write!(out, r#"</table></div>"}},"#)?;
        }
        write!(
            out,
            r#""identifier":[{{"use":"official","system":"https://pharmacy.example.org/rx","value":"RX{number:09}"}},{{"system":"urn:oid:1.2.840.114350.1.13.0","value":"{luck}"}}],"#
        )?;
        let subject = format!(
            r#""subject":{{"reference":"Patient/P{patient:09}","display":"Family{}, Given"}},"encounter":{{"reference":"Encounter/E{number:010}"}}"#,
            patient % 997
        );
        match kind {
            "Observation" => write!(
                out,
                r#""status":"final","category":[{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}}]}}],"code":{{"coding":[{{"system":"http://loinc.org","code":"29463-7","display":"Body Weight"}}],"text":"Body Weight"}},{subject},"effectiveDateTime":"{day}T09:00:00+00:00","valueQuantity":{{"value":{}.5,"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"}}}}"#,
                luck % 60 + 50
            ),
            "Condition" => write!(
                out,
                r#""clinicalStatus":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}}]}},"code":{{"coding":[{{"system":"http://snomed.info/sct","code":"38341003","display":"Hypertensive disorder"}},{{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"I10"}}],"text":"Hypertension"}},{subject},"onsetDateTime":"{day}","recordedDate":"{day}"}}"#
            ),
            _ => self.medication(out, kind, &day, &subject),
        }
    }

    fn medication(
        &self,
        out: &mut impl Write,
        kind: &str,
        day: &str,
        subject: &str,
    ) -> io::Result<()> {
        let Self { number, name, ndc, rxcui, quantity, days, luck, .. } = self;
        let is_contained = luck / 20 % 8 == 0;
        let mut concept = format!(
            r#"{{"coding":[{{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"{rxcui}","display":"{name}"}}"#
        );
        if !ndc.is_empty() {
            concept.push_str(&format!(
                r#",{{"system":"http://hl7.org/fhir/sid/ndc","code":"{ndc}"}}"#
            ));
        }
        concept.push_str(&format!(r#"],"text":"{name}"}}"#));
        let status = if kind == "MedicationRequest" { "active" } else { "completed" };
        if is_contained {
            write!(
                out,
                r##""contained":[{{"resourceType":"Medication","id":"m1","code":{concept}}}],"status":"{status}","medicationReference":{{"reference":"#m1"}},{subject},"##
            )?;
        } else {
            write!(out, r#""status":"{status}","medicationCodeableConcept":{concept},{subject},"#)?;
        }
        let dosage = r#"[{"sequence":1,"text":"Take one by mouth twice daily with food","timing":{"repeat":{"frequency":2,"period":1,"periodUnit":"d"}},"route":{"coding":[{"system":"http://snomed.info/sct","code":"26643006","display":"Oral route"}]},"doseAndRate":[{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/dose-rate-type","code":"ordered"}]},"doseQuantity":{"value":1,"unit":"tablet"}}]}]"#.to_owned();
        let performer = format!(
            r#"{{"reference":"Practitioner/N{}","display":"Omar Orderer, MD"}}"#,
            luck % 99_999
        );
        let supply = format!(
            r#""quantity":{{"value":{quantity},"unit":"TAB","system":"http://terminology.hl7.org/CodeSystem/v3-orderableDrugForm","code":"TAB"}}"#
        );
        let length = format!(
            r#"{{"value":{days},"unit":"days","system":"http://unitsofmeasure.org","code":"d"}}"#
        );
        match kind {
            "MedicationRequest" => write!(
                out,
                r#""intent":"order","category":[{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/medicationrequest-category","code":"outpatient"}}]}}],"authoredOn":"{day}T10:00:00+00:00","requester":{performer},"dosageInstruction":{dosage},"dispenseRequest":{{"validityPeriod":{{"start":"{day}"}},"numberOfRepeatsAllowed":{},{supply},"expectedSupplyDuration":{length}}}}}"#,
                luck % 4
            ),
            "MedicationDispense" => write!(
                out,
                r#""performer":[{{"actor":{performer}}},{{"actor":{{"reference":"Organization/PH{:05}"}}}}],"authorizingPrescription":[{{"reference":"MedicationRequest/RX{number:09}"}}],{supply},"daysSupply":{length},"whenPrepared":"{day}T11:00:00+00:00","whenHandedOver":"{day}T17:30:00+00:00","dosageInstruction":{dosage},"substitution":{{"wasSubstituted":false}}}}"#,
                luck % 5000
            ),
            _ => write!(
                out,
                r#""effectiveDateTime":"{day}T08:15:00+00:00","performer":[{{"actor":{performer}}}],"request":{{"reference":"MedicationRequest/RX{number:09}"}},"dosage":{{"text":"1 tablet by mouth","route":{{"coding":[{{"system":"http://snomed.info/sct","code":"26643006"}}]}},"dose":{{"value":1,"unit":"tablet"}}}}}}"#
            ),
        }
    }
}
