//! What a quantity counts.

use super::built_in;
use crate::exposure::directions::packs;
use rxlint_model::record::{Field, Record, Statement};

/// How many pieces a quantity counts, with directions for two a day.
fn pieces(name: &str, quantity: &str, unit: &str, pack: &str) -> Option<f64> {
    use Field::{Drug, PackSize, Quantity, QuantityUnit};
    let cells = [(Drug, name), (Quantity, quantity), (QuantityUnit, unit), (PackSize, pack)];
    let record = Record::of_cells(Statement::Fill, &cells);
    let stated = crate::exposure::days::number(quantity.as_bytes());
    if !packs::may_count_packs(&record, stated) {
        return stated;
    }
    let supply = crate::exposure::supply::Supply::None;
    built_in().quantity(&record, true).pieces(stated, supply, Some(2.0), (false, false))
}

#[test]
fn a_number_of_packs_is_no_number_of_tablets() {
    let tablet = "Oxycodone 5 mg tablet";
    for (name, quantity, unit, pack, count) in [
        (tablet, "1", "Box of 56", "", Some(56.0)),
        (tablet, "1 box of 56", "", "", Some(56.0)),
        (tablet, "2x28", "", "", Some(56.0)),
        (tablet, "1 x 56", "", "", Some(56.0)),
        (tablet, "1 boîte de 28", "", "", Some(28.0)),
        (tablet, "3 packs", "", "28", Some(84.0)),
        (tablet, "1", "OP", "N2", None),
        (tablet, "1 OP", "", "", None),
        (tablet, "1 N2", "", "", None),
        (tablet, "1", "BX", "", None),
        (tablet, "1", "{Package}", "", None),
        (tablet, "1 strip", "", "", None),
        (tablet, "1", "", "50 St", Some(50.0)),
        ("Oxycodon 10 mg Retardtabletten 50 St", "2", "", "", Some(100.0)),
        ("TYLEX 30MG C/12 CPR", "1", "", "", Some(12.0)),
        ("Methadone 1mg/ml oral solution 500ml", "1", "", "", Some(500.0)),
        ("OXYCODONE 10 MG TAB 100'S", "1", "", "", Some(100.0)),
        ("OXYCODONE 10 MG TAB 100'S", "2", "", "", None),
        ("Oxycodon 5 mg Tabletten N3", "1", "", "", None),
        ("Morphine 10 mg/5 mL syrup", "1 L", "", "", Some(1000.0)),
        ("Morphine 10 mg/5 mL syrup", "2", "PINT", "", Some(946.352)),
        ("Morphine 10 mg/5 mL syrup", "1", "EA", "", None),
        ("Morphine 10 mg/mL concentrate 30 mL", "2", "EA", "", Some(60.0)),
        (tablet, "16 oz", "", "", None),
        (tablet, "14 days", "", "", None),
        (tablet, "14 day supply", "", "", None),
        (tablet, "30 DS", "", "", None),
        (tablet, "2 weeks", "", "", None),
        (tablet, "2", "DOZ", "", None),
        (tablet, "1", "HU", "", None),
        (tablet, "1", "card", "", None),
        (tablet, "150", "MG", "", None),
    ] {
        assert_eq!(pieces(name, quantity, unit, pack), count, "{name}: {quantity} {unit} {pack}");
    }
}

#[test]
fn a_number_of_tablets_is_none_of_packs() {
    let tablet = "Oxycodone 5 mg tablet";
    for (name, quantity, unit, pack) in [
        (tablet, "30", "", ""),
        (tablet, "1", "", ""),
        (tablet, "2 tabs", "", ""),
        (tablet, "14", "TAB", "28"),
        (tablet, "2", "tablet", "28"),
        (tablet, "2", "4W", ""),
        ("Suboxone 8-2 mg sublingual film", "14 strips", "", ""),
        ("TYLEX 30MG C/12 CPR", "12", "", ""),
        ("Naltrexone 50mg tablets 28 tablet", "7", "", ""),
        ("Naltrexone 50 tablet", "2", "", ""),
        ("Percocet 5-325 mg tablet", "2", "", ""),
        ("Morphine 10 mg/5 mL solution", "5", "", ""),
        ("Oxycodone 5 mg tablet", "28", "", "28"),
        ("Oxycodon 5 mg Tabletten N3", "100", "", ""),
        ("Morphine 10 mg/5 mL syrup", "240", "EA", ""),
        (tablet, "2", "EA", ""),
    ] {
        let count = crate::exposure::days::number(quantity.as_bytes());
        assert_eq!(pieces(name, quantity, unit, pack), count, "{name}: {quantity} {unit} {pack}");
    }
}
