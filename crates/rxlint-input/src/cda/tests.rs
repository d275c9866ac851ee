//! Documents read into records.

use rxlint_model::place::RowKey;
use rxlint_model::reason::Reason;
use rxlint_model::record::{Field, Record, Said, Statement};
use rxlint_model::sink::RecordSink;

use super::*;
use crate::{Input, InputOptions};

#[derive(Default)]
struct Keep {
    records: Vec<String>,
    places: Vec<Place>,
    rejected: Vec<String>,
    said: Vec<String>,
}

impl RecordSink for Keep {
    fn record(&mut self, record: &Record<'_>) {
        let told =
            [Field::Authority, Field::BirthDate, Field::Version, Field::Claim, Field::Patient];
        let cells: Vec<String> = Field::ALL
            .into_iter()
            .filter(|field| !record.text(*field).is_empty() && !told.contains(field))
            .map(|field| format!("{}={}", field.name(), record.string(field)))
            .collect();
        let kind = if record.statement == Statement::Course { "course" } else { "fill" };
        self.records.push(format!("{kind} {}", cells.join(" ")));
        self.places.push(record.key.place());
    }
    fn reject(&mut self, _: impl Into<RowKey>, reason: Reason) {
        self.rejected.push(reason.to_string());
    }
    fn person(&mut self, said: &Said<'_>) {
        self.said.push(format!("{} {:?}", said.patient, said.what));
    }
    fn shift(&mut self, _: RowKey) {}
}

const HEAD: &str = "<?xml version=\"1.0\"?>\n<?xml-stylesheet href=\"CDA.xsl\"?>\n<ClinicalDocument xmlns=\"urn:hl7-org:v3\" xmlns:sdtc=\"urn:hl7-org:sdtc\">\n<effectiveTime value=\"20260315120000-0500\"/>\n<recordTarget><patientRole><id root=\"2.16.840.1.113883.4.1\" extension=\"111-22-3333\"/><id root=\"1.2.3\" extension=\"MRN1\"/><patient><name><given>Eve</given><family>Doe</family></name><birthTime value=\"19750501\"/></patient></patientRole></recordTarget>\n<component><structuredBody>\n";
const TAIL: &str = "</structuredBody></component></ClinicalDocument>\n";

fn section(code: &str, text: &str, entries: &str) -> String {
    format!(
        "<component><section><code code=\"{code}\"/><text>{text}</text>\n{entries}\n</section></component>\n"
    )
}

fn administration(attributes: &str, inner: &str) -> String {
    format!(
        "<entry><substanceAdministration classCode=\"SBADM\" {attributes}>{inner}</substanceAdministration></entry>"
    )
}

fn drug(name: &str) -> String {
    format!(
        "<consumable><manufacturedProduct><manufacturedMaterial><code code=\"7\" codeSystem=\"2.16.840.1.113883.6.88\" displayName=\"{name}\"/></manufacturedMaterial></manufacturedProduct></consumable>"
    )
}

const SINCE: &str =
    "<effectiveTime><low value=\"20260101\"/><high nullFlavor=\"UNK\"/></effectiveTime>";

fn read(text: &str) -> Result<Keep, InputError> {
    let input = Input::memory(0, "a.xml", text.into(), &InputOptions::default())?;
    let blocks = input.read(&Keep::default)?;
    Ok(blocks.into_iter().next().unwrap_or_default())
}

fn medications(entries: &str) -> Keep {
    let text = format!("{HEAD}{}{TAIL}", section("10160-0", "", entries));
    read(&text).unwrap()
}

