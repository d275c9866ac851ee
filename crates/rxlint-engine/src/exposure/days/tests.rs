use super::*;
use crate::drug::Identity;
use crate::exposure::directions;

#[test]
fn numbers() {
    for (text, value) in [
        ("30", 30.0),
        ("007", 7.0),
        ("999999999999999", 999_999_999_999_999.0),
        ("9999999999999999", 9_999_999_999_999_999.0),
        ("30.0", 30.0),
        ("1,000", 1000.0),
        ("1,234,567", 1_234_567.0),
        ("1,234.5", 1234.5),
        ("1,5", 1.5),
        ("30 E", 30.0),
        ("30 days", 30.0),
        ("-30", -30.0),
        ("(20)", -20.0),
        ("(20.00)", -20.0),
        ("20-", -20.0),
        ("- 20", -20.0),
        ("−20", -20.0),
        ("20 CR", -20.0),
        ("９０", 90.0),
        ("30 EA", 30.0),
        (" 7 ", 7.0),
    ] {
        assert_eq!(number(text.as_bytes()), Some(value), "{text}");
    }
    for text in ["", "abc", "1-2", "325-650", "1e5", "30/60", "--"] {
        assert_eq!(number(text.as_bytes()), None, "{text}");
    }
}

/// The length that these cells give to a record that begins on 2026-03-01: days, and whether it is still open.
fn length(statement: Statement, cells: &[(Field, &str)]) -> (u16, Marks) {
    let record = Record::of_cells(statement, cells);
    let date = |field: Field| Day::from_iso(&record.string(field));
    let directions = directions::built_in().read(&record.string(Field::Directions));
    let length = of(
        &record,
        Day::from_iso("2026-03-01").unwrap(),
        (number(record.text(Field::Quantity)), directions),
        Administered::No,
        30,
        date,
    );
    (length.days, Marks(length.marks.0 & !Marks::STATES_END.0))
}

#[test]
fn what_cannot_be_read_is_no_ground_for_a_shorter_length() {
    use Field::{DaysSupply, DaysUnit, Directions, Quantity, Stop};
    let daily = (Directions, "1 tablet daily");
    let few = (Quantity, "2");
    for stop in ["2026-03-1O", "2026O310", "STAT", "20260"] {
        let cells = [(Stop, stop), few, daily];
        assert_eq!(length(Statement::Fill, &cells), (0, Marks::default()), "{stop}");
        assert_eq!(length(Statement::Course, &cells), (0, Marks::OPEN), "{stop}");
        let many = [(Stop, stop), (Quantity, "60"), daily];
        assert_eq!(length(Statement::Fill, &many).0, 60, "no shorter than assumed");
        assert_eq!(length(Statement::Fill, &[(Stop, stop), (DaysSupply, "7")]).0, 7, "stated");
    }
    for supply in [&[(DaysSupply, "4O")][..], &[(DaysSupply, "36"), (DaysUnit, "bottle")]] {
        let cells = [supply, &[few, daily]].concat();
        assert_eq!(length(Statement::Fill, &cells), (0, Marks::default()), "{supply:?}");
        let ends = [&cells[..], &[(Stop, "2026-03-04")]].concat();
        assert_eq!(length(Statement::Fill, &ends).0, 4, "the stop comes first");
    }
    // A course that is said to go on; a fill of it lasts as long as its supply.
    for stop in ["ongoing", "Present", "9999-12-31"] {
        let cells = [(Stop, stop), few, daily];
        assert_eq!(length(Statement::Course, &cells), (0, Marks::OPEN), "{stop}");
        assert_eq!(length(Statement::Fill, &cells).0, 2, "{stop}");
    }
}

