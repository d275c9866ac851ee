//! Patches in files whose quantities count packs.

use crate::common::table::{Expected, expect};

const FOUND: Expected = Expected { codes: &[1], fires: &["recent-opioid"], is_quiet: &[] };

#[test]
fn a_pack_in_the_name_of_a_patch_is_multiplied() {
    for name in [
        "Durogesic SMAT 25 µg/h 5 St",
        "Fentanyl 25 µg/h Pflaster 5 Stück",
        "Fentanyl 25 mcg/hr patch (box of 5)",
        "Fentanyl 25 mcg/hr 5 patches",
        "Durogesic 25 µg/h 5 dispositifs",
        "Durogesic 25 µg/h 5 patchs",
        "Durogesic 25 µg/h disp transderm sach/5",
        "Durogesic 25 µg/h 5 adesivos",
    ] {
        let table = format!(
            "Kunde;Abgabedatum;Artikel;Menge;Dosierung\n1;2026-03-01;{name};1;alle 72 Stunden 1 Pflaster\n\
             1;2026-03-19;Naltrexon 50 mg 28 St;1;1-0-0\n2;2026-03-02;Ramipril 5 mg 100 St;1;1-0-0\n"
        );
        expect(name, &table, &FOUND);
    }
    for name in ["Durogesic 25 µg/h 3 cerotti", "Durogesic 25 µg/h*3CER"] {
        let table = format!(
            "Kunde;Abgabedatum;Artikel;Menge;Dosierung\n1;2026-03-01;{name};1;alle 72 Stunden 1 Pflaster\n\
             1;2026-03-13;Naltrexon 50 mg 28 St;1;1-0-0\n2;2026-03-02;Ramipril 5 mg 100 St;1;1-0-0\n"
        );
        expect(name, &table, &FOUND);
    }
}
