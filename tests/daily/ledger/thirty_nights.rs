//! Thirty consecutive nights, against one run over all files.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::ledger::tools::{Dump, HEADER, Site, prints};

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len() as u64) as usize]
    }
}

const DRUGS: [&str; 14] = [
    "Naltrexone HCl 50 MG Tablet",
    "Naltrexone HCl 50 MG Tablet",
    "Contrave 8-90 MG ER Tablet",
    "Vivitrol 380 MG Injection",
    "Oxycodone HCl 5 MG Tablet",
    "Oxycodone HCl 5 MG Tablet",
    "Tramadol HCl 50 MG Tablet",
    "Methadone 10 MG Tablet",
    "Buprenorphine-Naloxone 8-2 MG Film",
    "Warfarin Sodium 5 MG Tablet",
    "Naltrexonw 50 MG Tablet",
    "Bupropion XL 150 MG Tablet",
    "Lisinopril 10 MG Tablet",
    "Metformin 500 MG Tablet",
];

/// The day this many days after 2026-01-01.
fn date(day: i64) -> String {
    rxlint_model::day::Day::from_iso("2026-01-01").unwrap().plus(day as i32).to_string()
}

/// The rows of a night, including reversals of earlier claims.
fn night(dice: &mut Dice, night: i64, claims: &mut Vec<(String, i64)>) -> String {
    let mut text = HEADER.to_owned();
    for row in 0..30 {
        if !claims.is_empty() && dice.below(8) == 0 {
            // A reversal that comes days or weeks later: the same claim, with its own day.
            let (claim, day) = &claims[dice.below(claims.len() as u64) as usize];
            let mut cells: Vec<&str> = claim.split(',').collect();
            cells[8] = "REVERSED";
            let day = date(*day);
            cells[4] = &day;
            let _ = writeln!(text, "{}", cells.join(","));
            continue;
        }
        let patient = dice.below(40);
        // Some identifiers are issued by two authorities from a certain night on.
        let authority =
            if patient.is_multiple_of(13) && night > 15 && dice.below(2) == 0 { "B" } else { "A" };
        let born = if patient.is_multiple_of(9) { "2010-05-05" } else { "1970-02-02" };
        let ahead = if dice.below(25) == 0 { dice.below(9) as i64 } else { 0 };
        let day = night + ahead - dice.below(3) as i64;
        let days = dice.pick(&["30", "14", "7", "3", "", "60"]);
        let quantity = dice.pick(&["30", "60", "14", "1"]);
        let diagnosis =
            dice.pick(&["", "", "", "", "G89.29", "F11.20", "K74.60", "O09.90", "N18.5"]);
        let claim = format!(
            "C{night:02}{row:02},P{patient:03},{authority},{born},{},{},{quantity},{days},PAID,{diagnosis}",
            date(day),
            dice.pick(&DRUGS)
        );
        let _ = writeln!(text, "{claim}");
        claims.push((claim, day));
    }
    text
}

/// Open-ended orders, as in FHIR.
fn orders(dice: &mut Dice, night: i64) -> String {
    (0..3)
        .map(|order| {
            let (patient, drug) = (dice.below(40), dice.pick(&DRUGS));
            format!(
                "{{\"resourceType\":\"MedicationRequest\",\"id\":\"o{night}-{order}\",\"status\":\"active\",\"intent\":\"order\",\
                 \"subject\":{{\"reference\":\"Patient/P{patient:03}\"}},\"authoredOn\":\"{}\",\
                 \"medicationCodeableConcept\":{{\"text\":\"{drug}\"}}}}\n",
                date(night)
            )
        })
        .collect()
}

struct Nights {
    site: Site,
    seed: u64,
}

impl Nights {
    /// Writes the files of all nights; some of them are not in their final state yet.
    fn new(seed: u64, count: i64) -> Self {
        let (site, mut dice, mut claims) = (Site::new(), Dice(seed), Vec::new());
        for at in 0..count {
            std::fs::write(site.path().join(csv(at)), night(&mut dice, at, &mut claims)).unwrap();
            std::fs::write(site.path().join(ndjson(at)), orders(&mut dice, at)).unwrap();
        }
        Self { site, seed }
    }

    /// Rewrites a night's file: some rows gone, some about another drug.
    fn correct(&self, at: i64) {
        let (path, mut dice) = (self.site.path().join(csv(at)), Dice(self.seed ^ at as u64));
        let text = std::fs::read_to_string(&path).unwrap();
        let (header, rows) = text.split_once('\n').unwrap();
        let mut corrected = header.to_owned() + "\n";
        for row in rows.lines() {
            match dice.below(5) {
                0 => {}
                1 => {
                    corrected += &(row
                        .replace("Oxycodone HCl 5 MG", "Ibuprofen 600 MG")
                        .replace("Warfarin Sodium", "Naltrexone")
                        + "\n")
                }
                _ => corrected += &(row.to_owned() + "\n"),
            }
        }
        assert_ne!(text, corrected);
        std::fs::write(path, corrected).unwrap();
    }

