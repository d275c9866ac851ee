//! Questions about a run's findings: which are shown, and how they are counted.

use clap::Args;

use super::{chosen, day};
use crate::filter::Filter;
use rxlint_model::day::Day;
use rxlint_model::summary::GroupBy;

/// Which findings are shown; every patient is judged all the same.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Which findings are shown")]
pub struct FilterArgs {
    /// Show only findings of this patient, by the identifier in the export; can be repeated
    #[arg(long, value_name = "ID")]
    pub patient: Vec<String>,
    /// Show only findings with a prescription of this prescriber, as the export writes it; * stands for any characters
    #[arg(long, value_name = "NAME")]
    pub prescriber: Vec<String>,
    /// Show only findings with a prescription of this pharmacy or site
    #[arg(long, value_name = "NAME")]
    pub site: Vec<String>,
    /// Show only findings about this drug, by ingredient or brand
    #[arg(long, value_name = "NAME")]
    pub drug: Vec<String>,
    /// Show only findings whose days are not over before this one
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub from: Option<Day>,
    /// Show only findings whose days begin by this one
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub to: Option<Day>,
    /// Show only findings of the last days or weeks before --as-of: 90d, 12w
    #[arg(long, value_name = "90d", value_parser = last, conflicts_with_all = ["from", "to"])]
    pub last: Option<u32>,
    /// Count the findings of each prescriber, site, rule or month, with the rate per 1,000 patients with a watched drug
    #[arg(long, value_name = "prescriber|site|rule|month", value_parser = group_by)]
    pub group_by: Option<GroupBy>,
}

impl FilterArgs {
    /// The filter.
    pub fn filter(&self) -> Filter {
        Filter {
            patient: self.patient.clone(),
            prescriber: self.prescriber.clone(),
            site: self.site.clone(),
            drug: self.drug.clone(),
            from: self.from,
            to: self.to,
            last: self.last,
        }
    }
}

fn group_by(text: &str) -> Result<GroupBy, String> {
    chosen(&GroupBy::ALL, text).map_err(|choices| match text.to_ascii_lowercase().as_str() {
        "drug" | "ingredient" | "medication" => {
            format!("{choices}; --drug NAME shows and counts the findings of one drug")
        }
        "patient" | "person" | "mrn" => format!(
            "{choices}; every report names each finding's patient, and --patient ID shows those of one"
        ),
        _ => choices,
    })
}

fn last(text: &str) -> Result<u32, String> {
    let wrong = || "give a number of days or weeks, such as 90d or 12w".to_owned();
    let (number, days) = match text.strip_suffix(['d', 'w', 'D', 'W']) {
        Some(number) if text.ends_with(['w', 'W']) => (number, 7),
        Some(number) => (number, 1),
        None => (text, 1),
    };
    let number: u32 = number.trim().parse().map_err(|_| wrong())?;
    number.checked_mul(days).filter(|&days| days > 0 && days < 100_000).ok_or_else(wrong)
}
