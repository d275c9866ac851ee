//! Generates pharmacy exports for measurements: the same bytes for the same arguments, everywhere.
//!
//! `cargo run --release --example make_export -- --rows 2000000 --out big.csv` with optional `--seed 1`, `--watched 40` (rows per thousand that are
//! about watched drugs), `--texts 80` (distinct names of other drugs), `--patients 10` (rows per patient on average; 0: one patient for all),
//! `--layout plain|quoted|semicolon|wide`, `--format csv|hl7|ndjson` (HL7 v2 dispense messages, FHIR MedicationDispense resources: the same rows in
//! other words).

#![allow(
    clippy::print_stderr,
    reason = "a program of its own, which tells what is wrong with its arguments"
)]

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

const WATCHED: [(&str, &str, u32); 8] = [
    ("Oxycodone HCl 5 MG Tablet", "00406055201", 3),
    ("Hydrocodone-APAP 5-325 MG Tablet", "", 4),
    ("Morphine Sulfate 15 MG Tablet", "", 2),
    ("Naltrexone HCl 50 MG Oral Tablet", "00406117003", 1),
    ("Tramadol HCl 50 MG Tablet", "00045065910", 3),
    ("Buprenorphine-Naloxone 8-2 MG SL Film", "", 1),
    ("Methadone HCl 10 MG Tablet", "", 2),
    ("Warfarin Sodium 5 MG Tablet", "", 1),
];

const OTHERS: [&str; 10] = [
    "Lisinopril 10 MG Oral Tablet",
    "Atorvastatin 20 MG Oral Tablet",
    "Metformin HCl 500 MG Oral Tablet",
    "Amlodipine 5 MG Oral Tablet",
    "Levothyroxine 50 MCG Tablet",
    "Omeprazole 20 MG DR Capsule",
    "Losartan 50 MG Tablet",
    "Gabapentin 300 MG Capsule",
    "Sertraline 50 MG Tablet",
    "Ibuprofen 600 MG Tablet",
];

const HEADER: [&str; 18] = [
    "claim_id",
    "plan_id",
    "patient_id",
    "birth_date",
    "sex",
    "zip",
    "pharmacy_id",
    "prescriber_npi",
    "rx_number",
    "fill_number",
    "fill_date",
    "ndc",
    "drug_name",
    "plan_type",
    "quantity",
    "days_supply",
    "status",
    "paid_amount",
];

struct Options {
    rows: u64,
    seed: u64,
    watched: u64,
    texts: u64,
    per_patient: u64,
    layout: String,
    format: String,
    out: Option<String>,
}

fn main() -> ExitCode {
    match options().and_then(|options| write(&options).map_err(|error| error.to_string())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            let _ = writeln!(io::stderr(), "make_export: {what}");
            ExitCode::from(2)
        }
    }
}

fn options() -> Result<Options, String> {
    let mut options = Options {
        rows: 100_000,
        seed: 1,
        watched: 40,
        texts: 80,
        per_patient: 10,
        layout: "plain".to_owned(),
        format: "csv".to_owned(),
        out: None,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{name} has no value"))?;
        let number = || value.parse::<u64>().map_err(|_| format!("{name} {value}: not a number"));
        match name.as_str() {
            "--rows" => options.rows = number()?,
            "--seed" => options.seed = number()?,
            "--watched" => options.watched = number()?,
            "--texts" => options.texts = number()?.max(1),
            "--patients" => options.per_patient = number()?,
            "--layout" => options.layout = value,
            "--format" if ["csv", "hl7", "ndjson"].contains(&value.as_str()) => {
                options.format = value
            }
            "--out" => options.out = Some(value),
            _ => return Err(format!("{name} is no option")),
        }
    }
    Ok(options)
}

/// SplitMix64: small, good enough, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit.max(1)
    }
}

fn write(options: &Options) -> io::Result<()> {
    let out: Box<dyn Write> = match &options.out {
        Some(path) => Box::new(File::create(path)?),
        None => Box::new(io::stdout().lock()),
    };
    let mut out = BufWriter::with_capacity(1 << 20, out);
    let (delimiter, quote, further) = match options.layout.as_str() {
        "quoted" => (",", "\"", 0),
        "semicolon" => (";", "", 0),
        "wide" => (",", "", 10_000 - HEADER.len()),
        _ => (",", "", 0),
    };
    let between = format!("{quote}{delimiter}{quote}");
    let surplus: String = (0..further).map(|n| format!("{between}x{n}")).collect();
    if options.format == "csv" {
        writeln!(out, "{quote}{}{surplus}{quote}", HEADER.join(&between))?;
    }
    let mut dice = Dice(options.seed);
    let patients = options.rows.checked_div(options.per_patient).map_or(1, |patients| patients + 1);
    for row in 0..options.rows {
        let patient = dice.below(patients);
        let days = [7, 14, 30, 30, 90][dice.below(5) as usize];
        let (name, ndc, a_day, text) = if dice.below(1000) < options.watched {
            let (name, ndc, a_day) = WATCHED[dice.below(WATCHED.len() as u64) as usize];
            (name, ndc.to_owned(), a_day, None)
        } else {
            let text = dice.below(options.texts);
            (
                OTHERS[(text % 10) as usize],
                format!("{:011}", 50_000_000_000 + text * 7919),
                1,
                Some(text),
            )
        };
        let day = dice.below(360);
        let fill = Fill {
            row,
            patient,
            day,
            ndc: &ndc,
            name: Name(name, text),
            quantity: days * a_day,
            days,
        };
        match options.format.as_str() {
            "hl7" => {
                fill.hl7(&mut out)?;
                continue;
            }
            "ndjson" => {
                fill.ndjson(&mut out)?;
                continue;
            }
            _ => {}
        }
        let cells: [&dyn std::fmt::Display; 18] = [
            &format_args!("C{row:010}"),
            &format_args!("PLAN{:03}", row % 50),
            &format_args!("P{patient:09}"),
            &format_args!("19{:02}-0{}-1{}", patient % 90 + 10, patient % 9 + 1, patient % 10),
            &["F", "M"][(patient % 2) as usize],
            &(10_000 + patient % 80_000),
            &format_args!("PH{:05}", row % 5000),
            &(1_000_000_000 + row % 99_999_999),
            &format_args!("RX{row:09}"),
            &(row % 5),
            &format_args!("2025-{:02}-{:02}", day / 30 + 1, day % 28 + 1),
            &ndc,
            &Name(name, text),
            &"x",
            &(days * a_day),
            &days,
            &"PAID",
            &format_args!("{}.{:02}", row % 1000, row % 100),
        ];
        write!(out, "{quote}{}", cells[0])?;
        for cell in &cells[1..] {
            write!(out, "{between}{cell}")?;
        }
        writeln!(out, "{surplus}{quote}")?;
    }
    out.flush()
}

