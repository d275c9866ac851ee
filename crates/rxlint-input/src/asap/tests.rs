//! Reports read into records.

use rxlint_model::place::RowKey;
use rxlint_model::reason::Reason;
use rxlint_model::record::{Field, Record};
use rxlint_model::sink::RecordSink;

use super::*;
use crate::{Input, InputOptions};

/// A report as a pharmacy sends it: one patient twice with different identifiers, a compound, and a void.
const REPORT: &str = "TH*4.2B*77*01**20260301*1200*P**~~
IS*9075555555*SOME PHARMACY~
PHA*1234567893*1234567*BE1234563~
PAT*US*03*MRN1****DOE*JANE****1 ELM ST**TOWN*KY*40069**19700102*F*01~
DSP*00*100*20260131*2*20260201*1*01*00406055201*60*30*01************TAKE 1 TWICE DAILY*01*G89.4~
PRE*1987654321*BD1234563***GREEN*MARY~
PAT*******Doe*Jane**********19700102*F*01~
DSP*00*101*20260210*0*20260212*0*06*99999999999*60*30*01~
PRE*1987654321~
CDI*1*01*00406117003*15~
CDI*2*01*00395266101*45~
AIR*KY~
PAT*US*07*123456789****ROE*REX****1 ELM ST**TOWN*KY*40069**19600102*M*02***Bello~
DSP*02*102*20260131*2*20260201*1*01*00406055201*60*30*01~
TP*14~
TT*77*16~
";

#[derive(Default)]
struct Keep(Vec<String>, Vec<(Place, String)>);

impl RecordSink for Keep {
    fn record(&mut self, record: &Record<'_>) {
        let place = record.key.place();
        let cells: Vec<String> = Field::ALL
            .into_iter()
            .filter(|field| !record.text(*field).is_empty())
            .map(|field| format!("{}={}", field.name(), record.string(field)))
            .collect();
        self.0.push(format!("{}:{} {}", place.record, place.line, cells.join(" ")));
    }
    fn reject(&mut self, key: impl Into<RowKey>, reason: Reason) {
        let key: RowKey = key.into();
        self.1.push((key.place(), reason.to_string()));
    }
    fn shift(&mut self, _: RowKey) {}
}

fn read(text: &str) -> Result<Keep, InputError> {
    let input = Input::memory(0, "a.dat", text.into(), &InputOptions::default())?;
    let blocks = input.read(&Keep::default)?;
    Ok(blocks.into_iter().next().unwrap_or_default())
}

#[test]
fn a_report_is_read_patient_by_patient() {
    let Keep(records, rejected) = read(REPORT).unwrap();
    assert!(rejected.is_empty(), "{rejected:?}");
    assert_eq!(
        records,
        [
            "1:5 patient=MRN1 ndc=00406055201 quantity=60 days_supply=30 directions=TAKE 1 TWICE DAILY fill_date=20260201 \
             written=20260131 prescription=100 fill_number=1 adjustment=original prescriber=1987654321 \
             birth_date=19700102 diagnosis=G89.4",
            // The patient without a number is the one with that name and birth date; a compound is its ingredients.
            "2:10 patient=MRN1 ndc=00406117003 quantity=15 days_supply=30 fill_date=20260212 written=20260210 \
             prescription=101 fill_number=0 adjustment=original prescriber=1987654321 birth_date=19700102",
            "3:11 patient=MRN1 ndc=00395266101 quantity=45 days_supply=30 fill_date=20260212 written=20260210 \
             prescription=101 fill_number=0 adjustment=original prescriber=1987654321 birth_date=19700102",
            // An animal is not its owner, and a social security number is never shown.
            &format!(
                "4:14 patient={}/animal bello ndc=00406055201 quantity=60 days_supply=30 fill_date=20260201 \
                 written=20260131 prescription=102 fill_number=1 adjustment=reversal",
                drafts::name_and_birth("roe", "rex", "19600102").unwrap()
            ),
        ]
    );
}