#[test]
fn a_medication_with_everything() {
    let entry = administration(
        "moodCode=\"INT\"",
        &format!(
            "<templateId root=\"2.16.840.1.113883.10.20.22.4.16\" extension=\"2014-06-09\"/><id root=\"9\"/>\
             <statusCode code=\"active\"/><effectiveTime><low value=\"20260101\"/><high value=\"202602\"/></effectiveTime>\
             <effectiveTime operator=\"A\"><period value=\"12\" unit=\"h\"/></effectiveTime>\
             <routeCode code=\"C38288\" displayName=\"ORAL\"/><doseQuantity value=\"2\" unit=\"{{tablet}}\"/>{}\
             <author><time value=\"20251231\"/><assignedAuthor><id root=\"2.16.840.1.113883.4.6\" extension=\"1234567893\"/></assignedAuthor></author>\
             <entryRelationship typeCode=\"RSON\"><observation><value code=\"G89.4\" codeSystem=\"2.16.840.1.113883.6.90\"/></observation></entryRelationship>\
             <entryRelationship typeCode=\"REFR\"><supply moodCode=\"INT\"><quantity value=\"60\"/></supply></entryRelationship>\
             <precondition typeCode=\"PRCN\"/>",
            drug("Something 5 MG Oral Tablet")
        ),
    );
    assert_eq!(
        medications(&entry).records,
        [
            "course drug=Something 5 MG Oral Tablet rxcui=7 dose=2 dose_unit=tablet route=ORAL quantity=60 \
          frequency=2 times a day as needed start=20260101 written=20251231 stop=2026-02-28 status=active \
          prescriber=1234567893 diagnosis=G89.4"
        ]
    );
}

#[test]
fn statuses_moods_and_negation() {
    let current = "<templateId root=\"2.16.840.1.113883.10.20.22.4.16\" extension=\"2014-06-09\"/>";
    let older = "<templateId root=\"2.16.840.1.113883.10.20.22.4.16\"/>";
    for (attributes, inner, expected) in [
        ("moodCode=\"EVN\"", format!("{current}<statusCode code=\"completed\"/>"), "completed"),
        // Older guides require every entry to say that it is complete.
        ("moodCode=\"EVN\"", format!("{older}<statusCode code=\"completed\"/>"), ""),
        (
            "moodCode=\"EVN\"",
            format!(
                "{older}<statusCode code=\"completed\"/><entryRelationship><observation><code code=\"33999-4\"/><value code=\"421139008\"/></observation></entryRelationship>"
            ),
            "on hold",
        ),
        ("moodCode=\"INT\"", "<statusCode code=\"suspended\"/>".to_owned(), "on hold"),
        ("moodCode=\"EVN\"", "<statusCode code=\"aborted\"/>".to_owned(), "stopped"),
        ("moodCode=\"EVN\"", "<statusCode code=\"cancelled\"/>".to_owned(), "cancelled"),
        ("moodCode=\"EVN\"", "<statusCode code=\"nullified\"/>".to_owned(), "entered in error"),
        ("moodCode=\"PRP\"", "<statusCode code=\"active\"/>".to_owned(), "proposal"),
        (
            "moodCode=\"EVN\" negationInd=\"true\"",
            "<statusCode code=\"completed\"/>".to_owned(),
            "not taken",
        ),
    ] {
        let read = medications(&administration(
            attributes,
            &format!("{inner}{SINCE}{}", drug("Something")),
        ));
        let status = read.records[0].split_once("status=").map_or("", |(_, status)| status);
        assert_eq!(status, expected, "{attributes} {inner}");
    }
    let planned = section(
        "18776-5",
        "",
        &administration("moodCode=\"INT\"", &format!("{SINCE}{}", drug("Something"))),
    );
    assert!(read(&format!("{HEAD}{planned}{TAIL}")).unwrap().records[0].contains("status=planned"));
}

