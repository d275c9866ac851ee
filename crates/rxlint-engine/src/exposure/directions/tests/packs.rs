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
    if !packs::may_count_packs(&record, stated, Some(2.0)) {
        return stated;
    }
    let supply = crate::exposure::supply::Supply::None;
    built_in().quantity(&record, true, false).pieces(stated, supply, Some(2.0), (false, false))
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
        (tablet, "2", "", ""),
        (tablet, "1", "TAB", ""),
        (tablet, "2 tabs", "", ""),
        (tablet, "14", "TAB", "28"),
        (tablet, "2", "tablet", "28"),
        (tablet, "2", "4W", ""),
        ("Suboxone 8-2 mg sublingual film", "14 strips", "", ""),
        ("TYLEX 30MG C/12 CPR", "12", "", ""),
        ("Naltrexone 50mg tablets 28 tablet", "14", "", ""),
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

#[test]
fn the_size_of_a_pack_stands_in_many_places_of_a_name() {
    for name in [
        "OXYCONTIN*28CPR 10MG RP",
        "OXYCONTIN 28CPR 10MG RP",
        "Oxycontin 28 compresse 10 mg",
        "OXYCONTIN 10 mg cpr (28)",
        "OXYCONTIN LP 10MG CPR 28",
        "OXYCONTIN LP 10MG CPR PELL LP BT28",
        "OXYCONTIN LP 10 mg, cpr, bte 28",
        "OxyContin LP 10 mg Plq/28",
        "OxyContin LP 10 mg plaquettes de 28",
        "SKENAN LP 30MG GELU 28",
        "Doreta 37,5+325 28 tabl",
        "Poltram 100 mg tabl. powl. 28 szt.",
        "Oxycodone 5 mg tabs [28]",
        "Oxycodone 5 mg tablets (28)",
        "Oxycodone 5 mg tablets 28",
        "Oxycodone 5 mg tablets, 28 pack",
        "OXYCODONE 5 MG TAB 28 EA",
        "OXYCODONE 5 MG TAB #28",
        "OXYCODONE 5 MG TAB QTY 28",
        "OXYCODONE 5 MG TAB BTL 28",
        "OXYCODONE 5 MG TAB 28UD",
        "OXYCODONE 5 MG TAB 28ct btl",
        "Oxycodon 10 mg 28 Retardtabletten",
        "Oxycodon 10 mg tablet, 28 stuks",
        "Oxicodona 10 mg comp, 28",
        "Oxicodona 10 mg 28 unid",
    ] {
        assert_eq!(pieces(name, "1", "", ""), Some(28.0), "{name}");
    }
    for name in [
        "Oxycodone 5 mg tablet, 12 hour",
        "Oxycodone ER 10 mg 12 HR tablet",
        "Tramadol tablet 100 mg 24-hr",
        "Hydrocodone/APAP tab 5-325 mg",
        "HYDROCODONE/APAP 5-325 TAB",
        "Naltrexone TAB 50",
        "Naltrexone 50 tablets 50 mg",
    ] {
        assert_eq!(pieces(name, "2", "", ""), Some(2.0), "{name}");
    }
}

#[test]
fn fewer_than_are_taken_on_a_day_are_no_pieces() {
    for name in ["Oxycodone 5 mg tablet", "Doreta", "Morphine 10 mg/5 mL solution"] {
        assert_eq!(pieces(name, "1", "", ""), None, "{name}");
    }
    let labelled = "OXYCONTIN 10 MG 28 COMPRIMIDOS";
    for (quantity, count) in [
        ("1", Some(28.0)),
        ("2", None),
        ("4", None),
        ("10", None),
        ("14", Some(14.0)),
        ("20", Some(20.0)),
        ("28", Some(28.0)),
        ("56", Some(56.0)),
    ] {
        assert_eq!(pieces(labelled, quantity, "", ""), count, "{quantity}");
    }
    let article = "Oxycodon 10 mg Retardtabletten 50 St";
    assert_eq!(pieces(article, "5", "", ""), Some(250.0));
    assert_eq!(pieces(article, "6", "", ""), None, "packs for 150 days, or tablets for 3");
    assert_eq!(pieces(article, "20", "", ""), Some(20.0), "nobody gets packs for 500 days");
}