#[test]
fn separators_and_line_ends_are_those_of_the_report() {
    let expected = read(REPORT).unwrap().0;
    let without_line = |records: &[String]| -> Vec<String> {
        records.iter().map(|line| line.split_once(' ').unwrap().1.to_owned()).collect()
    };
    for other in [
        REPORT.replace('\n', ""),
        REPORT.replace('\n', "\r\n"),
        REPORT.replace('~', "\\"),
        REPORT.replace('*', "|"),
        REPORT.replace("**~~", "**").replace('~', ""),
        // One segment lost its terminator; the line end is enough.
        REPORT.replace("GREEN*MARY~", "GREEN*MARY"),
    ] {
        let Keep(records, rejected) = read(&other).unwrap();
        assert!(rejected.is_empty(), "{rejected:?} in {other}");
        assert_eq!(without_line(&records), without_line(&expected), "{other}");
    }
}

#[test]
fn version_3_has_other_places() {
    let text = "TH*3.0**1*****20060101*1200*P**:*\\\nIS*1*A\\\nPHA*1\\\nPAT**07*77*123*****DOE*JANE\\\n\
        RX*01**500*****20260131******00406117003***30*30\\\nDSP*01**500*0*****20260201**01*00406117003**30*30\\\n\
        RX*03**501*****20260131*****01*00406055201***30*30\\\nTP*5\\\nTT*1*9\\\n";
    let Keep(records, rejected) = read(text).unwrap();
    assert!(rejected.is_empty(), "{rejected:?}");
    assert_eq!(records.len(), 2);
    assert!(
        records[0]
            .contains("patient=77 ndc=00406117003 quantity=30 days_supply=30 fill_date=20260201"),
        "{records:?}"
    );
    assert!(
        records[1].contains("written=20260131 prescription=501 adjustment=reversal"),
        "{records:?}"
    );
}

#[test]
fn a_report_that_was_cut_anywhere_says_so() {
    let whole = read(REPORT).unwrap().0.len();
    let last = REPORT.find("TT*").unwrap() + 2;
    for at in (1..REPORT.len()).step_by(13) {
        let Ok(Keep(records, rejected)) = read(&REPORT[..at]) else { continue };
        let is_all = records.len() == whole && at >= last;
        assert!(is_all || !rejected.is_empty(), "cut at {at}: {records:?}");
    }
}

#[test]
fn what_is_missing_or_foreign_is_a_rejected_record() {
    let reasons = |text: &str| -> Vec<String> {
        read(text).unwrap().1.into_iter().map(|(_, why)| why).collect()
    };
    assert!(reasons(&REPORT.replace("TT*77*16~", ""))[0].contains("no trailer (TT)"));
    assert!(reasons(&REPORT.replace("TT*77*16", "TT*77*90"))[0].contains("says 90 segments"));
    assert!(
        reasons(&REPORT.replace("TP*14", "QQQ*1"))[0]
            .contains("not a segment of the ASAP standard")
    );
}

#[test]
fn a_zero_report_is_no_export() {
    let zero = "TH*4.2*1*01**20260301*1200*P**~~\nIS*1*A~\nPHA*1~\nPAT*******REPORT*ZERO*~\nDSP*****20260201~\nPRE*~\nTP*5~\nTT*1*8~";
    assert!(read(zero).err().unwrap().to_string().contains("zero report"));
}

#[test]
fn the_way_back_shows_the_segment() {
    let text = REPORT.replace('\n', "");
    let input = Input::memory(0, "a.dat", text.clone().into(), &InputOptions::default()).unwrap();
    #[derive(Default)]
    struct Places(Vec<Place>);
    impl RecordSink for Places {
        fn record(&mut self, record: &Record<'_>) {
            self.0.push(record.key.place());
        }
        fn reject(&mut self, _: impl Into<RowKey>, _: Reason) {}
        fn shift(&mut self, _: RowKey) {}
    }
    let places = input.read(&Places::default).unwrap().remove(0).0;
    let shown = input.reread(places[1]).unwrap();
    assert_eq!(String::from_utf8_lossy(&shown.raw), "CDI*1*01*00406117003*15");
    assert_eq!(shown.column as usize, text.find("CDI*1").unwrap() + 1);
    let ndc = shown.cell(Field::Ndc).unwrap().span.clone().unwrap();
    assert_eq!(&shown.raw[ndc], b"00406117003");
}
