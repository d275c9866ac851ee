//! Generates HL7 v2 messages and FHIR resources for measurements: the same bytes for the same arguments, everywhere.
//!
//! `cargo run --release --example make_messages -- --records 400000 --format hl7 --out big.hl7` with optional `--seed 1`, `--watched 50` (records per
//! thousand that are about watched drugs), `--patients 10` (records per patient on average), `--size small|large`, `--format hl7|ndjson|bundle`.
//!
//! Names are drawn from `rules/drugs/names-at-large.txt` by Zipf's law (some 5,000 distinct products). HL7 messages contain what real systems send
//! with the order: visits, allergies, notes, timings, results, custom segments. FHIR resources contain what servers add: meta, a narrative,
//! identifiers, contained resources, performers; every tenth is an observation or a condition.

#![allow(
    clippy::print_stderr,
    reason = "a program of its own, which tells what is wrong with its arguments"
)]

mod fhir;
mod hl7;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

const NAMES: &str = include_str!("../../rules/drugs/names-at-large.txt");

/// Watched products: name, NDC, RxCUI, units per day.
const WATCHED: [(&str, &str, &str, u32); 8] = [
    ("Oxycodone HCl 5 MG Oral Tablet", "00406055201", "1049621", 3),
    ("Hydrocodone-Acetaminophen 5-325 MG Oral Tablet", "", "857002", 4),
    ("Morphine Sulfate 15 MG Oral Tablet", "", "892582", 2),
    ("Naltrexone HCl 50 MG Oral Tablet", "00406117003", "1483744", 1),
    ("Tramadol HCl 50 MG Oral Tablet", "00045065910", "835603", 3),
    ("Buprenorphine-Naloxone 8-2 MG SL Film", "", "1010603", 1),
    ("Methadone HCl 10 MG Oral Tablet", "", "864706", 2),
    ("Warfarin Sodium 5 MG Oral Tablet", "", "855332", 1),
];

const STRENGTHS: [&str; 8] =
    ["5 MG", "10 MG", "20 MG", "25 MG", "50 MG", "100 MG", "250 MG", "500 MG"];
const FORMS: [&str; 4] =
    ["Oral Tablet", "Oral Capsule", "Extended Release Oral Tablet", "Injectable Solution"];

struct Options {
    records: u64,
    seed: u64,
    watched: u64,
    per_patient: u64,
    is_large: bool,
    format: String,
    out: Option<String>,
}

/// The contents of a record in any format.
struct Dose {
    number: u64,
    patient: u64,
    month: u64,
    day: u64,
    name: String,
    ndc: String,
    rxcui: String,
    quantity: u32,
    days: u32,
    /// A random number that chooses the additional content.
    luck: u64,
    is_large: bool,
}

fn main() -> ExitCode {
    match options().and_then(|options| write(&options).map_err(|error| error.to_string())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            let _ = writeln!(io::stderr(), "make_messages: {what}");
            ExitCode::from(2)
        }
    }
}

fn options() -> Result<Options, String> {
    let mut options = Options {
        records: 100_000,
        seed: 1,
        watched: 50,
        per_patient: 10,
        is_large: false,
        format: "hl7".to_owned(),
        out: None,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{name} has no value"))?;
        let number = || value.parse::<u64>().map_err(|_| format!("{name} {value}: not a number"));
        match (name.as_str(), value.as_str()) {
            ("--records", _) => options.records = number()?,
            ("--seed", _) => options.seed = number()?,
            ("--watched", _) => options.watched = number()?,
            ("--patients", _) => options.per_patient = number()?.max(1),
            ("--size", "small" | "large") => options.is_large = value == "large",
            ("--format", "hl7" | "ndjson" | "bundle") => options.format = value,
            ("--out", _) => options.out = Some(value),
            _ => return Err(format!("{name} {value} is no option")),
        }
    }
    Ok(options)
}

/// SplitMix64: small, good enough, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }
}

/// Products that no rule watches, most frequent first, and their cumulative frequencies.
struct Products {
    names: Vec<&'static str>,
    up_to: Vec<u64>,
}

impl Products {
    fn new() -> Self {
        let all: Vec<&str> = NAMES.lines().filter_map(|line| line.strip_prefix('*')).collect();
        // Some thousand, from the whole alphabet.
        let step = (all.len() / 5000).max(1);
        let names: Vec<&str> = all.into_iter().step_by(step).collect();
        let mut sum = 0;
        let up_to = (1..=names.len() as u64)
            .map(|rank| {
                sum += 1_000_000_000 / rank;
                sum
            })
            .collect();
        Self { names, up_to }
    }

    /// A product by its rank, drawn by Zipf's law. Ranks are spread over the alphabet.
    fn draw(&self, dice: &mut Dice) -> (String, u64) {
        let at = dice.below(self.up_to.last().copied().unwrap_or(1));
        let rank = self.up_to.partition_point(|&up_to| up_to <= at) as u64;
        let name = self.names[(rank * 7919 % self.names.len() as u64) as usize];
        let mut letters = name.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        let name: String = first.into_iter().chain(letters).collect();
        let (strength, form) = (STRENGTHS[(rank % 8) as usize], FORMS[(rank / 8 % 4) as usize]);
        (format!("{name} {strength} {form}"), rank)
    }
}

fn write(options: &Options) -> io::Result<()> {
    let out: Box<dyn Write> = match &options.out {
        Some(path) => Box::new(File::create(path)?),
        None => Box::new(io::stdout().lock()),
    };
    let mut out = BufWriter::with_capacity(1 << 20, out);
    let (mut dice, products) = (Dice(options.seed), Products::new());
    let patients = options.records / options.per_patient + 1;
    if options.format == "bundle" {
        write!(out, "{{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[")?;
    }
    for number in 0..options.records {
        let patient = dice.below(patients);
        let days = [7, 14, 30, 30, 90][dice.below(5) as usize];
        let (name, ndc, rxcui, a_day) = if dice.below(1000) < options.watched {
            let (name, ndc, rxcui, a_day) = WATCHED[dice.below(8) as usize];
            (name.to_owned(), ndc.to_owned(), rxcui.to_owned(), a_day)
        } else {
            let (name, rank) = products.draw(&mut dice);
            (
                name,
                format!("{:011}", 50_000_000_000 + rank * 7919),
                (9_000_000 + rank).to_string(),
                1,
            )
        };
        let day = dice.below(360);
        let dose = Dose {
            number,
            patient,
            month: day / 30 + 1,
            day: day % 28 + 1,
            name,
            ndc,
            rxcui,
            quantity: days * a_day,
            days,
            luck: dice.next(),
            is_large: options.is_large,
        };
        match options.format.as_str() {
            "hl7" => dose.hl7(&mut out)?,
            "ndjson" => {
                dose.fhir(&mut out)?;
                out.write_all(b"\n")?;
            }
            _ => {
                let comma = if number == 0 { "" } else { "," };
                write!(
                    out,
                    "{comma}\n{{\"fullUrl\":\"https://fhir.example.org/r4/{}\",\"resource\":",
                    dose.reference()
                )?;
                dose.fhir(&mut out)?;
                out.write_all(b"}")?;
            }
        }
    }
    if options.format == "bundle" {
        out.write_all(b"\n]}\n")?;
    }
    out.flush()
}
