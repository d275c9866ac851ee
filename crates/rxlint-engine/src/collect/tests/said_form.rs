//! The form of a product that only its directions name, and directions that name none.

use super::*;

const DRUG: Field = Field::Drug;
const SAYS: Field = Field::Directions;

/// The drug and the form of a record with these cells, and the days that its patches or its one injection last.
fn form_of(cells: &[(Field, &str)]) -> String {
    let collection = collection();
    let mut cells = cells.to_vec();
    cells.extend([(Field::Patient, "P1"), (Field::Dispensed, "2026-03-01")]);
    let mut intake = collection.collector();
    intake.record(&fill(&cells));
    let collected = intake.finish();
    let dictionary = ENGINE.book().dictionary();
    let verdicts = collection.verdicts();
    let [dispense] = collected.dispenses[..] else { return format!("{collected:?}") };
    let [only] = verdicts[dispense.verdict as usize].components[..] else {
        return format!("{:?}", verdicts[dispense.verdict as usize]);
    };
    dictionary.form(only.drug, only.form).id.clone()
}

#[test]
fn directions_name_the_form_where_nothing_else_does() {
    for (drug, says, form) in [
        ("Naltrexone", "Inject 380 mg IM every 4 weeks", "depot"),
        ("Naltrexone HCl", "IM injection every 4 weeks", "depot"),
        ("Naltrexone", "Administer monthly injection", "depot"),
        ("naltrexone", "XR-NTX 380 mg IM x1", "depot"),
        ("Naltrexone", "Vivitrol 380 mg IM", "depot"),
        ("Naltrexone", "Vivitrol, next dose in 4 weeks", "depot"),
        ("Naltrexone", "1 shot a month", "depot"),
        ("Naltrexon", "alle 4 Wochen intramuskulär spritzen", "depot"),
        ("Naltrexone", "une injection intramusculaire toutes les 4 semaines", "depot"),
        ("Naltrexona", "inyectar cada 28 días", "depot"),
        ("Naltrexone", "iniezione intramuscolare ogni 4 settimane", "depot"),
        ("Naltrekson", "wstrzyknąć domięśniowo co 4 tygodnie", "depot"),
        ("Налтрексон", "внутримышечно 1 раз в 4 недели", "depot"),
        ("Buprenorphine", "Inject 300 mg SC monthly", "monthly"),
        ("Buprenorphine", "100 mg subcutaneous injection every 28 days", "monthly"),
        ("Buprenorphine injection", "Inject 300 mg SC monthly", "monthly"),
        ("Buprenorphine", "Sublocade 300 mg SC", "monthly"),
        ("Buprenorphine", "96 mg SC every 4 weeks (Buvidal)", "monthly"),
        ("Buprenorphine 24 mg", "weekly SC injection", "weekly"),
        ("Buprenorphine", "inject 16 mg subcutaneously once a week", "weekly"),
        ("Fentanyl 25 mcg", "Apply one patch every 3 days", "patch"),
        ("Fentanyl", "UNW AND APPLY ONE PATCH TO SKIN Q 3 DAYS", "patch"),
        ("Fentanyl AL 25", "alle 3 Tage wechseln", "patch"),
        ("Fentanyl 50", "1 Pflaster alle 72 Stunden", "patch"),
        ("Fentanyl 50", "1 plåster var tredje dygn", "patch"),
        ("Fentanilo 25", "aplicar un parche cada 72 horas", "patch"),
        ("Fentanyl 25", "ett depotplåster", "patch"),
        ("Фентанил 25", "пластырь каждые 72 часа", "patch"),
        ("Buprenorphine 10 mcg", "Remove old patch. Apply new patch weekly", "patch"),
        ("Morphine 30 mg", "Take 1 ER tablet every 12 hours", "extended-release"),
        ("Morphine sulfate 30 mg", "1 tab q12h extended release, do not crush", "extended-release"),
        ("Oxycodone 20 mg", "one 12-hourly (modified release)", "extended-release"),
        ("Oxycodon 20 mg", "1 Retardtablette alle 12 Stunden", "extended-release"),
        ("Naltrexone 1%", "Apply to skin twice daily", "topical"),
        ("Naltrexone", "Apply a thin layer to affected areas", "topical"),
        ("Naltrexone 1%", "auf die Haut auftragen", "topical"),
        ("Naltrexone", "Instill 1 drop in each eye 4x daily", "topical"),
        ("Naltrexone 0.5%", "1 gtt OU qid", "topical"),
    ] {
        assert_eq!(form_of(&[(DRUG, drug), (SAYS, says)]), form, "{drug} | {says}");
    }
    let by_dose = [(DRUG, "Naltrexone"), (Field::Dose, "380"), (Field::DoseUnit, "mg")];
    assert_eq!(form_of(&by_dose), "depot");
}

