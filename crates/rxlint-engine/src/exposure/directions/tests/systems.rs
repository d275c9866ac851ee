//! Directions as systems that send prescriptions write them, and doses that are left to the patient.

use super::{of_drug, read};

#[test]
fn what_systems_add_to_directions_says_nothing_of_the_dose() {
    for (text, a_day) in [
        ("1 tab, PO, BID, x 7 day(s), # 14 tab(s)", 2.0),
        ("1 Tablet(s) By Mouth every 6 hours for 7 days", 4.0),
        ("1 tab, Oral, q6hr, x 5 day(s), # 20 tab(s), 0 Refill(s)", 4.0),
        ("10 mg = 1 tab, PO, TID, # 90 tab(s), Refill(s) 0", 3.0),
        ("take #2 tabs bid", 4.0),
        ("1 tab daily. Disp: 30 tablets", 1.0),
        ("1 tab daily; dispense #30; refill 5", 1.0),
        ("1 tab bid. Dispense 28 tablets every 2 weeks", 2.0),
        ("1 tab q6h x 4 days then stop", 4.0),
        ("2 tabs/day", 2.0),
        ("1 tab hs", 1.0),
        ("1 tab po h.s.", 1.0),
        ("1 tab qam, noon, hs", 3.0),
        ("1 tab q6h. Do not exceed 4000 mg acetaminophen per day", 4.0),
        ("1 tab in AM and 2 tabs at HS", 3.0),
        ("1 tab q12h. Do not exceed 2 tabs in 24 hours", 2.0),
        ("1 tab q6h. Do not exceed 4 a day", 4.0),
        ("1 tab qid, max 4/day", 4.0),
        ("1 tab q6h, NTE 4 tabs/24h", 4.0),
        ("1 tab every 6 hours. Not to exceed 4 tablets in a 24 hour period.", 4.0),
        ("1 tab bid. Do not take any extra doses", 2.0),
        ("3x1 tabl.", 3.0),
        ("3 x 1 kaps.", 3.0),
        ("2x1", 2.0),
        ("3 times a day 1 tab", 3.0),
        ("3 x tägl. 1 Kps.", 3.0),
        ("1 tabl. rano i wieczorem", 2.0),
        ("1 tablett 2 ggr dagl", 2.0),
    ] {
        let read = of_drug("Oxycodone 10 mg tablet", text);
        assert!(read.is_some_and(|read| (read - a_day).abs() < 1e-9), "{text}: {read:?}");
    }
    assert_eq!(of_drug("Oxycodone 1 mg/mL solution", "3x1"), None, "three times what?");
    let needed = read("1 tab every 8 hours as needed for up to 10 days. Max: 3 tablets/day");
    assert_eq!(needed.stated_days(Some(30.0)), Some(10.0));
}

#[test]
fn a_text_that_goes_on_and_on_is_read_in_time_and_is_no_sentence() {
    for part in ["1 tab at bedtime, ", "1 tab hs; ", "1 tab (10 mg total) Mon, "] {
        assert_eq!(read(&part.repeat(10_000)).units_a_day(), None, "{part}");
    }
}

#[test]
fn less_than_what_is_said_is_open() {
    for text in [
        "1 tab q4h, max 4/day",
        "1 tab qid, max 3 tablets per day",
        "5 mg q6h. Max 3 tablets per day",
        "1 tab every 4 hours. Do not exceed 20 mg per day",
        "1 tab, max 3/day",
        "3 x 10 mg daily",
        "1 tab in the morning and 1 tab at noon bedtime",
        "1 tab q6h, max 4 doses a day",
    ] {
        assert_eq!(of_drug("Oxycodone 5 mg tablet", text), None, "{text}");
    }
}

#[test]
fn a_dose_that_may_be_added_leaves_the_amount_open() {
    for text in [
        "Take 1 tab BID; may take an additional tab midday",
        "1 tab bid, ok to take 2 at bedtime",
        "1 film SL daily. May use second film for cravings",
        "1 film SL daily, may add another film",
        "1 tab bid, plus 1 extra",
        "1 tab bid + 1 extra tab at noon",
        "1 tab bid; okay to take a third tablet",
        "1 tab daily, can increase to 2",
        "1 tab bid. Extra dose at noon allowed",
        "1 tab daily, optional second tab",
        "1 tab bid, may repeat x1",
    ] {
        assert!(read(text).open, "{text}");
        assert_eq!(read(text).units_a_day(), None, "{text}");
    }
    for text in
        ["1 tab daily. May take with food", "1 tab daily, can be taken with or without food"]
    {
        assert_eq!(read(text).units_a_day(), Some(1.0), "{text}");
    }
}