#[test]
fn a_length_comes_from_the_stop_date_else_the_supply_else_the_directions() {
    use Field::{DaysSupply, Directions, Quantity, Stop};
    let daily = (Directions, "1 tablet daily");
    for (cells, days) in [
        (&[(Stop, "2026-03-30"), (DaysSupply, "7"), (Quantity, "14"), daily][..], 30),
        (&[(Stop, "2026-03-02")], 2),
        (&[(Stop, "2026-03-01")], 1),
        (&[(Stop, "2098-12-31")], 26_604),
        (&[(Stop, "8999-12-31")], u16::MAX),
        (&[(DaysSupply, "7"), (Quantity, "14"), daily], 7),
        (&[(DaysSupply, "0.5")], 1),
        (&[(DaysSupply, "0.4"), (Quantity, "14"), daily], 14),
        (&[(Quantity, "14"), (Directions, "1 tablet twice a day")], 7),
        (&[(Quantity, "15"), (Directions, "1 tablet twice a day")], 8),
        (&[(Quantity, "1"), (Directions, "2 tablets twice a day")], 1),
        (&[(Quantity, "9"), (Directions, "1 1/2 tablets 3 times a week")], 14),
        (&[(Quantity, "9.1"), (Directions, "1 1/2 tablets 3 times a week")], 15),
        (&[(Quantity, "18"), (Directions, "1.5 tablets every 10 hours")], 5),
        (&[(Quantity, "20"), (Directions, "5 tablets once a week")], 28),
        (&[(Quantity, "0"), daily], 0),
        (&[(Quantity, "-14"), daily], 0),
        (&[(Quantity, "14")], 0),
        (&[daily], 0),
        (&[], 0),
    ] {
        assert_eq!(length(Statement::Fill, cells), (days, Marks::default()), "{cells:?}");
    }
    assert_eq!(
        length(Statement::Fill, &[(Stop, "2026-02-28"), (DaysSupply, "7")]),
        (7, Marks::ENDS_EARLY),
        "the next way counts"
    );
    assert_eq!(
        length(Statement::Fill, &[(Stop, "1900-01-01"), (DaysSupply, "7")]),
        (7, Marks::default()),
        "a filler says nothing"
    );
    for unbelievable in ["7000", "-30"] {
        assert_eq!(
            length(Statement::Fill, &[(DaysSupply, unbelievable), (Quantity, "14"), daily]),
            (14, Marks::UNBELIEVABLE_SUPPLY),
            "{unbelievable} days: the next way counts"
        );
    }
    assert_eq!(length(Statement::Fill, &[(DaysSupply, "8"), (Field::DaysUnit, "Week(s)")]).0, 56);
    assert_eq!(length(Statement::Fill, &[(DaysSupply, "8"), (Field::DaysUnit, "Doses")]).0, 0);
}

#[test]
fn a_stop_on_the_first_day_fills_in_where_the_supply_says_more() {
    use Field::{Concept, DaysSupply, Hcpcs, Stop};
    let stop = (Stop, "2026-03-01");
    assert_eq!(length(Statement::Fill, &[stop, (DaysSupply, "7"), (Concept, "1124957")]).0, 7);
    assert_eq!(length(Statement::Fill, &[stop, (DaysSupply, "7"), (Hcpcs, "J0571")]).0, 7);
    assert_eq!(length(Statement::Fill, &[stop, (DaysSupply, "7")]).0, 1);
    assert_eq!(length(Statement::Fill, &[stop, (Concept, "1124957")]).0, 1);
}

#[test]
fn one_injection_and_words_of_giving() {
    let record = |drug| Record::of_cells(Statement::Fill, &[(Field::Drug, drug)]);
    let book = crate::rule::Book::built_in().unwrap();
    let is_one = |text: &'static str, quantity: f64| {
        is_one_injection(book.dictionary(), &record(text), Some(quantity))
    };
    assert!(!is_one("Morphine 4 mg/mL injection", 10.0));
    for text in [
        "Morphine 4 mg/mL injection",
        "morphine 4 mg IVP",
        "Morphin Merck 10 Injektionslösung",
        "Petidin 50 mg/ml injeksjonsvæske",
        "DIPIDOLOR INJVLST 10MG/ML",
        "DOLANTINA 100 MG/2 ML AMPOLAS",
        "Морфина гидрохлорид 1% амп.",
        "Трамадол р-р д/ин 50мг/мл 2мл",
        "モルヒネ塩酸塩注射液10mg",
        "盐酸吗啡注射液10mg",
        "페티딘염산염주",
        "מורפין אמפולה 10 מ\"ג",
        "ترامادول أمبول 100",
    ] {
        assert!(is_one(text, 1.0), "{text}");
    }
    for text in ["Morphine 15 mg tablet", "モルヒネ塩酸塩錠10mg", "Морфин таблетки 10 мг"]
    {
        assert!(!is_one(text, 1.0), "{text}");
    }
}

#[test]
fn a_course_without_an_end_is_open() {
    use Field::{DaysSupply, Discontinued, Stop};
    for stop in ["9999-12-31", "9000-01-01", "2099-12-31"] {
        assert_eq!(length(Statement::Course, &[(Stop, stop)]), (0, Marks::OPEN), "{stop}");
        assert_eq!(
            length(Statement::Course, &[(Stop, stop), (DaysSupply, "7")]),
            (0, Marks::OPEN),
            "{stop}: it goes on"
        );
        assert_eq!(
            length(Statement::Course, &[(Discontinued, stop)]),
            (0, Marks::OPEN),
            "{stop}: never discontinued"
        );
        assert_eq!(
            length(Statement::Fill, &[(Stop, stop)]),
            (0, Marks::default()),
            "{stop}: a fill is never open"
        );
        assert_eq!(
            length(Statement::Fill, &[(Stop, stop), (DaysSupply, "7")]),
            (7, Marks::default()),
            "{stop}: it has a supply"
        );
    }
    assert_eq!(length(Statement::Course, &[]), (0, Marks::OPEN));
    assert_eq!(length(Statement::Course, &[(Discontinued, "2026-03-10")]), (10, Marks::default()));
    assert_eq!(
        length(Statement::Course, &[(Discontinued, "2026-02-28")]),
        (0, Marks::OPEN),
        "before it began"
    );
    assert_eq!(length(Statement::Course, &[(DaysSupply, "7")]), (7, Marks::default()));
    assert_eq!(length(Statement::Course, &[(Stop, "2026-03-07")]), (7, Marks::default()));
    assert_eq!(
        length(Statement::Course, &[(Stop, "2098-12-31")]),
        (26_604, Marks::default()),
        "far off, yet a date"
    );
}

