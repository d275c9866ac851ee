//! Random exports: dialect, order, duplicates, reversals and gaps, all from a seed.

/// A table and how it was written.
pub(crate) struct Export {
    pub(crate) bytes: Vec<u8>,
    pub(crate) delimiter: u8,
    pub(crate) patients: u64,
}

/// A generator that is good enough and gives the same numbers everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ mixed >> 31) % limit as u64) as usize
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.below(from.len())]
    }

    fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }
}

const DRUGS: [&str; 19] = [
    "Naltrexone HCl 50 MG Oral Tablet",
    "naltrexone 50mg tab",
    "Naltrexone HCl 50 MG Oral Tablet",
    "Vivitrol 380 MG Injection",
    "Contrave 8-90 MG ER Tablet",
    "Lybalvi 10-10 MG Tablet",
    "Oxycodone HCl 5 MG Tablet",
    "Oxycodone HCl 10 MG Tablet",
    "OxyContin 20 MG ER Tablet",
    "Hydrocodone-APAP 5-325 MG Tablet",
    "Morphine Sulfate 15 MG Tablet",
    "Tramadol HCl 50 MG Tablet",
    "Buprenorphine-Naloxone 8-2 MG SL Film",
    "Sublocade 300 MG Injection",
    "Methadone HCl 10 MG Tablet",
    "Lisinopril 10 MG Oral Tablet",
    "Metformin, 500 MG, \"extended\" Tablet",
    "Embeda 20-0.8 MG Capsule",
    "Nalbuphine 10 MG/ML Injection",
];

/// An export of this many patients.
pub(crate) fn export(seed: u64, patients: u64) -> Export {
    let mut dice = Dice(seed.wrapping_mul(0x5851_F42D_4C95_7F2D) ^ 0x1234);
    let mut rows: Vec<[String; 10]> = Vec::new();
    for patient in 0..patients {
        let count = 1 + dice.below(9);
        let drugs: Vec<&str> = (0..2 + dice.below(2)).map(|_| dice.pick(&DRUGS)).collect();
        let spread = [40, 120, 400][dice.below(3)];
        for n in 0..count {
            let day = rxlint_model::day::Day(20_000 + dice.below(spread) as i32);
            let days = dice.pick(&["30", "30", "30.0", "7", "14", "90", "1", "10", ""]);
            let drug = dice.pick(&drugs);
            // One injection per row; what other numbers mean for a depot is not part of this comparison.
            let quantity = dice.pick(if drug.contains("Injection") {
                &["1", ""]
            } else {
                &["30", "60", "90", ""]
            });
            let row = [
                format!("S{seed}P{patient}"),
                format!("C{seed}-{patient}-{n}"),
                drug.to_owned(),
                day.to_string(),
                days.to_owned(),
                quantity.to_owned(),
                dice.pick(&["PAID", "PAID", "PAID", "paid", "", "Cancelled"]).to_owned(),
                dice.pick(&["", "", "a note", "two\nlines", "one \"quoted\" word"]).to_owned(),
                day.to_string(),
                format!("R{seed}-{patient}-{n}"),
            ];
            if dice.one_in(10) {
                // The same fill twice, the second under its own number.
                let mut again = row.clone();
                again[1].push('b');
                rows.push(again);
            }
            // An attempt to bill it, under a number of its own, which shows only what became of that.
            if dice.one_in(8) {
                let mut attempt = row.clone();
                attempt[1].push('a');
                attempt[6] = "Reversed".to_owned();
                rows.push(attempt);
            }
            // The fate of the claim: reversed on the next day, and dated so; or reversed, perhaps twice, and billed again, on known or unknown days.
            if dice.one_in(10) {
                let mut reversal = row.clone();
                (reversal[6], reversal[8]) = ("Reversed".to_owned(), String::new());
                reversal[3] = day.plus(1).to_string();
                rows.push(reversal);
            } else if dice.one_in(6) {
                for _ in 0..1 + dice.below(4) {
                    let mut other = row.clone();
                    if dice.below(2) == 0 {
                        other[6] = "Reversed".to_owned();
                    }
                    let later = day.plus(dice.below(3) as i32).to_string();
                    other[8] = if dice.one_in(3) { String::new() } else { later };
                    rows.push(other);
                }
            }
            rows.push(row);
        }
    }
    for at in (1..rows.len()).rev() {
        rows.swap(at, dice.below(at + 1));
    }
    let delimiter = b",;|\t"[dice.below(4)];
    let line_end = dice.pick(&["\n", "\r\n"]);
    let quoting = dice.below(3);
    let mut text = String::new();
    let header = [
        "patient_id",
        "claim_id",
        "drug_name",
        "fill_date",
        "days_supply",
        "quantity",
        "status",
        "note",
        "transaction_date",
        "rx_number",
    ]
    .map(str::to_owned);
    for row in std::iter::once(&header).chain(&rows) {
        for (n, cell) in row.iter().enumerate() {
            let needs = cell.contains([char::from(delimiter), '"', '\n']);
            if n > 0 {
                text.push(char::from(delimiter));
            }
            if needs || quoting == 1 || quoting == 2 && dice.one_in(4) {
                text.push('"');
                text.push_str(&cell.replace('"', "\"\""));
                text.push('"');
            } else {
                text.push_str(cell);
            }
        }
        text.push_str(line_end);
        if dice.one_in(50) {
            text.push_str(line_end);
        }
    }
    Export { bytes: text.into_bytes(), delimiter, patients }
}