    /// Runs a night, killed at ten moments from beginning to end: the ledger's contents after each, and how many runs were still going.
    fn killed(&self, arguments: &[&str]) -> (Vec<Dump>, usize) {
        let all = [&["--new-ledger", "--ledger", "ledger.db"], arguments].concat();
        // The time it takes to understand the files gives the scale for the other moments.
        let began = std::time::Instant::now();
        self.site.spawn(&[&all[..], &["--dry-run"]].concat()).wait().unwrap();
        let unit = began.elapsed() / 6;
        let (mut held, mut killed) = (Vec::new(), 0);
        for moment in 1..=10 {
            let mut child = self.site.spawn(&all);
            std::thread::sleep(unit * moment);
            killed += usize::from(child.try_wait().unwrap().is_none());
            child.kill().unwrap();
            child.wait().unwrap();
            held.push(self.site.dump());
        }
        (held, killed)
    }
}

fn csv(night: i64) -> String {
    format!("night-{night:02}.csv")
}

fn ndjson(night: i64) -> String {
    format!("orders-{night:02}.ndjson")
}

/// Runs the nights, with a skipped night, corrected files and repeated ones; compares the final state with one run.
fn go_through(
    seed: u64,
    count: i64,
    with_as_of: bool,
    kill: impl Fn(i64) -> bool,
) -> (usize, usize) {
    let nights = Nights::new(seed, count);
    let site = &nights.site;
    let mut done: Vec<String> = Vec::new();
    let (mut killed, mut told) = (0, BTreeSet::new());
    let mut all_withdrawn = BTreeSet::new();
    for at in 0..count {
        let today = date(at);
        let as_of = ["--as-of", &today];
        let as_of: &[&str] = if with_as_of { &as_of } else { &[] };
        let mut files = vec![csv(at), ndjson(at)];
        match at {
            // Skipped, and made up for three nights later.
            8 => continue,
            11 => files.extend([csv(8), ndjson(8)]),
            // Corrected, alone and together with tonight's.
            14 => {
                nights.correct(10);
                files.push(csv(10));
            }
            18 => {
                nights.correct(16);
                told.extend(prints(&site.night(&[as_of, &[&csv(16)]].concat())));
            }
            // Given again by mistake.
            20 => files.push(csv(19)),
            _ => {}
        }
        let names: Vec<&str> = files.iter().map(String::as_str).collect();
        let arguments = [as_of, &names].concat();
        let before = site.dump();
        let held = if kill(at) { nights.killed(&arguments) } else { Default::default() };
        killed += held.1;
        let report = site.night(&arguments);
        // A killed run leaves the ledger as it was, or has ended.
        let after = site.dump();
        for dump in held.0 {
            assert!(dump == before || dump == after, "night {at}");
        }
        if at % 5 == 2 {
            // Everything that `--history` would find is reported; whatever else is reported is newly caused.
            let history: BTreeSet<&str> =
                done.iter().map(String::as_str).filter(|name| !names.contains(name)).collect();
            let history: Vec<&str> = history.into_iter().collect();
            let all = [&arguments[..], &["--history"], &history].concat();
            let (expected, found) = (prints(&site.check(&all)), prints(&report));
            assert!(
                expected.is_subset(&found),
                "night {at}: {:?}",
                expected.difference(&found).collect::<Vec<_>>()
            );
            let today = prints(&site.night(&[&arguments[..], &["--only-new"]].concat()));
            let told_otherwise: Vec<_> =
                found.difference(&expected).filter(|print| !today.contains(*print)).collect();
            assert!(told_otherwise.is_empty(), "night {at}: {told_otherwise:?}");
        }
        told.extend(prints(&report));
        for gone in report["summary"]["ledger"]["withdrawn"].as_array().unwrap() {
            let gone = gone["fingerprint"].as_str().unwrap().to_owned();
            assert!(told.contains(&gone), "night {at}: withdrawn without having been told");
            all_withdrawn.insert(gone);
        }
        done.extend(files);
    }
    let (last, mut files) = (date(count - 1), done);
    files.sort();
    files.dedup();
    let as_of = ["--as-of", &last];
    let as_of: &[&str] = if with_as_of { &as_of } else { &[] };
    let whole = prints(
        &site.check(&[as_of, &files.iter().map(String::as_str).collect::<Vec<_>>()].concat()),
    );
    let standing = site.kept(false);
    let (missing, extra): (Vec<_>, Vec<_>) =
        (whole.difference(&standing).collect(), standing.difference(&whole).collect());
    assert!(missing.is_empty() && extra.is_empty(), "missing {missing:?}, too many {extra:?}");
    assert!(whole.is_subset(&told), "what stands was told some night");
    assert_eq!(site.verify(), "ledger.db: whole\n");
    assert!(!all_withdrawn.is_empty(), "some reversal reached back");
    (whole.len(), killed)
}

