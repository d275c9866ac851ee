//! Generates prescription tables in other systems' layouts, for measurements: the same bytes for the same arguments.
//!
//! `cargo run --release --example make_tables -- --layout mimic --rows 2000000 --out big.csv` with optional `--seed 1`, `--watched 6` (rows per
//! hundred that are about watched drugs), `--names 5000` (distinct names of other drugs, each drawn by Zipf's law), `--patients 12` (rows per patient
//! on average), `--sorted yes` (by patient). `--layout list` prints the layouts. Names and codes come from `rules/`: no layout's texts were chosen to
//! be easy.

#![allow(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a program of its own, which tells what is wrong with its arguments"
)]

mod dice;
mod drugs;
mod layouts;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use dice::Dice;
use drugs::Drugs;
use layouts::{LAYOUTS, Layout, Row};

struct Options {
    layout: &'static Layout,
    rows: u64,
    seed: u64,
    watched: u64,
    names: usize,
    per_patient: u64,
    sorted: bool,
    out: Option<String>,
}

fn main() -> ExitCode {
    let made = options().and_then(|options| match options {
        Some(options) => write(&options).map_err(|error| error.to_string()),
        None => {
            LAYOUTS.iter().for_each(|layout| println!("{}", layout.name));
            Ok(())
        }
    });
    match made {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            eprintln!("make_tables: {what}");
            ExitCode::from(2)
        }
    }
}

fn options() -> Result<Option<Options>, String> {
    let mut options = Options {
        layout: &LAYOUTS[0],
        rows: 100_000,
        seed: 1,
        watched: 6,
        names: 5000,
        per_patient: 12,
        sorted: false,
        out: None,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{name} has no value"))?;
        let number = || value.parse::<u64>().map_err(|_| format!("{name} {value}: not a number"));
        match name.as_str() {
            "--layout" if value == "list" => return Ok(None),
            "--layout" => {
                let found = LAYOUTS.iter().find(|layout| layout.name == value);
                options.layout =
                    found.ok_or_else(|| format!("--layout {value}: none of that name"))?;
            }
            "--rows" => options.rows = number()?,
            "--seed" => options.seed = number()?,
            "--watched" => options.watched = number()?,
            "--names" => options.names = number()?.max(1) as usize,
            "--patients" => options.per_patient = number()?.max(1),
            "--sorted" => options.sorted = value == "yes",
            "--out" => options.out = Some(value),
            _ => return Err(format!("{name} is no option")),
        }
    }
    Ok(Some(options))
}

fn write(options: &Options) -> io::Result<()> {
    let out: Box<dyn Write> = match &options.out {
        Some(path) => Box::new(File::create(path)?),
        None => Box::new(io::stdout().lock()),
    };
    let mut out = BufWriter::with_capacity(1 << 20, out);
    out.write_all(options.layout.head.as_bytes())?;
    let mut dice = Dice::new(options.seed);
    let drugs = Drugs::new(options.names);
    let patients = options.rows / options.per_patient + 1;
    for number in 0..options.rows {
        let patient =
            if options.sorted { number / options.per_patient } else { dice.below(patients) };
        let drug = if dice.below(100) < options.watched {
            drugs.watched(&mut dice)
        } else {
            drugs.other(&mut dice)
        };
        let row = Row::new(number, patient, drug, &mut dice);
        (options.layout.write)(&row, &mut dice, &mut out)?;
    }
    out.flush()
}
