//! Whose record a row is: columns with headers like the patient's that identify drugs, the staff who typed the rows, or groups of people.
#![allow(clippy::unwrap_used, reason = "a helper of a test may panic as a test may")]

use crate::common::table::{OVERLAP, told};

/// One row of an export of ten people and eight drugs.
#[derive(Clone, Copy)]
struct Row {
    at: usize,
    person: usize,
    drug: usize,
}

const DRUGS: [&str; 8] = [
    "Oxycodone 5 mg tablet",
    "Naltrexone 50 mg tablet",
    "Lisinopril 10 mg tablet",
    "Metformin 500 mg tablet",
    "Atorvastatin 20 mg tablet",
    "Amlodipine 5 mg tablet",
    "Sertraline 50 mg tablet",
    "Omeprazole 20 mg capsule",
];

/// Forty fills, with these cells before the drug. The first two are of one person, or of two who have only the remainder of their numbers in common.
fn fills(headers: &str, is_one: bool, cells: impl Fn(Row) -> String) -> String {
    let mut table = format!("{headers};Drug;Fill Date;Days Supply\n");
    for at in 0..40 {
        let (person, drug) = match at {
            0 => (0, 0),
            1 => (if is_one { 0 } else { 2 }, 1),
            _ => (at % 10, 2 + (at * 5 + at / 10) % 6),
        };
        let day = if at == 1 { 5 } else { at * 7 % 28 + 1 };
        let row = Row { at, person, drug };
        table +=
            &format!("{};{};2025-03-{day:02};{}\n", cells(row), DRUGS[drug], 10 + 20 * (at % 2));
    }
    table
}

fn number(person: usize) -> usize {
    2_000_000 + person * 7919
}

fn group(row: Row) -> usize {
    1042 + row.person % 2
}

/// The exit code, whether opioid and antagonist were found together, and the messages.
fn check(table: &[u8]) -> (i32, bool, String) {
    let (code, findings, told) = told(table, &["--format", "jsonl"]);
    (code, findings.contains(&format!("\"rule\":\"{OVERLAP}\"")), told)
}

#[track_caller]
fn expect(table: &str, code: i32, is_found: bool) -> String {
    let (got, found, told) = check(table.as_bytes());
    assert_eq!((got, found), (code, is_found), "{table}\n{told}");
    told
}

#[test]
fn a_drug_code_is_not_a_patient_whatever_its_header() {
    for header in ["PID", "IPP", "NIP", "Member"] {
        let cells = |row: Row| format!("{};{}", number(row.person), 345_678 + row.drug * 13);
        expect(&fills(&format!("Ref;{header}"), true, cells), 1, true);
        let swapped = |row: Row| format!("{};{}", 345_678 + row.drug * 13, number(row.person));
        expect(&fills(&format!("{header};Póliza"), true, swapped), 1, true);
    }
}

#[test]
fn a_cip_is_a_product_in_france_and_a_person_in_spain() {
    let table = |header: &str, people: [&str; 2], codes: [&str; 4]| {
        let [one, other] = people;
        let [a, b, c, d] = codes;
        format!(
            "{header};Désignation;Durée;Délivré le\n{one};{a};Naltrexone 50 mg comprimé;14;13/11/2025\n\
             {one};{b};Oxycodone 5 mg gélule;10;15/11/2025\n{other};{c};Ramipril 5 mg comprimé;90;08/12/2025\n\
             {other};{d};Metformine 500 mg comprimé;30;11/12/2025\n"
        )
    };
    let people = ["279102679359645", "135106165010731"];
    for codes in [
        ["3400935678901", "3400936601234", "3400931111111", "3400932222222"],
        ["3567890", "3660123", "3111111", "3222222"],
    ] {
        for header in ["NIR;CIP", "Matricule;N° CIP", "N° adhérent;CIP"] {
            expect(&table(header, people, codes), 1, true);
        }
    }
    let cips =
        ["ABCD 1 900101 00 1", "ABCD 1 900101 00 1", "EFGH 0 800202 00 2", "EFGH 0 800202 00 2"];
    expect(&table("Registro;CIP", ["1", "2"], cips), 1, true);
}