#[test]
fn times_tell_courses_from_single_doses() {
    for (attributes, code, times, expected) in [
        (
            "moodCode=\"EVN\"",
            "10160-0",
            "<effectiveTime value=\"20260301\"/>",
            "fill drug=Something rxcui=7 administered=20260301",
        ),
        (
            "moodCode=\"INT\"",
            "10160-0",
            "<effectiveTime value=\"20260301\"/>",
            "course drug=Something rxcui=7 start=20260301",
        ),
        (
            "moodCode=\"EVN\"",
            "29549-3",
            "<effectiveTime><low value=\"20260301\"/><high value=\"20260301\"/></effectiveTime>",
            "fill drug=Something rxcui=7 administered=20260301 stop=20260301",
        ),
        // What is listed without a date is taken when the list is made.
        (
            "moodCode=\"EVN\"",
            "10160-0",
            "<effectiveTime nullFlavor=\"UNK\"/>",
            "course drug=Something rxcui=7 written=20260315",
        ),
        (
            "moodCode=\"INT\"",
            "10160-0",
            "<effectiveTime><low value=\"20260301\"/><width value=\"10\" unit=\"d\"/></effectiveTime>",
            "course drug=Something rxcui=7 days_supply=10 days_unit=days start=20260301",
        ),
    ] {
        let entry = administration(attributes, &format!("{times}{}", drug("Something")));
        let text = format!("{HEAD}{}{TAIL}", section(code, "", &entry));
        assert_eq!(read(&text).unwrap().records, [expected], "{times}");
    }
}

#[test]
fn the_drug_is_named_by_codes_translations_and_the_narrative() {
    let material = |inner: &str| {
        administration(
            "moodCode=\"EVN\"",
            &format!(
                "{SINCE}<consumable><manufacturedProduct><manufacturedMaterial>{inner}</manufacturedMaterial></manufacturedProduct></consumable>"
            ),
        )
    };
    let narrative = "<table><tbody><tr ID=\"row\"><td ID=\"name\">Some Brand 5 mg</td><td>daily</td></tr></tbody></table>";
    for (inner, expected) in [
        (
            "<code nullFlavor=\"UNK\"><originalText><reference value=\"#name\"/></originalText></code>",
            "drug=Some Brand 5 mg",
        ),
        (
            "<code nullFlavor=\"UNK\"><originalText><reference value=\"#row\"/></originalText></code>",
            "drug=Some Brand 5 mg daily",
        ),
        (
            // A code of another vocabulary is not a code of a known one.
            "<code code=\"387\" codeSystem=\"2.16.840.1.113883.6.96\"><translation code=\"00406-0552-01\" codeSystem=\"2.16.840.1.113883.6.69\"/></code>",
            "ndc=00406-0552-01",
        ),
        (
            "<code code=\"1\" codeSystem=\"2.16.840.1.113883.6.88\" displayName=\"Generic\"><translation code=\"2\" codeSystem=\"2.16.840.1.113883.6.88\" displayName=\"Brand\"/></code><name>Third</name>",
            "drug=Generic generic=Brand brand=Third rxcui=1 code=2 code_system=rxnorm",
        ),
        // IHE and epSOS documents name the ingredients.
        (
            "<x:ingredient xmlns:x=\"urn:epsos\"><x:ingredient><x:code code=\"N07BB04\" codeSystem=\"2.16.840.1.113883.6.73\" displayName=\"some substance\"/></x:ingredient></x:ingredient>",
            "drug=some substance atc=N07BB04",
        ),
    ] {
        let text = format!("{HEAD}{}{TAIL}", section("10160-0", narrative, &material(inner)));
        let read = read(&text).unwrap();
        assert_eq!(read.records, [format!("course {expected} start=20260101")], "{inner}");
    }
}

#[test]
fn what_was_handed_out_carries_out_its_order() {
    let entry = administration(
        "moodCode=\"INT\"",
        &format!(
            "<id root=\"5\" extension=\"a\"/>{SINCE}{}<entryRelationship><supply moodCode=\"EVN\"><effectiveTime value=\"20260110\"/>\
             <quantity value=\"30\"/><sdtc:expectedUseTime><width value=\"30\" unit=\"d\"/></sdtc:expectedUseTime></supply></entryRelationship>",
            drug("Something")
        ),
    );
    let read = medications(&entry);
    assert!(read.records[0].contains("prescription=5 a adjustment=order"), "{:?}", read.records);
    assert_eq!(
        read.records[1],
        "fill drug=Something rxcui=7 quantity=30 days_supply=30 days_unit=days fill_date=20260110 prescription=5 a"
    );
}