#[test]
fn a_number_with_a_word_before_it() {
    for quantity in ["qty 30", "Qty: 30", "Disp: 30 tablets", "#30", "30"] {
        assert_eq!(pieces("Oxycodone 5 mg tablet", quantity, "", ""), Some(30.0), "{quantity}");
    }
}

#[test]
fn the_parts_of_a_quantity_are_summed_where_each_is_understood() {
    let tablet = "Oxycodone 10 mg tablets";
    let article = "Oxygesic 10 mg RET 50 ST";
    for (name, quantity, count) in [
        (article, "1 OP + 20 St", 70.0),
        (article, "1 OP u. 20 St", 70.0),
        (article, "2 packs and 10 tabs", 110.0),
        (article, "1 pack + 28", 78.0),
        ("OxyContin 10 mg 28 CPR", "1 conf + 14 cpr", 42.0),
        ("OXYCONTIN LP 10 mg cpr B/28", "1 boîte + 14", 42.0),
        ("OXYCONTIN 10 MG 28 COMP", "1 envase y 14 comp", 42.0),
        (tablet, "28 tabs + 28 tabs", 56.0),
        (tablet, "28 tabs plus 14", 42.0),
        (tablet, "2x14+7", 35.0),
        (tablet, "30 tabs x 3", 90.0),
        (tablet, "28 x 1 st", 28.0),
        (tablet, "(2x56)", 112.0),
        (tablet, "112 (56 x 2)", 112.0),
        (tablet, "30 (thirty) tablet(s)", 30.0),
        (tablet, "30 (trinta) comprimidos", 30.0),
        (tablet, "30 Retardtabletten", 30.0),
        (tablet, "30 oxycodone tablets", 30.0),
        (tablet, "1,000 tabs", 1000.0),
        (tablet, "1 pack of 2 x 14", 28.0),
        (tablet, "3 strips of 10", 30.0),
        (article, "1/2 pack", 25.0),
        (article, "1½", 75.0),
        (article, "1 1/2 OP", 75.0),
        (article, "0,5", 25.0),
        ("Morphine 10 mg/5 mL oral solution", "2 x 100ml", 200.0),
        ("Morphine 10 mg/ml inj", "10 amps", 10.0),
    ] {
        assert_eq!(pieces(name, quantity, "", ""), Some(count), "{name}: {quantity}");
    }
}

#[test]
fn a_quantity_of_which_some_is_not_understood_counts_nothing() {
    let tablet = "Oxycodone 10 mg tablets";
    for quantity in [
        "1 + 28",
        "28 + 2",
        "1 pack + 28",
        "30 x 3 repeats",
        "30 + 2 rpts",
        "28 owing",
        "28 (owed)",
        "28 of 56",
        "28/56",
        "14-28",
        "14 part supply",
        "28 supplied, 28 owed",
        "30 tabs left 5",
        "30 not collected",
        "30 to be issued",
        "<112",
        "UN",
        "~112 tabs",
        "2 (boxes)",
        "28 (4 boxes)",
        "56 (3 boxes)",
        "112 x 10mg (4 x 56)",
        "112 x 5 mg",
        "112 tabs (56 days) x 2",
        "112 for 28 days",
        "112 (28 days)",
        "60 (six)",
        "six (60)",
        "2 Stück N3",
        "2 + 28 tablets, 2 refills",
        "30 tablets 2 refills",
        "30 film tablets bottles",
        "4 x 28 boxes",
    ] {
        assert_eq!(pieces(tablet, quantity, "", ""), None, "{quantity}");
    }
    // Times are lengths, in every language.
    for quantity in [
        "3 mths",
        "10 d",
        "7 days",
        "1 mth",
        "2/52",
        "28/7",
        "2 wks",
        "10 gg",
        "2 mois",
        "3 Monate",
        "1 Woche",
        "7 dní",
        "2 tyg",
        "7 dagar",
        "2 x 7 days",
    ] {
        assert_eq!(pieces(tablet, quantity, "", ""), None, "{quantity}");
        assert_eq!(pieces("Longtec 10 mg tablets 56", quantity, "", ""), None, "{quantity}");
    }
    for (name, quantity) in [
        ("Oxygesic 10 mg RET 50 ST", "3 Blister"),
        ("OXYCONTIN LP 10 mg cpr B/28", "2 plaquettes"),
        ("Oxycodon tablet 10 mg 28 ST", "2 strips"),
        ("Longtec 10 mg tablets 56", "5 blister packs"),
    ] {
        assert_eq!(pieces(name, quantity, "", ""), None, "{name}: {quantity}");
    }
}