#[test]
fn who_typed_a_row_is_not_the_patient() {
    for (header, users) in [
        ("Usuario", ["alima", "rsilva", "jcosta"]),
        ("Usuário", ["Ana Lima", "Rui Silva", "Joao Costa"]),
        ("Utente", ["101", "102", "103"]),
    ] {
        for person in ["Ref", "Codice Fiscale", "CF"] {
            let crossing = |row: Row| format!("{};{}", number(row.person), users[row.at / 2 % 3]);
            expect(&fills(&format!("{person};{header}"), true, crossing), 1, true);
        }
        // Each for the same patients throughout: a group, or a family.
        let apart = |row: Row| format!("{};{}", number(row.person), users[row.person % 2]);
        let (code, ..) = check(fills(&format!("Ref;{header}"), false, apart).as_bytes());
        assert_ne!(code, 1, "{header}");
    }
    // Under the only header that names a person, it is one.
    let alone = |row: Row| format!("{}", number(row.person));
    expect(&fills("Usuario", true, alone), 1, true);
}

#[test]
fn a_group_number_gives_way_to_the_persons() {
    let cells = |row: Row| format!("{};{}", group(row), number(row.person));
    for group in ["Client ID", "Member ID", "Kunde"] {
        for person in ["Pt No", "Res No", "Akte", "NHC"] {
            expect(&fills(&format!("{group};{person}"), false, cells), 0, false);
        }
        let told = expect(&fills(&format!("{group};Ref"), false, cells), 3, true);
        assert!(told.contains("add `--columns patient=Ref`"), "{told}");
    }
    for headers in ["NIP;NIR", "IPP;NIR", "KV;Akte", "RUT;Nº SS"] {
        expect(&fills(headers, false, cells), 0, false);
    }
    for headers in ["NIP;Nr karty", "RUT;Ficha", "DNI;Póliza"] {
        expect(&fills(headers, false, cells), 3, true);
    }
    // With few rows, whether these are groups is asked.
    expect(
        "Client ID;Pt No;Drug;Fill Date;Days Supply\n1042;5551;Oxycodone 5 mg tablet;2025-03-01;10\n\
         1042;5552;Naltrexone 50 mg tablet;2025-03-05;30\n2207;5553;Lisinopril 10 mg tablet;2025-03-03;30\n\
         2207;5554;Metformin 500 mg tablet;2025-03-04;30\n",
        3,
        false,
    );
    // Residents numbered anew in each home.
    let anew = |row: Row| format!("{};{}", 1042 + row.at / 20, 101 + row.person);
    expect(&fills("Client;Resident", false, anew), 3, true);
}

#[test]
fn numbers_within_those_of_a_person_raise_no_question() {
    let visits =
        |row: Row| format!("{};V{}", number(row.person), 70_000 + row.at / 4 * 10 + row.person);
    let rows = |row: Row| format!("{};{}", number(row.person), 70_000 + row.at);
    let stores = |row: Row| format!("{};{}", number(row.person), 7001 + row.at % 3);
    let same = |row: Row| format!("{};{}", number(row.person), 8_000_000 + number(row.person));
    for patient in ["MRN", "Member ID", "DNI", "Utente"] {
        for other in ["Encounter", "Ref"] {
            expect(&fills(&format!("{patient};{other}"), true, rows), 1, true);
            expect(&fills(&format!("{patient};{other}"), true, stores), 1, true);
            expect(&fills(&format!("{patient};{other}"), true, same), 1, true);
        }
        expect(&fills(&format!("{patient};Encounter"), true, visits), 1, true);
    }
}

