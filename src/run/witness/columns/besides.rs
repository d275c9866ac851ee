//! Columns about something besides the fill or the dose of their row: whoever declined an interpreter was given the medicine.

use std::sync::LazyLock;

use rxlint_model::record::Field;

use super::Table;

/// The phrases, each without its spaces: headers write `My Chart`, `MyChart` and `mychart`.
static PHRASES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let lines = include_str!("besides.txt").lines().filter(|line| !line.starts_with('#'));
    let of_line = |line: &'static str| line.split_once("  ").map(|(_, phrases)| phrases.split(','));
    lines.filter_map(of_line).flatten().map(|phrase| phrase.replace(' ', "")).collect()
});

/// Whether a header says that its column is about such a thing.
fn is_beside(header: &str) -> bool {
    const MOST_WORDS: usize = 3;
    let words = rxlint_input::layout::words(header);
    (1..=MOST_WORDS)
        .flat_map(|count| words.windows(count).map(<[String]>::concat))
        .any(|some| PHRASES.contains(&some))
}

/// Whether a header speaks of a visit.
fn is_of_visit(header: &str) -> bool {
    const VISITS: [&str; 5] = ["visit", "appointment", "appointments", "appt", "encounter"];
    rxlint_input::layout::words(header).iter().any(|word| VISITS.contains(&word.as_str()))
}

impl Table<'_> {
    /// Whether the statuses in a column are those of something besides the medicine. It may be given at a visit, but what a pharmacy
    /// hands over is fetched whether or not a visit was missed.
    pub(super) fn is_beside(&self, header: &str) -> bool {
        let is_fetched = self.serves(Field::Dispensed) && !self.serves(Field::Administered);
        is_beside(header) || is_fetched && is_of_visit(header)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_beside_the_fill_is_told_from_its_own_status() {
        for header in
            ["Flu Vaccine", "MyChart Status", "Rx Sync", "Code Status", "PA Required", "UDS Status"]
        {
            assert!(is_beside(header), "{header}");
        }
        for header in [
            "Status",
            "Rx Status",
            "Vaccine",
            "Refill Status",
            "Label Status",
            "Verification Status",
        ] {
            assert!(!is_beside(header), "{header}");
        }
    }
}