#[test]
fn a_later_discontinue_date_shortens_and_lengthens_nothing() {
    use Field::{DaysSupply, Discontinued, Stop};
    let supply = (DaysSupply, "30");
    for (discontinued, days) in [
        ("2026-02-28", 30),
        ("2026-03-01", 1),
        ("2026-03-02", 2),
        ("2026-03-29", 29),
        ("2026-03-30", 30),
        ("2026-03-31", 30),
        ("9999-12-31", 30),
    ] {
        assert_eq!(
            length(Statement::Fill, &[supply, (Discontinued, discontinued)]).0,
            days,
            "{discontinued}"
        );
        assert_eq!(
            length(Statement::Fill, &[(Stop, "2026-03-30"), (Discontinued, discontinued)]).0,
            days,
            "{discontinued}"
        );
    }
    assert_eq!(
        length(Statement::Fill, &[(Discontinued, "2026-03-10")]),
        (10, Marks::default()),
        "or gives the only end there is"
    );
}

#[test]
fn millilitres_are_told_by_their_unit() {
    for text in ["4 mL", "3.4ml", " 1 cc "] {
        assert!(is_volume(text.as_bytes()), "{text}");
    }
    for text in ["4", "4 EA", "2 kits", "", "30 tabs"] {
        assert!(!is_volume(text.as_bytes()), "{text}");
    }
}

#[test]
fn products_that_last_by_themselves_are_counted_in_units() {
    let book = crate::rule::Book::built_in().unwrap();
    let dictionary = book.dictionary();
    let own = |verdict: &Verdict, quantity: Option<f64>| {
        own_duration(dictionary, verdict, quantity).map(|own| (own.at_least, own.by_units))
    };
    let named = |text: &str| dictionary.resolve(&Identity::text(text));
    let patch = named("fentanyl 25 mcg/hr patch");
    for (patches, days) in [
        (None, 3),
        (Some(0.0), 3),
        (Some(1.0), 3),
        (Some(2.0), 6),
        (Some(2.5), 3),
        (Some(10.0), 30),
        (Some(60.0), 180),
        (Some(61.0), 3),
    ] {
        assert_eq!(own(&patch, patches), Some((days, days)), "{patches:?} patches");
    }
    let depot = named("Vivitrol 380 mg injection");
    for (depots, days) in [(None, 28), (Some(1.0), 28), (Some(2.0), 56), (Some(0.4), 28)] {
        assert_eq!(own(&depot, depots), Some((28, days)), "{depots:?} injections");
    }
    let mut billed = dictionary.resolve(&Identity { hcpcs: "J2315".into(), ..Identity::default() });
    for (mg, days) in
        [(None, 28), (Some(1.0), 28), (Some(380.0), 28), (Some(381.0), 56), (Some(760.0), 56)]
    {
        assert_eq!(own(&billed, mg), Some((28, days)), "{mg:?} units of 1 mg");
    }
    billed.billed_units = Some(0.0);
    assert_eq!(own(&billed, Some(380.0)), Some((28, 28)), "a table's zero divides nothing");
    let program = |code: &'static str| {
        dictionary.resolve(&Identity { hcpcs: code.into(), ..Identity::default() })
    };
    for (code, units, days) in [
        ("G2067", None, 7),
        ("G2067", Some(1.0), 7),
        ("G2078", Some(2.0), 14),
        ("G2079", Some(1.0), 7),
        ("H0020", Some(1.0), 1),
        ("H0020", Some(5.0), 5),
    ] {
        assert_eq!(own(&program(code), units), Some((days, days)), "{code} {units:?}");
    }
    assert_eq!(own(&program("G2073"), Some(1.0)), Some((28, 28)), "its product's");
    for code in ["G2071", "G2074", "G2075"] {
        assert!(program(code).components.is_empty(), "{code} names no drug");
    }
    let implant = named("Probuphine 74.2 mg implant");
    for rods in [None, Some(1.0), Some(4.0)] {
        assert_eq!(own(&implant, rods), Some((182, 182)), "{rods:?} rods");
    }
    assert_eq!(own(&named("naltrexone 50 mg tablet"), Some(30.0)), None);
}
