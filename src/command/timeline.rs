//! `rxlint timeline`: all of one patient's exposures, drawn.

use std::io::{IsTerminal, Write};

use super::judging;
use super::opening;
use super::settings::{self, Given};
use super::{Failure, finish, style};
use crate::cli::{Color, TimelineArgs};
use crate::exit::Exit;
use crate::run::timeline::{self, PatientDays};
use crate::tell::tell;
use rxlint_model::day::Day;
use rxlint_model::purpose::Purpose;
use rxlint_report::Style;
use rxlint_report::redaction::{DateDisplay, Privacy, ShownDay, safe};
use rxlint_report::timeline::{Bar, Chart, Lane, Mark};

/// Runs the command.
///
/// # Errors
/// A configuration or input that cannot be used, a patient who is not in it, or a failed write.
pub fn run(args: &TimelineArgs, color: Color) -> Result<Exit, Failure> {
    let (mut config, _) = settings::config(&args.reading, &args.judging, &args.book)?;
    let mut given = Given::default();
    given.set(&mut config.phi, args.privacy.phi, "phi");
    given.set(&mut config.dates, args.privacy.dates, "dates");
    let engine = judging::engine(&args.book, &config, Purpose::Prescriptions)?;
    let opened = opening::open(&args.paths, &[], &config, &args.reading)?;
    let as_of = args.judging.selection.as_of;
    let patients = timeline::of(&engine, &opened.inputs, as_of, args.patient.trim())?;
    if patients.is_empty() {
        return Err(Failure::new(
            "no record about a watched drug has this patient's identifier",
            "write it as the export does (`rxlint check --dry-run FILE` shows which column holds it); what is rejected or inactive is not drawn",
        ));
    }
    for error in &opened.unread {
        tell(format_args!("Not read: {}\n", safe(&error.to_string())));
    }
    let is_masked = config.phi == Some(Privacy::Mask);
    let is_relative = config.dates == Some(DateDisplay::Relative);
    let mut out = std::io::stdout().lock();
    let style = style(color, out.is_terminal());
    let style = Style { unicode: style.unicode && !args.ascii, ..style };
    let charts: Vec<Chart> = (1..)
        .zip(&patients)
        .map(|(number, days)| {
            let name = match is_masked {
                true => format!("patient-{number:04}"),
                false => safe(args.patient.trim()).into_owned(),
            };
            chart(name, days, is_relative)
        })
        .collect();
    let text: String = match args.format.as_str() {
        "svg" => charts.iter().map(Chart::svg).collect(),
        "html" => rxlint_report::timeline::html(&charts),
        _ => charts.iter().map(|chart| chart.text(&style)).collect::<Vec<_>>().join("\n"),
    };
    finish(out.write_all(text.as_bytes()))?;
    Ok(if opened.unread.is_empty() { Exit::Clean } else { Exit::Incomplete })
}

/// The picture of one patient's days.
fn chart(patient: String, days: &PatientDays, is_relative: bool) -> Chart {
    let first = days.exposures.iter().map(|exposure| exposure.first).min();
    let zero = first.filter(|_| is_relative);
    let shown = |day: Day| ShownDay::new(day, zero);
    let mut lanes: Vec<Lane> = Vec::new();
    for exposure in &days.exposures {
        let bar = Bar {
            first: shown(exposure.first),
            last: shown(exposure.last),
            assumed: exposure.assumed,
        };
        let same =
            lanes.iter_mut().find(|lane| lane.drug == exposure.drug && lane.role == exposure.role);
        match same {
            Some(lane) => lane.bars.push(bar),
            None => lanes.push(Lane {
                drug: safe(&exposure.drug).into_owned(),
                role: exposure.role.to_owned(),
                side: exposure.side,
                bars: vec![bar],
            }),
        }
    }
    let marks = days.findings.iter().map(|finding| Mark {
        severity: finding.severity,
        rule: finding.rule.id.clone(),
        message: Chart::sentence(&finding.message, zero),
        days: finding
            .days
            .filter(|days| days.last >= days.first)
            .map(|days| (shown(days.first), shown(days.last)))
            .or_else(|| {
                let (first, last) = finding.places.first()?.days?;
                Some((shown(first), shown(last.max(first))))
            }),
        clean_from: finding.clean_from.map(shown),
    });
    Chart { patient, lanes, marks: marks.collect(), today: shown(days.as_of) }
}