#[test]
fn a_family_under_one_number_is_reported_or_kept_apart() {
    let two = |headers: &str, one: &str, other: &str| {
        format!(
            "{headers};Drug;Fill Date;Days Supply\n{one};Oxycodone 5 mg tablet;2025-03-01;10\n\
             {other};Naltrexone 50 mg tablet;2025-03-05;30\n"
        )
    };
    for (headers, one, other) in [
        ("Member ID;Rel Code", "M7001;1", "M7001;2"),
        ("Subscriber ID;Relationship", "S7001;Self", "S7001;Spouse"),
        ("Cardholder ID;Patient Relationship Code", "C7001;18", "C7001;01"),
        ("Medicare No;Ref", "2950123451;1", "2950123451;2"),
    ] {
        expect(&two(headers, one, other), 0, false);
    }
    for headers in ["Member ID;Person Code", "Member Number;Dependent Code"] {
        let again = format!("{headers};Drug;Fill Date;Days Supply\n");
        let table = two(headers, "M7001;01", "M7001;02")
            + &again
            + "M7002;01;Metformin 500 mg;2025-03-01;30\n";
        expect(&table, 0, false);
    }
    // It is unclear whose relation this is.
    let caller = two("Member ID;Emergency Contact;Relationship", "M7001;x;Spouse", "M7001;y;Child");
    expect(&caller, 1, true);
    for (headers, one, other) in [
        ("Member ID;Patient Name", "M7001;Smith, John", "M7001;Smith, Mary"),
        ("Member ID;First Name;Last Name", "M7001;John;Smith", "M7001;Mary;Smith"),
        ("Kundennr;Patient", "7001;Vogel, Karl", "7001;Vogel, Anna"),
        ("NIR;Prénom", "279102679359645;Anne", "279102679359645;Léo"),
    ] {
        let told = expect(&two(headers, one, other), 1, true);
        assert!(told.contains("go with several first names"), "{headers}: {told}");
        assert!(!told.contains("Mary") && !told.contains("Karl"), "{told}");
    }
    for (headers, one, other) in [
        ("Member ID;Patient Name", "M7001;Smith, John", "M7001;SMITH, JOHN A"),
        ("MRN;Patient Name", "7001;Smith, John", "7001;Smith, Mary"),
        ("Member ID;Prescriber Name", "M7001;Smith, John", "M7001;Smith, Mary"),
        ("Member ID;Last Name", "M7001;Smith", "M7001;Jones"),
    ] {
        let told = expect(&two(headers, one, other), 1, true);
        assert!(!told.contains("first names"), "{headers}: {told}");
    }
}

#[test]
fn a_number_of_a_claim_or_a_file_is_asked_about_before_names() {
    for name in ["Claimant", "Customer", "Patient"] {
        for file in ["File #", "Claim No"] {
            let names = ["Smith", "Baker", "Marsh", "Keller", "Day"];
            // The first two fills are of two persons with the same name.
            let cells = |row: Row| {
                let name = names[if row.person == 2 { 0 } else { row.person / 2 }];
                format!("{};{name}, Mary", number(row.person))
            };
            let table = fills(&format!("{file};{name}"), false, cells);
            if file == "Claim No" {
                let told = expect(&table, 2, false);
                assert!(told.contains("--columns 'patient=Claim No'"), "{told}");
            } else {
                expect(&table, 0, false);
            }
        }
    }
    let two = |headers: &str| {
        format!(
            "{headers};Drug;Fill Date;Days Supply\n7001;Smith, John;Oxycodone 5 mg tablet;2025-03-01;10\n\
             7002;Smith, John;Naltrexone 50 mg tablet;2025-03-05;30\n"
        )
    };
    for headers in ["File #;Claimant", "Claim No;Claimant", "File #;Patient"] {
        expect(&two(headers), 2, false);
    }
}

#[test]
fn names_of_another_code_page_are_names() {
    let cells = |row: Row| {
        let name = ["Wójcik, Łukasz", "Źdźbło, Michał", "Wójcik, Łukasz"][row.person % 3];
        format!("{};{name}", number(row.person))
    };
    let table = fills("Nr pacjenta;Pacjent", true, cells);
    let (code, found, told) = check(table.as_bytes());
    assert_eq!((code, found), (1, true), "{told}");
    let in_cp1250 = |c: char| match c {
        'ó' => 0xF3,
        'Ł' => 0xA3,
        'ł' => 0xB3,
        'Ź' => 0x8F,
        'ź' => 0x9F,
        other => u8::try_from(other).unwrap(),
    };
    let bytes: Vec<u8> = table.chars().map(in_cp1250).collect();
    let (code, found, told) = check(&bytes);
    assert_eq!((code, found), (1, true), "{told}");
}

#[test]
fn a_short_code_beside_a_family_number_is_not_a_person_by_itself() {
    for code in ["Patient Code", "Individual No", "PC"] {
        // Person 01 of each of three families, and one who has both.
        let apart = format!(
            "Member ID;{code};Drug;Fill Date;Days Supply\n70;01;Oxycodone 5 mg tablet;2025-03-01;10\n\
             71;01;Naltrexone 50 mg tablet;2025-03-05;30\n72;02;Lisinopril 10 mg tablet;2025-03-05;30\n"
        );
        expect(&apart, 0, false);
        expect(&apart.replace("71;", "70;"), 1, true);
    }
}

