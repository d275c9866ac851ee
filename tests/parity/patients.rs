//! The patients: made up by a rule, the same in every run.

use rxlint_model::day::Day;

/// A product as every format can name it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Product {
    pub(crate) name: &'static str,
    /// Days that one unit lasts, and how many units a supply has.
    pub(crate) each: i32,
    pub(crate) units: i32,
}

/// A supply with a certain length, so that every format can state it: as days, or as a last day.
#[derive(Clone, Debug)]
pub(crate) struct Prescription {
    pub(crate) product: Product,
    pub(crate) first: Day,
    pub(crate) days: i32,
    pub(crate) quantity: i32,
}

impl Prescription {
    pub(crate) fn last(&self) -> Day {
        self.first.plus(self.days - 1)
    }
}

/// One patient.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) born: Day,
    /// ICD-10 or SNOMED CT, and since when.
    pub(crate) condition: Option<(&'static str, Day)>,
    pub(crate) prescriptions: Vec<Prescription>,
}

const fn tablets(name: &'static str) -> Product {
    Product { name, each: 1, units: 30 }
}

const PRODUCTS: [Product; 12] = [
    tablets("Naltrexone HCl 50 MG Oral Tablet"),
    Product { name: "Vivitrol 380 MG injection", each: 28, units: 1 },
    tablets("oxycodone 5 mg tablet"),
    Product { name: "hydrocodone-acetaminophen 5-325 mg tablet", each: 1, units: 7 },
    tablets("tramadol 50 mg tablet"),
    tablets("methadone 10 mg tablet"),
    Product { name: "buprenorphine 8 mg sublingual tablet", each: 1, units: 14 },
    Product { name: "fentanyl 25 mcg/hr patch", each: 3, units: 10 },
    tablets("lisinopril 10 mg tablet"),
    tablets("warfarin 5 mg tablet"),
    tablets("Relistor 150 mg tablet"),
    Product { name: "codeine 30 mg tablet", each: 1, units: 5 },
];

/// Two hundred and forty patients with one to six supplies each, within one year.
pub(crate) fn all() -> Vec<Person> {
    let mut state = 20_260_301u64;
    let mut next = |below: i32| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i32::try_from((state >> 33) % u64::from(below.unsigned_abs())).unwrap_or(0)
    };
    let start = Day::from_ymd(2026, 1, 1).unwrap();
    (0..240)
        .map(|number| {
            let prescriptions = (0..=next(6))
                .map(|_| {
                    let product = PRODUCTS[usize::try_from(next(12)).unwrap_or(0)];
                    Prescription {
                        product,
                        first: start.plus(next(120)),
                        days: product.each * product.units,
                        quantity: product.units,
                    }
                })
                .collect();
            let condition = match number % 4 {
                0 => Some(("Z33.1", start)),
                1 => Some(("72892002", start)),
                2 => Some(("K74.60", start)),
                _ => None,
            };
            Person {
                id: format!("P{:04}", number + 1),
                born: start.plus(-365 * (12 + next(60)) - next(300)),
                condition,
                prescriptions,
            }
        })
        .collect()
}