#[test]
fn directions_that_speak_of_another_time_or_of_something_to_swallow_name_no_form() {
    for (drug, says) in [
        ("Naltrexone", "Take 1 tablet daily until Vivitrol injection"),
        ("Naltrexone", "1 daily until first Vivitrol injection"),
        ("Naltrexone", "1 daily, then monthly injection"),
        ("Naltrexone", "1 tab po daily. Refused injection"),
        ("Naltrexone", "one daily; patient declined monthly injection"),
        ("Naltrexone", "daily before Vivitrol"),
        ("Naltrexone", "25 mg day 1, 50 mg daily for a week, then 380 mg"),
        ("Naltrexone", "daily for a week, then Vivitrol 380 mg"),
        ("Naltrexone", "1 täglich bis zur Injektion"),
        ("Naltrexone", "ein Dragee morgens, im Wechsel"),
        ("Naltrexone 50 mg", "Inject 380 mg IM every 4 weeks"),
        ("Naltrexone 50", "Inject monthly"),
        ("Naltrexone 50 mg tablet", "Inject 380 mg IM every 4 weeks"),
        ("Naltrexone 4.5 mg/mL", "Apply 1 mL to inner wrist"),
        ("Naltrexone 4.5 mg", "Apply to skin at bedtime"),
        ("Naltrexone 1%", "Apply 1 mL to forearm"),
        ("Naltrexone 1%", "Take 1 mL by mouth"),
        ("Fentanyl", "1 spray for breakthrough pain, with patch"),
        ("Fentanyl 100 mcg", "dissolve 1 lozenge between patches"),
        ("Buprenorphine 8 mg", "Apply 1 patch weekly"),
        ("Buprenorphine", "1 film under the tongue daily, Sublocade next month"),
        ("Oxycodone 5 mg", "1 tab q4h prn, in addition to extended release"),
        ("Oxycodone 5 mg", "1 tab q4h. ER if worse"),
        ("Oxycodone 5 mg", "Take 1 tablet with lidocaine patch"),
        ("Percocet 5-325", "Take 1 ER tablet every 12 hours"),
        ("Morphine 10 mg/mL", "inject 4 mg IV"),
    ] {
        assert_eq!(form_of(&[(DRUG, drug), (SAYS, says)]), "tablet", "{drug} | {says}");
    }
    for (field, text) in [(Field::Route, "PO"), (Field::Form, "TAB"), (Field::Strength, "50 mg")] {
        let cells = [(DRUG, "Naltrexone"), (field, text), (SAYS, "Inject 380 mg IM monthly")];
        assert_eq!(form_of(&cells), "tablet", "{text}");
    }
}

#[test]
fn a_ledger_keeps_the_form_that_directions_name() {
    let collection = collection().by_identity(true);
    let mut intake = collection.collector();
    intake.record(&fill(&[
        (Field::Patient, "P1"),
        (Field::Dispensed, "2026-03-01"),
        (DRUG, "Fentanyl 25 mcg"),
        (SAYS, "Apply 1 patch every 72 hours"),
    ]));
    let collected = intake.finish();
    let said = &collection.identities()[collected.dispenses[0].verdict as usize];
    let again = ENGINE.book().dictionary().resolve(&said::identity(said)).components[0];
    assert_eq!(ENGINE.book().dictionary().form(again.drug, again.form).id, "patch");
}

/// How many days the quantity of a record lasts by its product.
fn lasts(cells: &[(Field, &str)]) -> Option<i32> {
    let collection = collection();
    let mut cells = cells.to_vec();
    cells.extend([(Field::Patient, "P1"), (Field::Dispensed, "2026-03-01")]);
    let mut intake = collection.collector();
    intake.record(&fill(&cells));
    let dispense = intake.finish().dispenses[0];
    let verdict = &collection.verdicts()[dispense.verdict as usize];
    let own = crate::exposure::days::own_duration(
        ENGINE.book().dictionary(),
        verdict,
        dispense.counted(),
    );
    own.map(|own| own.by_units)
}

#[test]
fn a_patch_that_is_changed_sooner_lasts_as_its_directions_say() {
    for (drug, quantity, supply, says, days) in [
        ("Fentanyl 75 mcg/hr patch", "15", "30", "Apply 1 patch every 48 hours", 30),
        ("Fentanyl 75 mcg/hr patch", "15", "", "1 patch q48h", 30),
        ("Fentanyl 75 mcg/hr patch", "15", "30", "Change patch every 2 days", 30),
        // Only the days agree, or nothing does.
        ("Fentanyl 75 mcg/hr patch", "15", "", "Change every 2 days", 45),
        ("Fentanyl 75 mcg/hr patch", "15", "45", "Apply 1 patch every 48 hours", 45),
        ("Fentanyl 75 mcg/hr patch", "10", "30", "Apply 1 patch every 72 hours", 30),
        ("Fentanyl 75 mcg/hr patch", "20", "30", "", 60),
        ("Fentanyl 75 mcg/hr patch", "10", "10", "Apply 1 patch daily", 30),
        ("Transtec 35 microgram/h", "8", "28", "one patch twice a week", 28),
        ("Prenotrix 35 micrograms/hour", "7", "", "", 28),
        ("Buplast 52.5", "7", "", "", 28),
        ("Bupramyl 10 micrograms/hour", "4", "", "", 28),
        ("Hapoctasin 35 micrograms/hour", "10", "", "", 30),
    ] {
        let cells =
            [(DRUG, drug), (Field::Quantity, quantity), (Field::DaysSupply, supply), (SAYS, says)];
        assert_eq!(lasts(&cells), Some(days), "{drug} {quantity} {supply} {says}");
    }
}

#[test]
fn four_millilitres_of_the_monthly_injection_are_one() {
    for (drug, quantity, unit, days) in [
        ("Vivitrol 380 mg/4 mL", "4", "", 28),
        ("Vivitrol 380 mg kit", "4", "", 28),
        ("Naltrexone ER 380 mg", "4.0", "", 28),
        ("Vivitrol", "4", "ML", 28),
        ("Vivitrol", "8", "mL", 28),
        ("Vivitrol", "4 mL", "", 28),
        ("Vivitrol", "4", "KIT", 112),
        ("Vivitrol", "2", "", 56),
        ("Sublocade 300 mg", "4", "", 112),
    ] {
        let cells = [(DRUG, drug), (Field::Quantity, quantity), (Field::QuantityUnit, unit)];
        assert_eq!(lasts(&cells), Some(days), "{drug} {quantity} {unit}");
    }
}