#[test]
fn thirty_nights_find_what_one_run_finds() {
    let (found, killed) = go_through(7, 30, true, |night| night % 3 == 0);
    assert!(found > 50 && killed >= 20, "{found} findings, {killed} killed runs");
}

#[test]
fn so_they_do_where_today_is_the_latest_day() {
    for seed in [1, 2] {
        go_through(seed, 22, false, |_| false);
    }
}

#[test]
fn a_look_back_keeps_an_era_from_its_beginning() {
    let site = Site::new();
    // Two years of monthly oxycodone, with naltrexone that begins late: with a look-back of 60 days, the era still has its first day, and the finding
    // its fingerprint.
    let mut prints_seen = BTreeSet::new();
    for month in 0..24 {
        let day = date(month * 30);
        let naltrexone = format!("N{month},P1,,,{day},Naltrexone HCl 50 MG Tablet,30,30,PAID,");
        let oxycodone = format!("O{month},P1,,,{day},Oxycodone HCl 5 MG Tablet,60,30,PAID,");
        let other = format!(
            "X{month},P2,,,{day},Methadone 10 MG Tablet,60,{},PAID,",
            if month == 0 { "30" } else { "" }
        );
        let rows: Vec<&str> = match month {
            0 => vec![&oxycodone, &other],
            20.. => vec![&oxycodone, &naltrexone],
            _ => vec![&oxycodone],
        };
        let name = format!("m{month}.csv");
        site.export(&name, &rows);
        let report = site.night(&["--look-back", "60", &name]);
        prints_seen.extend(prints(&report).into_iter().filter(|_| month >= 20));
        assert_eq!(
            report["summary"]["ledger"]["withdrawn"].as_array().unwrap().len(),
            0,
            "month {month}"
        );
    }
    assert_eq!(prints_seen.len(), 1, "one finding, with one fingerprint");
    let dump = site.dump();
    assert_eq!(dump["record"].len(), 24 + 4, "methadone of two years ago is gone");
}

/// An NCPDP SCRIPT message about one order.
fn script(number: u8, relates: &str, order: &str, body: &str) -> String {
    format!(
        "<Message><Header><To Qualifier=\"P\">1</To><From Qualifier=\"D\">2</From><MessageID>{number}</MessageID>{relates}\
         <SentTime>2026-03-0{number}T10:00:00Z</SentTime>{order}</Header><Body>{body}</Body></Message>"
    )
}

#[test]
fn a_cancellation_that_is_denied_on_a_later_night_did_not_happen() {
    let patient = "<Patient><HumanPatient><Identification><MedicalRecordIdentificationNumberEHR>P1</MedicalRecordIdentificationNumberEHR>\
                   </Identification><Name><LastName>Doe</LastName><FirstName>Jan</FirstName></Name><DateOfBirth><Date>1980-01-01</Date>\
                   </DateOfBirth></HumanPatient></Patient>";
    let drug = |name: &str, day: u8| {
        format!(
            "{patient}<MedicationPrescribed><DrugDescription>{name}</DrugDescription><DaysSupply>10</DaysSupply><WrittenDate>\
             <Date>2026-03-0{day}</Date></WrittenDate></MedicationPrescribed>"
        )
    };
    let naltrexone = drug("Naltrexone 50 mg tablet", 2);
    let orders = ["<PrescriberOrderNumber>9</PrescriberOrderNumber>", ""];
    // A denial need not say whose order it was.
    for (order, whose) in orders.into_iter().flat_map(|order| [(order, patient), (order, "")]) {
        let site = Site::new();
        let write = |name: &str, text: &str| std::fs::write(site.path().join(name), text).unwrap();
        let of_naltrexone =
            |number, relates: &str, body: &str| script(number, relates, order, body);
        let first =
            script(1, "", "", &format!("<NewRx>{}</NewRx>", drug("Oxycodone 5 mg tablet", 1)));
        write("1.xml", &first);
        write("2.xml", &of_naltrexone(2, "", &format!("<NewRx>{naltrexone}</NewRx>")));
        let relates = "<RelatesToMessageID>2</RelatesToMessageID>";
        write("3.xml", &of_naltrexone(3, relates, &format!("<CancelRx>{naltrexone}</CancelRx>")));
        let answer = "<Response><Denied><ReasonCode>AA</ReasonCode></Denied></Response>";
        let denial = format!("<CancelRxResponse>{answer}{whose}</CancelRxResponse>");
        write("4.xml", &of_naltrexone(4, &relates.replace('2', "3"), &denial));
        let found = prints(&site.night(&["1.xml", "2.xml"]));
        assert_eq!((found.len(), prints(&site.night(&["3.xml"])).len()), (1, 0));
        assert_eq!(prints(&site.night(&["4.xml"])), found, "it stands again");
        assert_eq!(site.kept(false), found);
        let whole = site.check(&["1.xml", "2.xml", "3.xml", "4.xml"]);
        assert_eq!(prints(&whole), found, "as one run finds it");
    }
}