#[test]
fn families_are_distinguished_in_each_language() {
    for (number, code, one, other) in [
        ("Member ID", "Rel", "1", "2"),
        ("Nº afiliado", "Integrante", "01", "02"),
        ("Póliza", "Parentesco", "Titular", "Hijo"),
        ("Carteirinha", "Dependente", "01", "02"),
        ("Matrícula", "Grau parentesco", "Titular", "Filho"),
        ("Versichertennummer", "Personennr.", "01", "02"),
        ("Versichertennummer", "Verwandtschaft", "Mitglied", "Kind"),
        ("Haushalt", "Person", "1", "2"),
        ("Numéro assuré", "Rang bénéficiaire", "01", "02"),
        ("Numéro assuré", "Lien", "Assuré", "Enfant"),
        ("N. polizza", "Componente", "01", "02"),
        ("N. polizza", "Parentela", "Titolare", "Figlio"),
        ("Polisnummer", "Verzekerde volgnr", "01", "02"),
        ("Nr polisy", "Nr osoby", "01", "02"),
        ("Hushåll", "Person", "1", "2"),
        ("Poliçe No", "Birey No", "01", "02"),
    ] {
        let table = format!(
            "{number};{code};Drug;Fill Date;Days Supply\n7001;{one};Oxycodone 5 mg tablet;2025-03-01;10\n\
             7001;{other};Naltrexone 50 mg tablet;2025-03-05;30\n7002;{one};Lisinopril 10 mg tablet;2025-03-05;30\n\
             7002;{other};Metformin 500 mg tablet;2025-03-06;30\n"
        );
        expect(&table, 0, false);
        let one_person = table.replace(&format!("7001;{other};Nal"), &format!("7001;{one};Nal"));
        expect(&one_person, 1, true);
    }
}

#[test]
fn a_number_in_every_row_is_no_ones_beside_one_that_recurs() {
    let cells = |row: Row| format!("{};77", number(row.person));
    for person in ["Passport", "Chart No", "Case No"] {
        let (code, found, told) =
            check(fills(&format!("{person};Client"), false, cells).as_bytes());
        assert!(code != 1 && !found, "{person}: {told}");
    }
    // A single patient.
    let one = |row: Row| format!("{};77", 70_000 + row.at);
    expect(&fills("Ref;Patient ID", true, one), 1, true);
    expect(&fills("Ref;Client", true, one), 1, true);
}

#[test]
fn a_status_is_not_a_persons_name() {
    for (header, one, other) in
        [("Member Status", "Active", "Termed"), ("Patient Type", "Home", "Ward")]
    {
        let told = expect(
            &format!(
                "Member ID;{header};Drug;Fill Date;Days Supply\n7001;{one};Oxycodone 5 mg tablet;2025-03-01;10\n\
                 7001;{other};Naltrexone 50 mg tablet;2025-03-05;30\n7002;{one};Lisinopril 10 mg tablet;2025-03-05;30\n"
            ),
            1,
            true,
        );
        assert!(!told.contains("first names"), "{header}: {told}");
    }
}

#[test]
fn numbers_that_may_count_a_family_distinguish_its_members_or_are_asked_about() {
    for (number, count) in [
        ("Member ID", "Seq"),
        ("Subscriber No", "Sequence No"),
        ("Policy No", "Seq"),
        ("Nº afiliado", "Orden"),
        ("Carteirinha", "Sequência"),
        ("Versichertennummer", "lfd. Nr."),
        ("Numéro assuré", "Rang"),
        ("N. polizza", "Progressivo"),
        ("Polisnummer", "Volgnr"),
        ("Försäkringsnr", "Löpnr"),
    ] {
        let born = format!(
            "{number};{count};DOB;Drug;Fill Date;Days Supply\n7001;01;1961-03-04;Oxycodone 5 mg tablet;2025-03-01;10\n\
             7001;02;1988-05-06;Naltrexone 50 mg tablet;2025-03-05;30\n7002;01;1970-07-08;Lisinopril 10 mg tablet;2025-03-05;30\n\
             7002;02;1971-07-09;Metformin 500 mg tablet;2025-03-06;30\n"
        );
        expect(&born, 0, false);
        let of_one = born.replace("7001;02;1988-05-06", "7001;01;1961-03-04");
        expect(&of_one, 1, true);
    }
    let unborn = "Member ID;Seq;Drug;Fill Date;Days Supply\n7001;01;Oxycodone 5 mg tablet;2025-03-01;10\n\
                  7001;02;Naltrexone 50 mg tablet;2025-03-05;30\n7002;01;Lisinopril 10 mg tablet;2025-03-05;30\n";
    let told = expect(unborn, 3, true);
    assert!(told.contains("patient=Member ID+Seq"), "{told}");
    // The lines of a claim.
    let lines = "Member ID;Claim ID;Seq;Drug;Fill Date;Days Supply\n7001;9001;01;Oxycodone 5 mg tablet;2025-03-01;10\n\
                 7001;9001;02;Naltrexone 50 mg tablet;2025-03-05;30\n7002;9002;01;Lisinopril 10 mg tablet;2025-03-05;30\n";
    expect(lines, 1, true);
}