#[test]
fn a_pack_may_be_called_by_what_is_in_its_parts() {
    for name in [
        "Longtec 10 mg tablets 2x28",
        "Longtec 10 mg tablets (2x28)",
        "OXYCONTIN 10 MG 2x28 CPR",
        "Oxycodon 10 mg 4x14 St",
        "VENDAL RETARD 30MG TBL PRO 2X28",
        "OXYCONTIN 10MG TBL FLM 56",
        "Morphin 10 mg 56 Amp",
        "Morphine 10 mg/ml 56 fiale",
    ] {
        assert_eq!(pieces(name, "1", "", ""), Some(56.0), "{name}");
    }
    assert_eq!(pieces("MST 30 mg 20 tabl. (2x10)", "1", "", ""), Some(20.0));
}

#[test]
fn a_quantity_may_say_in_many_words_what_was_handed_over() {
    let tablet = "Oxycodone 10 mg tablets";
    for quantity in [
        "112 dispensed",
        "112 tabs issued",
        "issued 112 tabs",
        "112 Stück abgegeben",
        "112 comprimés délivrés",
        "112 comprimidos entregados",
        "112 compresse consegnate",
        "112 stuks afgeleverd",
        "wydano 112 tabl.",
        "112 tabl. wydano",
        "112 comprimidos entregues",
        "112 unités",
        "112 uds.",
        "112 unità",
        "112 Filmtbl.",
        "112 comps",
        "112 f/c tabs",
        "112 comprimés pelliculés sécables",
        "112 tabl. powl.",
        "112 filmomhulde tabletten",
        "112 tabs CD",
        "112 tabs (CD2)",
        "Disp #112",
        "112 x 10mg tabs",
        "10 mg x 112",
        "112 tabletten van 10 mg",
        "112 comprimés dosés à 10 mg",
        "84+28",
        "112 for 56 days",
        "112 tablets (56 days)",
        "112 comprimidos para 56 días",
        "112 na 56 dni",
        "112 NR",
        "112 R0",
        "112 tablets, no refills",
        "112 tablets 0 refills",
        "112 tabs (one hundred and twelve)",
        "ONE HUNDRED AND TWELVE (112)",
        "centododici compresse",
        "112 Stück N3",
        "N3 (112 St)",
        "4 doosjes van 28",
        "4 caixas com 28",
        "4 cx c/ 28",
        "4 B/28",
        "4 env. 28 comp",
        "1 Packung mit 112 Stück",
        "due scatole da 56",
        "112 (4 packs)",
        "112 comprimés (4 boîtes)",
        "112 tabs in 4 boxes",
        "112 tabs in 4 boxes of 28",
        "112 tabs (bottle)",
        "56 tabs (28 + 28) + 56 tabs",
    ] {
        assert_eq!(pieces(tablet, quantity, "", ""), Some(112.0), "{quantity}");
    }
    let liquid = "Methadone 1 mg/ml oral solution";
    assert_eq!(pieces(liquid, "1 x 280ml bottle", "", ""), Some(280.0));
    let named = "Oxycodone 10 mg 28 CPR";
    assert_eq!(pieces(named, "112 (2 boxes)", "", ""), None, "boxes of 28 are 56");
    assert_eq!(pieces(named, "wydano 2", "", ""), None, "packs or pieces");
}

#[test]
fn a_pack_may_hold_as_many_pieces_as_each_has_mg() {
    for name in ["NALTREXONE 50 MG 50 CPR", "Oxycodone 30 mg 30 tablets", "OXYCONTIN 20MG CPR 20"] {
        assert_eq!(pieces(name, "1", "", "").filter(|&count| count < 20.0), None, "{name}");
    }
}