/// A drug's name, with a number if names are to differ.
struct Name(&'static str, Option<u64>);

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.1 {
            Some(text) => write!(f, "{} L{text}", self.0),
            None => f.write_str(self.0),
        }
    }
}

/// A row, for the formats that are not tables.
struct Fill<'a> {
    row: u64,
    patient: u64,
    day: u64,
    ndc: &'a str,
    name: Name,
    quantity: u32,
    days: u32,
}

impl Fill<'_> {
    fn month_and_day(&self) -> (u64, u64) {
        (self.day / 30 + 1, self.day % 28 + 1)
    }

    /// A dispense message, with the segments that hospitals and pharmacies send.
    fn hl7(&self, out: &mut impl Write) -> io::Result<()> {
        let Self { row, patient, ndc, name, quantity, days, .. } = self;
        let (month, day) = self.month_and_day();
        let system = if ndc.is_empty() { "" } else { "NDC" };
        let npi = 1_000_000_000 + row % 99_999_999;
        let sex = ["F", "M"][(patient % 2) as usize];
        write!(
            out,
            "MSH|^~\\&|PHARM|PH{:05}|LINT|HOSP|2025{month:02}{day:02}173000||RDS^O13^RDS_O13|{row:010}|P|2.5.1\r",
            row % 5000
        )?;
        write!(
            out,
            "PID|1||P{patient:09}^^^HOSP^MR||Family^Given^M||19{:02}0{}1{}|{sex}|||1 Main Street^^Town^ST^{}\r",
            patient % 90 + 10,
            patient % 9 + 1,
            patient % 10,
            10_000 + patient % 80_000
        )?;
        write!(out, "PV1|1|O|PH^^^HOSP||||{npi}^Family^Given\r")?;
        write!(out, "ORC|RE|RX{row:09}^PH|C{row:010}^PH|||||||||{npi}^Family^Given\r")?;
        write!(
            out,
            "RXE||{ndc}^{name}^{system}|1||TAB^Tablet^HL70292|||||{quantity}|TAB|{}\r",
            row % 5
        )?;
        write!(out, "TQ1|1||QD|||{days}^D|||R\r")?;
        write!(out, "RXR|PO^Oral^HL70162\r")?;
        write!(
            out,
            "RXD|{}|{ndc}^{name}^{system}|2025{month:02}{day:02}173000|{quantity}|TAB||RX{row:09}|{}\r",
            row % 5 + 1,
            row % 5
        )
    }

    /// A MedicationDispense, with the elements that bulk exports have.
    fn ndjson(&self, out: &mut impl Write) -> io::Result<()> {
        let Self { row, patient, ndc, name, quantity, days, .. } = self;
        let (month, day) = self.month_and_day();
        write!(
            out,
            r#"{{"resourceType":"MedicationDispense","id":"d{row:010}","meta":{{"versionId":"1","lastUpdated":"2025-{month:02}-{day:02}T18:00:00.000Z"}},"#
        )?;
        write!(
            out,
            r#""identifier":[{{"system":"http://example.org/claims","value":"C{row:010}"}}],"status":"completed","medicationCodeableConcept":{{"#
        )?;
        if !ndc.is_empty() {
            write!(
                out,
                r#""coding":[{{"system":"http://hl7.org/fhir/sid/ndc","code":"{ndc}","display":"{name}"}}],"#
            )?;
        }
        write!(
            out,
            r#""text":"{name}"}},"subject":{{"reference":"Patient/P{patient:09}"}},"performer":[{{"actor":{{"reference":"Organization/PH{:05}"}}}}],"#,
            row % 5000
        )?;
        write!(
            out,
            r#""authorizingPrescription":[{{"reference":"MedicationRequest/RX{row:09}"}}],"quantity":{{"value":{quantity},"unit":"TAB"}},"#
        )?;
        write!(
            out,
            r#""daysSupply":{{"value":{days},"unit":"days","system":"http://unitsofmeasure.org","code":"d"}},"#
        )?;
        writeln!(
            out,
            r#""whenHandedOver":"2025-{month:02}-{day:02}T17:30:00+00:00","dosageInstruction":[{{"text":"Take as directed"}}]}}"#
        )
    }
}