#[test]
fn a_client_in_every_row_is_no_one_beside_any_number_that_recurs() {
    let cells = |row: Row| format!("{};77", number(row.person));
    for person in ["User", "User ID", "ICN", "Service No"] {
        let (code, found, told) =
            check(fills(&format!("{person};Client"), false, cells).as_bytes());
        assert!(code != 1 && !found, "{person}: {told}");
    }
}

#[test]
fn an_account_that_is_new_in_each_row_is_no_one_beside_one_that_recurs() {
    let cells = |row: Row| format!("{};{}", 9_000_000 + row.at * 17, number(row.person));
    for person in ["File Number", "Civil ID", "Passport"] {
        expect(&fills(&format!("Account;{person}"), true, cells), 1, true);
        expect(&fills(&format!("Account;{person}"), false, cells), 0, false);
    }
}

#[test]
fn a_study_number_is_no_one_even_if_most_have_one_drug() {
    let table = |header: &str, groups: usize| {
        let mut table = format!("{header};Fill Date;Drug;Days Supply\n");
        for person in 0..10 {
            let group = person * groups / 10 + 1;
            let first =
                if person == 0 { "Oxycodone 5 mg tablet" } else { "Naltrexone 50 mg tablet" };
            table += &format!("S{group};{0};2026-03-01;{first};7\n", 5100 + person);
            table +=
                &format!("S{group};{0};2026-03-12;Naltrexone 50 mg tablet;30\n", 5100 + person);
        }
        table
    };
    for header in
        ["STUDYID;SUBJID", "Study ID;Subject", "Client ID;Patient No", "Person ID;USUBJID"]
    {
        for groups in [1, 4] {
            let (_, findings, told) = found_in(&table(header, groups));
            assert!(findings.contains("recent-opioid"), "{header} {groups}: {told}");
        }
    }
    for header in ["Client ID;MRD No", "Customer No;Screening No", "Member ID;Participant Code"] {
        for groups in [1, 4] {
            let (code, findings, told) = found_in(&table(header, groups));
            let is_right = code == 3 || findings.contains("recent-opioid");
            assert!(is_right, "{header} {groups}: {told}");
        }
    }
    let two = "Client ID;MRD No;Fill Date;Drug;Days Supply\nS1;100;2026-02-01;Naltrexone 50 mg;30\nS1;100;2026-03-03;Naltrexone 50 mg;3\n\
               S1;101;2026-03-10;Oxycodone 5 mg;5\nS1;101;2026-03-17;Naltrexone 50 mg;30\n";
    expect(two, 3, false);
}

/// The exit code, the findings, and the messages.
fn found_in(table: &str) -> (i32, String, String) {
    told(table.as_bytes(), &["--format", "jsonl"])
}

#[test]
fn a_number_shared_by_several_people_is_no_ones() {
    for constant in ["Study ID", "STUDYID", "Client ID", "Customer No"] {
        for patient in ["Patient ID", "MRN", "PATID", "Subject ID", "PTNO"] {
            let table = format!(
                "{constant};{patient};Drug;Fill Date;Days Supply\nX9;5100;Oxycodone 5 mg;2026-03-01;7\nX9;5101;Metformin 500 mg;2026-03-01;30\n\
                 X9;5102;Oxycodone 5 mg;2026-03-01;7\nX9;5102;Naltrexone 50 mg;2026-03-03;30\n"
            );
            expect(&table, 1, true);
        }
    }
}

#[test]
fn a_claim_suffix_is_not_a_person() {
    for suffix in ["Claim Suffix", "claim_suffix", "ClaimSuffix", "Claim Sfx", "Rx Suffix"] {
        for patient in ["Member ID", "Cardholder ID", "Subscriber ID"] {
            let table = format!(
                "{patient};Claim No;{suffix};Drug;Fill Date;Quantity;Days Supply\nM7001;1001;01;Oxycodone 5 mg;2026-03-01;42;7\n\
                 M7001;1002;00;Naltrexone 50 mg;2026-03-05;30;30\n"
            );
            let (code, findings, said) = found_in(&table);
            let is_right = code == 2 || findings.contains(OVERLAP);
            assert!(is_right, "{patient} {suffix}: {code} {said}");
        }
    }
}