#[test]
fn allergies_and_vaccinations_are_no_medicines_and_problems_are_facts() {
    let allergy = "<entry><observation><participant><participantRole><playingEntity><code displayName=\"Codeine\"/></playingEntity></participantRole></participant></observation></entry>";
    let problem = "<entry><act><entryRelationship><observation><effectiveTime><low value=\"2025\"/></effectiveTime><value code=\"72892002\" codeSystem=\"2.16.840.1.113883.6.96\"/></observation></entryRelationship></act></entry>";
    let vaccination = administration(
        "moodCode=\"EVN\"",
        &format!(
            "<templateId root=\"2.16.840.1.113883.10.20.22.4.52\"/><effectiveTime value=\"20260101\"/>{}",
            drug("Vaccine")
        ),
    );
    let none = format!(
        "{HEAD}{}{}{}{TAIL}",
        section("48765-2", "Codeine", allergy),
        section("11369-6", "", &vaccination),
        section("10160-0", "No known medications", "")
    );
    assert!(read(&none).unwrap().records.is_empty(), "the patient takes none");
    let other = none.replace("10160-0", "11450-4");
    assert!(read(&other).err().unwrap().to_string().contains("without an entry about a medicine"));
    let taken = administration("moodCode=\"EVN\"", &format!("{SINCE}{}", drug("Something")));
    let text = format!(
        "{HEAD}{}{}{TAIL}",
        section("11450-4", "", problem),
        section("10160-0", "", &taken)
    );
    let read = read(&text).unwrap();
    assert_eq!(
        read.said,
        ["MRN1 Condition { codes: \"72892002\", on: \"2025-01-01\", until: \"\", said: \"\" }"]
    );
    assert_eq!(read.records.len(), 1);
}

#[test]
fn a_section_of_text_alone_is_a_rejected_record() {
    let text = format!("{HEAD}{}{TAIL}", section("10160-0", "Something 5 mg twice daily", ""));
    assert!(read(&text).unwrap().rejected[0].contains("text for readers alone"));
}

#[test]
fn several_documents_one_of_them_broken_and_the_way_back() {
    let entry = administration("moodCode=\"EVN\"", &format!("{SINCE}{}", drug("Something")));
    let good = format!("{HEAD}{}{TAIL}", section("10160-0", "", &entry));
    let text = good.clone() + &good.replace("</section>", "") + &good;
    let read = read(&text).unwrap();
    assert_eq!((read.records.len(), read.rejected.len()), (2, 1));
    assert!(read.rejected[0].contains("broken"));
    let input = Input::memory(0, "a.xml", text.into(), &InputOptions::default()).unwrap();
    let shown = input.reread(read.places[1]).unwrap();
    assert!(
        shown.raw.starts_with(b"<substanceAdministration")
            && shown.raw.ends_with(b"</substanceAdministration>")
    );
    let span = shown.cell(Field::Drug).unwrap().span.clone().unwrap();
    assert_eq!(&shown.raw[span], b"Something");
}

#[test]
fn a_document_that_was_cut_anywhere_or_brings_entities_is_rejected() {
    let entry = administration("moodCode=\"EVN\"", &format!("{SINCE}{}", drug("Something")));
    let whole = format!("{HEAD}{}{TAIL}", section("10160-0", "", &entry));
    let tag = whole.find("<ClinicalDocument").unwrap() + 20;
    for at in (tag..whole.trim_end().len()).step_by(17) {
        let read = read(&whole[..at]).unwrap();
        assert!(read.records.is_empty() && !read.rejected.is_empty(), "cut at {at}");
    }
    let bomb = whole.replace("<recordTarget>", "<recordTarget>&lol;");
    assert!(read(&bomb).unwrap().rejected[0].contains("entity"));
    let deep = format!("{HEAD}{}{TAIL}", "<component>".repeat(5000));
    assert!(read(&deep).unwrap().rejected[0].contains("256 deep"));
}

#[test]
fn a_picture_for_a_body_is_named() {
    let body = "<component><nonXMLBody><text mediaType=\"application/pdf\">JVBE</text></nonXMLBody></component>";
    let text = HEAD.replace("<component><structuredBody>", body) + "</ClinicalDocument>";
    assert!(read(&text).err().unwrap().to_string().contains("whose body is another file"));
}