/// Nine fills of seven people, the second of whom has both drugs; two staff numbers, the first for the other drugs.
fn of_staff(headers: &str, cells: impl Fn(usize, &str, &str) -> String) -> String {
    const NAMES: [&str; 7] = [
        "SILVA LUZ",
        "NOVAK IVO",
        "MOREAU PAUL",
        "KOWAL OLGA",
        "ROSSI RITA",
        "JANSEN JAN",
        "WEBER UWE",
    ];
    const FILLS: [(usize, usize, &str); 9] = [
        (0, 2, "70011"),
        (1, 0, "70058"),
        (2, 3, "70011"),
        (1, 1, "70011"),
        (3, 0, "70058"),
        (4, 1, "70058"),
        (5, 4, "70011"),
        (0, 5, "70058"),
        (6, 6, "70058"),
    ];
    let mut table = format!("{headers};Drug;Fill Date;Days Supply\n");
    for (at, (person, drug, staff)) in FILLS.into_iter().enumerate() {
        let cells = cells(person, NAMES[person], staff);
        table += &format!("{cells};{};2026-03-{:02};30\n", DRUGS[drug], at * 3 + 1);
    }
    table
}

#[test]
fn a_number_beside_several_names_is_not_a_patient() {
    for staff in [
        "Checked by",
        "Qqq No",
        "BHF No",
        "Staff",
        "Ref",
        "Acct",
        "ID",
        "Usuario",
        "Cédula",
        "Contract",
    ] {
        for name in ["Patient", "Patient Name", "Paciente", "Name", "Nombre", "Фамилия"] {
            let table =
                of_staff(&format!("{name};{staff}"), |_, name, staff| format!("{name};{staff}"));
            expect(&table, 2, false);
        }
        // The number that goes with the names is the patient's, whatever its header and form.
        for of in [("Foo", 41_000), ("OIB", 12_345_678_900), ("Plugh", 12_345_678_900_usize)] {
            let table = of_staff(&format!("{};Patient;{staff}", of.0), |person, name, staff| {
                format!("{};{name};{staff}", of.1 + person * 7)
            });
            let told = expect(&table, 1, true);
            assert!(!told.contains("first names"), "{told}");
        }
    }
    let born =
        of_staff("Qqq No;DOB", |person, _, staff| format!("{staff};19{}0-05-06", 5 + person % 4));
    expect(&born, 2, false);
}

#[test]
fn a_guessed_number_of_a_family_is_asked_about() {
    let table = "Foo;Patient;Drug;Fill Date;Days Supply\n7001;Smith, John;Oxycodone 5 mg tablet;2025-03-01;10\n\
                 7001;Smith, Mary;Naltrexone 50 mg tablet;2025-03-05;30\n7002;Marsh, Eve;Metformin 500 mg;2025-03-05;30\n";
    let told = expect(table, 3, true);
    assert!(told.contains("was taken for the patient's by its cells alone"), "{told}");
    assert!(!told.contains("Mary"), "{told}");
}

#[test]
fn a_licence_after_the_prescriber_is_not_a_patient() {
    let cells =
        |person: usize, _: &str, staff: &str| format!("{};GARCIA M;{staff}", 41_000 + person * 7);
    for folio in ["CURP", "Folio", "Ficha"] {
        expect(&of_staff(&format!("{folio};Médico;Cédula"), cells), 1, true);
    }
    let alone = |person: usize, _: &str, _: &str| format!("{}", 41_000 + person * 7);
    expect(&of_staff("Cédula", alone), 1, true);
}

#[test]
fn a_medical_aid_number_is_a_familys_beside_a_dependant_code() {
    let table = |one: &str, other: &str| {
        format!(
            "Med Aid No;Dep Code;Drug;Fill Date;Days Supply;BHF No\n1500012;{one};Oxycodone 5 mg tablet;2025-03-01;10;70011\n\
             1500012;{other};Naltrexone 50 mg tablet;2025-03-05;30;70011\n"
        )
    };
    expect(&table("00", "00"), 1, true);
    expect(&table("00", "01"), 0, false);
}
