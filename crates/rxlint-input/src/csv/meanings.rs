//! What the words, letters and numbers of a column mean, if its header and its other cells show it.

use std::sync::LazyLock;

use rxlint_model::answers;
use rxlint_model::record::{AdjustmentCodes, Field};

use crate::layout::{self, TableLayout};
use crate::options::InputOptions;

/// What a site's own words mean, by the columns in which they are.
pub(super) fn words(
    layout: &TableLayout,
    head: &[(Field, &[u8])],
    options: &InputOptions,
) -> Vec<(Field, Vec<(String, String)>)> {
    let mut words = Vec::new();
    let counted = of_counts_of_doses(layout, head);
    let is_counted = counted.as_ref().map(|(field, _)| *field);
    words.extend(counted);
    let is_read =
        |header: &&str| !layout::says_time_given(header) && is_counted != Some(Field::Status);
    if let Some(header) = layout.header(Field::Status).filter(is_read) {
        // If doses are given, `paused` is said about an infusion.
        let decisions = match () {
            () if layout.is_order_log => of_orders(),
            () if says_given(head) => Vec::new(),
            () => of_decisions(head, header),
        };
        let more = if layout::says_handed_over(header) || layout::says_not_denied(header) {
            [handed_over(head, Field::Status, header), letters_of_header(head, header)].concat()
        } else {
            let of_doses = of_doses(layout, head, header);
            [of_doses, denied_letter(layout, head, header), letters(head, header)].concat()
        };
        let more = [decisions, of_orders_alone(layout), more].concat();
        let own = options.status_words.clone();
        let again = of_flag(&[("7", layout::IN_PLACE)]);
        let again = if layout.column(Field::Original).is_some() { again } else { Vec::new() };
        let of_claims = [answers_of_835(layout, head, header), bills(layout), again].concat();
        let back = [paid_and_reversed(head), reversed_or_rejected(layout, head, header)].concat();
        let of_records = record_statuses(layout, head, header);
        let paid = paid_by_credit(head, Field::Status, header);
        let more = [more, payments(header), paid, denials(header), back, of_records].concat();
        words.push((Field::Status, [own, more, of_claims].concat()));
    }
    words.push((Field::Adjustment, adjustments(layout, head)));
    if let Some(field) = layout.order_rows {
        match words.iter_mut().find(|(of, _)| *of == field) {
            Some((_, words)) => words.splice(0..0, of_order_rows()).for_each(drop),
            None => words.push((field, of_order_rows())),
        }
    }
    for field in [Field::Voided, Field::Cancelled] {
        if is_counted == Some(field) {
            continue;
        }
        let header = layout.header(field);
        let more = header.map(|header| match layout::says_handed_over(header) {
            true => handed_over(head, field, header),
            false => taken_back_letters(head, field, header),
        });
        words.push((field, more.unwrap_or_default()));
    }
    if head_has_letter(head, Field::Active, b"A") {
        words.push((Field::Active, of_flag(&[("i", "no"), ("d", "no")])));
    }
    // NCPDP's pregnancy indicator (335-2C): 1 is not pregnant, 2 is.
    let pregnant = |text: &[u8]| head_says(head, Field::Pregnancy, text);
    let header = layout.header(Field::Pregnancy);
    let is_by_number = header.is_some_and(|header| header.to_uppercase().contains("335-2C"));
    if is_by_number || pregnant(b"2") && !pregnant(b"0") {
        words.push((Field::Pregnancy, of_flag(&[("1", "no"), ("2", "yes")])));
    }
    words
}

/// What the letters of such a flag mean. `F` beside `N` is not *false*: it is *filled* or *final*, as it always is for a claim's final action.
fn handed_over(head: &[(Field, &[u8])], field: Field, header: &str) -> Vec<(String, String)> {
    let is_no = head_has_letter(head, field, b"N");
    let is_final = layout::says_final(header);
    let is_use = layout::says_taking(header);
    // A hyphen is blank; *sí* and *oui* are letters here.
    let answers =
        answers::words().filter(|(word, _)| *word != "-").chain([("s", true), ("o", true)]);
    let means = |(word, says_yes): (&str, bool)| {
        let is_so = says_yes || word == "f" && (is_no || is_final);
        let means = match field {
            _ if !is_so => "not dispensed",
            Field::Cancelled => "no",
            _ if is_use => "taking",
            _ => "dispensed",
        };
        (word.to_owned(), means.to_owned())
    };
    let mut words: Vec<(String, String)> = answers.map(means).collect();
    if let Some(initial) = layout::initial_of_handed_over(header) {
        // `V` of `Valid` is not a void.
        words.push(means((&initial.to_string(), true)));
    }
    words
}

fn of_flag(words: &[(&str, &str)]) -> Vec<(String, String)> {
    words.iter().map(|(word, means)| ((*word).to_owned(), (*means).to_owned())).collect()
}

/// What words in a column of payments mean that show that a claim is unpaid: the money is still to come.
fn payments(header: &str) -> Vec<(String, String)> {
    const OF_MONEY: [&str; 5] = ["payment", "pay", "pmt", "pymt", "billing"];
    const TO_COME: [&str; 7] =
        ["pending", "unpaid", "not paid", "open", "outstanding", "due", "overdue"];
    let words = layout::words_of(header);
    let is_of_money = words.iter().any(|word| OF_MONEY.contains(&word.as_str()));
    let to_come = TO_COME.iter().filter(|_| is_of_money);
    of_flag(&to_come.map(|word| (*word, "billed")).collect::<Vec<_>>())
}

/// What a credit means beside other ways to pay: it is one of them. Beside a debit alone it is the credit of a book.
fn paid_by_credit(head: &[(Field, &[u8])], field: Field, header: &str) -> Vec<(String, String)> {
    let said = || head.iter().filter(|(of, text)| *of == field && !text.is_empty());
    let text = |text: &[u8]| String::from_utf8_lossy(text).into_owned();
    let is_way = |word: &str| layout::is_way_to_pay(word);
    let mut words: Vec<String> = said().map(|(_, cell)| text(cell)).collect();
    words.sort_unstable();
    words.dedup();
    let pays = words.iter().any(|word| is_way(word));
    if !pays && !layout::says_way_to_pay(header) {
        return Vec::new();
    }
    // A column that bills and credits claims says so with its other words.
    words.retain(|word| is_way(word));
    let ways = words.into_iter().map(|word| word.to_lowercase());
    let credits = layout::credits().flat_map(spellings);
    ways.chain(credits).map(|word| (word, "paid".to_owned())).collect()
}

/// The claim status numbers in T-MSIS (X12's claim status codes) that CMS excludes as denied.
fn denials(header: &str) -> Vec<(String, String)> {
    const DENIED: [&str; 7] = ["26", "026", "87", "087", "542", "585", "654"];
    let is_of_claims = header.trim().eq_ignore_ascii_case("CLM_STUS_CD");
    let denied = DENIED.iter().filter(|_| is_of_claims);
    of_flag(&denied.map(|code| (*code, "denied")).collect::<Vec<_>>())
}

/// Beside `P`, *paid*, `X` reverses that, as pharmacy benefit systems write it (RxClaim: P, R, X); if `V` is there too, `V` does so itself.
fn paid_and_reversed(head: &[(Field, &[u8])]) -> Vec<(String, String)> {
    let has = |letters: &[u8]| head_has_letter(head, Field::Status, letters);
    of_flag(&[("x", "reversed")][..usize::from(has(b"P") && !has(b"V"))])
}

/// `R` is a reversal if its row names another claim and no paid row does, and no other letter of the column reverses.
fn reversed_or_rejected(
    layout: &TableLayout,
    head: &[(Field, &[u8])],
    header: &str,
) -> Vec<(String, String)> {
    const OF_RESPONSES: [&str; 6] = ["response", "resp", "112", "ncpdp", "reject", "rejected"];
    let words = layout::words_of(header);
    let is_response = words.iter().any(|word| OF_RESPONSES.contains(&word.as_str()));
    let others = head_has_letter(head, Field::Status, b"XV");
    if layout.column(Field::Original).is_none() || is_response || others {
        return Vec::new();
    }
    let first = head.first().map(|(field, _)| *field);
    let rows = head.chunk_by(|_, (field, _)| Some(*field) != first);
    let cell = |row: &[(Field, &[u8])], of: Field| {
        row.iter().find(|(field, _)| *field == of).map(|(_, text)| text.to_ascii_uppercase())
    };
    let names_another = |row: &&[(Field, &[u8])]| {
        let original = cell(row, Field::Original).unwrap_or_default();
        !original.is_empty() && cell(row, Field::Claim).as_deref() != Some(&original)
    };
    let is_paid = |row: &[(Field, &[u8])]| cell(row, Field::Status).as_deref() == Some(b"P");
    let is_told = !rows.filter(names_another).any(is_paid);
    of_flag(&[("r", "reversal or rejection")][..usize::from(is_told)])
}

/// What the claim codes of a payment mean (X12 835, CLP02), if a column holds no others, and has that name or a code that only they have.
fn answers_of_835(
    layout: &TableLayout,
    head: &[(Field, &[u8])],
    header: &str,
) -> Vec<(String, String)> {
    const PAID: [&str; 9] = ["1", "2", "3", "01", "02", "03", "19", "20", "21"];
    const OTHERS: [(&str, &str); 5] = [
        ("4", "denied"),
        ("04", "denied"),
        ("22", "reversed"),
        ("23", "rejected"),
        ("25", "quote"),
    ];
    const CALLED: [&str; 8] = ["claim", "clm", "status", "stat", "stus", "code", "cd", "payment"];
    let words = layout::words_of(header);
    let has = |names: &[&str]| words.iter().any(|word| names.contains(&word.as_str()));
    // All-payer claims databases also have the line types.
    let is_of_apcd = || layout.header(Field::Adjustment).is_some_and(is_line_type);
    let is_called_so = has(&["clp", "clp02", "835", "pc025"]) || is_of_apcd();
    let is_of_claims = is_called_so || has(&["claim", "clm"]);
    let paid = PAID.iter().map(|code| (*code, "paid"));
    let codes: Vec<(&str, &str)> = paid.chain(OTHERS).collect();
    let is_code = |text: &[u8]| codes.iter().any(|(code, _)| code.as_bytes() == text);
    let said = || {
        let of_status = head.iter().filter(|(of, text)| *of == Field::Status && !text.is_empty());
        of_status.map(|(_, text)| *text)
    };
    let is_theirs = |text: &[u8]| text.len() == 2 && text[0] != b'0';
    // That is what X12 calls it, and some of them were paid.
    let has_name = || {
        let is_name = |word: &String| CALLED.contains(&word.as_str());
        is_of_claims && has(&["code", "cd"]) && words.iter().all(is_name)
    };
    let is_paid = |text: &[u8]| PAID.iter().any(|code| code.as_bytes() == text);
    let is_835 = is_of_claims
        && said().all(is_code)
        && (is_called_so || said().any(is_theirs) || has_name() && said().any(is_paid));
    of_flag(&codes[..if is_835 { codes.len() } else { 0 }])
}

/// In a table that names the claim that a row is about, a row that adjusts or corrects replaces it.
fn bills(layout: &TableLayout) -> Vec<(String, String)> {
    let has_original = layout.column(Field::Original).is_some();
    of_flag(if has_original { &layout::BILLS } else { &[] })
}

/// How books write a debit, which bills, and a credit, which reverses; the last two are *Soll* and *Haben*.
const DEBITS_AND_CREDITS: [(&str, &str); 8] = [
    ("d", "debit"),
    ("c", "credit"),
    ("dr", "debit"),
    ("cr", "credit"),
    ("db", "debit"),
    ("debet", "debit"),
    ("s", "debit"),
    ("h", "credit"),
];

/// What the numbers of NCPDP's transactions before B1 and B2, which CPhA uses too, mean in a column that holds no others.
fn transactions(head: &[(Field, &[u8])], header: &str) -> Vec<(String, String)> {
    const CODES: [(&str, &str); 8] = [
        ("01", "original"),
        ("02", "original"),
        ("03", "original"),
        ("04", "original"),
        ("11", "reversal"),
        ("12", "reversal"),
        ("13", "reversal"),
        ("14", "reversal"),
    ];
    let is_one = layout::words_of(header).concat() == "transactioncode";
    if is_one { codes_alone(head, Field::Adjustment, &CODES) } else { Vec::new() }
}

/// These codes, if a column holds no others.
fn codes_alone(
    head: &[(Field, &[u8])],
    field: Field,
    codes: &[(&str, &str)],
) -> Vec<(String, String)> {
    let mut said = head.iter().filter(|(of, text)| *of == field && !text.is_empty());
    let is_code = |text: &[u8]| codes.iter().any(|(code, _)| code.as_bytes() == text);
    of_flag(if said.all(|(_, text)| is_code(text)) { codes } else { &[] })
}

/// What the numbers of a claim's record status mean (NCPDP's post-adjudication standard, field 399), in a column that holds no others.
fn record_statuses(
    layout: &TableLayout,
    head: &[(Field, &[u8])],
    header: &str,
) -> Vec<(String, String)> {
    const CODES: [(&str, &str); 4] =
        [("1", "paid"), ("2", "rejected"), ("3", "reversed"), ("4", "adjusted")];
    let is_named = layout::words_of(header).concat().starts_with("recordstatuscode");
    let is_of_claims =
        [Field::Claim, Field::Prescription].into_iter().any(|field| layout.column(field).is_some());
    if is_named && is_of_claims { codes_alone(head, Field::Status, &CODES) } else { Vec::new() }
}

/// Whether a column holds the claim line types of the all-payer claims database of Massachusetts: O, V, R, B, A.
fn is_line_type(header: &str) -> bool {
    ["claimlinetype", "pc110"].contains(&layout::words_of(header).concat().as_str())
}

/// The purposes for which a bill is sent, by the codes of X12 (BHT02) and IAIABC.
const PURPOSES: [(&str, &str); 5] = [
    ("00", "original"),
    ("01", "void"),
    ("05", "replacement"),
    ("cancel", "void"),
    ("cancellation", "void"),
];

/// What a report to a monitoring programme does to the one before (ASAP 4.2, DSP01).
const REPORTS: [(&str, &str); 6] = [
    ("00", "original"),
    ("0", "original"),
    ("01", "revision"),
    ("1", "revision"),
    ("02", "reversal"),
    ("2", "reversal"),
];

/// What the words and letters of a column of adjustments mean.
fn adjustments(layout: &TableLayout, head: &[(Field, &[u8])]) -> Vec<(String, String)> {
    let Some(header) = layout.header(Field::Adjustment) else { return Vec::new() };
    let mut words = Vec::new();
    if matches!(layout.adjustment, AdjustmentCodes::Claim | AdjustmentCodes::ClaimType) {
        let is_line_type = is_line_type(header);
        words.extend(of_flag(&[("r", "replacement")][..usize::from(is_line_type)]));
        words.extend(adjustment_letters(head, layout.column(Field::Original).is_some()));
    } else if layout::says_debit(header) || layout::words_of(header) == ["d", "c"] {
        words
            .extend(of_flag(&DEBITS_AND_CREDITS[..if layout::says_haben(header) { 8 } else { 6 }]));
    }
    if layout::says_purpose(header) {
        words.extend(of_flag(&PURPOSES));
    }
    if layout::says_reporting_status(header) {
        words.extend(of_flag(&REPORTS));
    }
    words.extend(transactions(head, header));
    words.extend(paid_by_credit(head, Field::Adjustment, header));
    if layout.adjustment == AdjustmentCodes::Action {
        let means = |is_taken| if is_taken { "new" } else { "stop" };
        words.extend(layout::decisions().flat_map(|(word, known)| {
            spellings(word).into_iter().map(move |word| (word, means(known.is_taken).to_owned()))
        }));
    }
    words.extend(bills(layout));
    words
}

/// What became of a dose, as the VA's medication log writes it (VistA file 53.79, field .09).
const GIVEN: [(&str, &str); 9] = [
    ("g", "given"),
    ("i", "given"),
    ("s", "given"),
    ("c", "given"),
    ("rm", "given"),
    ("h", "held"),
    ("r", "refused"),
    ("n", "not given"),
    ("m", "not given"),
];

/// What became of a dose in a log of doses, in words too short to mean that anywhere else: no show, did not attend, refused. Letters of visits say
/// who was there.
fn of_doses(layout: &TableLayout, head: &[(Field, &[u8])], header: &str) -> Vec<(String, String)> {
    const LOGS: [&str; 5] = ["mar", "bcma", "dose", "dosing", "attendance"];
    const OF_VISITS: [(&str, &str); 3] = [("p", "given"), ("a", "not given"), ("e", "not given")];
    let words = layout::words_of(header);
    let is_log = layout.column(Field::Administered).is_some()
        || says_given(head)
        || words.iter().any(|word| LOGS.contains(&word.as_str()));
    let is_of_visits = words.iter().any(|word| word == "attendance");
    let of_logs = if is_log { OF_LOGS.as_slice() } else { &[] };
    let of_visits = of_flag(if is_of_visits { &OF_VISITS } else { &[] });
    let done = says_done(head);
    let of_log = |(word, means): &(String, String)| match means.as_str() {
        TO_BE_GIVEN if done => (word.clone(), "not given".to_owned()),
        TO_BE_GIVEN if word == "ordered" => (word.clone(), "dose or order".to_owned()),
        TO_BE_GIVEN => (word.clone(), "dose or plan".to_owned()),
        _ => (word.clone(), means.clone()),
    };
    of_visits.into_iter().chain(of_logs.iter().map(of_log)).collect()
}

/// What `doses.txt` calls something that is still to be done.
const TO_BE_GIVEN: &str = "to be given";

/// Whether a column of statuses says that doses were given, and never how one is ordered.
fn says_done(head: &[(Field, &[u8])]) -> bool {
    const KINDS: [&str; 7] =
        ["prn", "unscheduled", "one-time", "one time", "stat", "take home", "guest"];
    (says_given(head) || says_one_of(head, &["completed"])) && !says_one_of(head, &KINDS)
}

/// Whether it says that some were given.
fn says_given(head: &[(Field, &[u8])]) -> bool {
    says_one_of(head, &["given", "administered", "dosed", "medicated", "injected"])
}

fn says_one_of(head: &[(Field, &[u8])], words: &[&str]) -> bool {
    let is_one = |text: &[u8]| words.iter().any(|w| text.eq_ignore_ascii_case(w.as_bytes()));
    head.iter().any(|(of, text)| *of == Field::Status && is_one(text))
}

/// What the numbers of a column mean that counts the doses of an order that were given, if there is one: with none, nothing was taken.
fn of_counts_of_doses(
    layout: &TableLayout,
    head: &[(Field, &[u8])],
) -> Option<(Field, Vec<(String, String)>)> {
    const MOST: u32 = 999;
    let is_number = |field: &Field| {
        head.iter().any(|(of, text)| of == field && text.first().is_some_and(u8::is_ascii_digit))
    };
    let counts = |field: &Field| {
        layout.header(*field).is_some_and(layout::says_doses_counted) && is_number(field)
    };
    let field = [Field::Status, Field::Cancelled, Field::Voided].into_iter().find(counts)?;
    let given = if field == Field::Status { "given" } else { "no" };
    let none = ["0", "none", "keine", "aucune", "ninguna", "nessuna", "geen", "nenhuma"];
    let words = none.iter().map(|word| ((*word).to_owned(), "not given".to_owned()));
    let counted = (1..=MOST).map(|count| (count.to_string(), given.to_owned()));
    Some((field, words.chain(counted).collect()))
}

/// What the words of a log of orders mean: that something goes on from then, or that the order ended on that day.
fn of_orders() -> Vec<(String, String)> {
    let means = |starts| if starts { "ongoing" } else { "order ended" };
    layout::order_words()
        .flat_map(|(word, starts)| {
            spellings(word).into_iter().map(move |word| (word, means(starts).to_owned()))
        })
        .collect()
}

/// What the words of a column mean that says whether a row orders or hands over.
fn of_order_rows() -> Vec<(String, String)> {
    let means = |is_ordered| if is_ordered { "order of fills" } else { "active" };
    layout::words_of_order_rows()
        .flat_map(|(word, is_ordered)| {
            spellings(word).into_iter().map(move |word| (word, means(is_ordered).to_owned()))
        })
        .collect()
}

/// What the words of a column mean that says what was decided about each medicine, at a discharge or when lists were compared: `STOP` there is not
/// the end of a course. In a column of statuses only words that are not statuses are read so.
fn of_decisions(head: &[(Field, &[u8])], header: &str) -> Vec<(String, String)> {
    let said = || head.iter().filter(|(of, text)| *of == Field::Status && !text.is_empty());
    let of_list = |is_order: bool| {
        let known = layout::decisions().filter(move |(_, known)| !is_order || known.is_order);
        known.flat_map(|(word, known)| {
            let means = if known.is_taken { "continue" } else { "not taken" };
            spellings(word).into_iter().map(move |word| (word, means.to_owned()))
        })
    };
    if layout::says_decision(header) && said().any(|(_, text)| layout::decision(text).is_some()) {
        return of_list(false).collect();
    }
    let is_ordered = |text: &[u8]| layout::decision(text).is_some_and(|known| known.is_order);
    let count = said().count();
    let decided = said().filter(|(_, text)| layout::decision(text).is_some()).count();
    let is_it = decided * 10 >= count * 9 && said().any(|(_, text)| is_ordered(text));
    if is_it { of_list(true).collect() } else { Vec::new() }
}

/// What words of statuses mean in a table of orders, or a list, that says nothing of fills.
fn of_orders_alone(layout: &TableLayout) -> Vec<(String, String)> {
    const OF_FILLS: [Field; 4] =
        [Field::Dispensed, Field::Administered, Field::DaysSupply, Field::Claim];
    let has = |field: Field| layout.column(field).is_some();
    let is_of_orders = has(Field::Start) && !OF_FILLS.into_iter().any(has);
    if is_of_orders { table_of(include_str!("orders.txt")) } else { Vec::new() }
}

/// Words of logs of doses in many languages, with what each means.
static OF_LOGS: LazyLock<Vec<(String, String)>> =
    LazyLock::new(|| table_of(include_str!("doses.txt")));

/// The words of a table of words, in all their spellings, with what each means.
fn table_of(table: &'static str) -> Vec<(String, String)> {
    let of_word = |(means, word): (&'static str, &str)| {
        spellings(word).into_iter().map(move |text| (text, means.to_owned()))
    };
    layout::words_of_table(table).flat_map(of_word).collect()
}

/// The spellings of a word that a comparison without the case of ASCII needs: what that does not fold is listed in full.
fn spellings(word: &str) -> Vec<String> {
    let mut letters = word.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let capital = format!("{first}{}", letters.as_str());
    let all = [word.to_owned(), word.to_uppercase(), capital];
    let count = if word.is_ascii() { 1 } else { all.len() };
    all.into_iter().take(count).collect()
}

/// What a word in a log of doses means if it is in place of an amount or a time.
pub(super) fn of_a_dose(word: &[u8]) -> Option<&'static str> {
    let word = word.strip_suffix(b".").unwrap_or(word);
    let is_word = word.first().is_some_and(|first| !first.is_ascii_digit());
    let is_it = |(known, _): &&(String, String)| word.eq_ignore_ascii_case(known.as_bytes());
    let known = OF_LOGS.iter().filter(|(_, means)| is_word && means != TO_BE_GIVEN);
    known.into_iter().find(is_it).map(|(_, means)| means.as_str())
}

/// What the letter `R` of a column of statuses means if nothing in it shows that it is *rejected*: beside `N`, `O` or `I` it is a refill; otherwise
/// it may be either. A site may say otherwise (`StatusTable::with`).
fn letters(head: &[(Field, &[u8])], header: &str) -> Vec<(String, String)> {
    const OF_DOSES: [&str; 4] = ["action", "actionstatus", "mar", "bcma"];
    const OF_CLAIMS: [&str; 5] = ["claim", "resp", "trans", "adjudicat", "outcome"];
    let named = letters_of_header(head, header);
    if !named.is_empty() {
        return named;
    }
    let header = header.to_lowercase();
    let has = |letters: &[u8]| head_has_letter(head, Field::Status, letters);
    if has(b"O") && has(b"V") && has(b"R") {
        // An original, its void and what replaces it.
        return of_flag(&[("r", "replacement claim"), ("o", "original")]);
    }
    if has(b"G") && layout::words_of(&header).iter().any(|word| OF_DOSES.contains(&word.as_str())) {
        return of_flag(&GIVEN);
    }
    if is_valid_rather_than_void(head, &header) {
        return of_flag(&[("v", "verified or void")]);
    }
    let (refills, fills) = (has(b"R"), has(b"NOI"));
    let is_told = has(b"PACD") || OF_CLAIMS.iter().any(|word| header.contains(word));
    match (refills, fills) {
        _ if is_told => Vec::new(),
        (true, true) => of_flag(&[("r", "refill r")]),
        (true, false) | (false, true) => of_flag(&[("r", "refill or rejected")]),
        (false, false) => Vec::new(),
    }
}

/// What the letter `D` means beside `P` or `A` if a column says what became of claims. In a response it is the duplicate of what was paid (NCPDP
/// 112-AN); elsewhere it may be *dispensed* or *discontinued*.
fn denied_letter(
    layout: &TableLayout,
    head: &[(Field, &[u8])],
    header: &str,
) -> Vec<(String, String)> {
    const OF_CLAIMS: [&str; 6] = ["claim", "clm", "adjudication", "adjud", "payment", "paid"];
    const OF_RESPONSES: [&str; 6] = ["response", "resp", "transaction", "112", "row", "ncpdp"];
    let words = layout::words_of(header);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let is_plain = || words == ["status"] && layout.column(Field::Claim).is_some();
    let is_of_claims = has(&OF_CLAIMS) || layout::names_outcome(header) || is_plain();
    let is_denied = is_of_claims && !has(&OF_RESPONSES);
    let is_beside = head_has_letter(head, Field::Status, b"PA");
    of_flag(&[("d", "denied")][..usize::from(is_denied && is_beside)])
}

/// What letters of a column of statuses mean that its header names: `P` and `D` of `Paid/Denied`,
/// `D` of a `Paid Flag` and, beside `A`, of a `Row Status`.
fn letters_of_header(head: &[(Field, &[u8])], header: &str) -> Vec<(String, String)> {
    let has = |letters: &[u8]| head_has_letter(head, Field::Status, letters);
    let words = layout::words_of(header);
    let is = |word: &str| words.iter().any(|known| known == word);
    if is("paid") && has(b"P") || is("approved") && has(b"A") || is("payable") && has(b"P") {
        of_flag(&[("d", "denied"), ("r", "rejected")])
    } else if is("row") && has(b"A") {
        of_flag(&[("d", "deleted")])
    } else {
        Vec::new()
    }
}

/// Whether the letter `V` may mean that a record is verified, valid or *vigente* (then `A` is *anulado*) rather than void: most records are not void.
fn is_valid_rather_than_void(head: &[(Field, &[u8])], header: &str) -> bool {
    const ROMANCE: [&str; 7] =
        ["estado", "statut", "etat", "stato", "situacao", "situacion", "situation"];
    let said = |text: &&[u8]| !text.is_empty();
    let texts = || head.iter().filter(|(of, _)| *of == Field::Status).map(|(_, text)| *text);
    let voids = texts().filter(|text| text.eq_ignore_ascii_case(b"v")).count();
    let is_romance =
        || layout::words_of(header).iter().any(|word| ROMANCE.contains(&word.as_str()));
    voids > 0 && (is_romance() || voids * 2 > texts().filter(said).count() && voids > 2)
}

/// What the letter `R` of a column of adjustments means: a reversal beside `P`, `A`, `C` or `D`, a replacement beside `V`, which reverses; else it
/// may be either.
fn adjustment_letters(head: &[(Field, &[u8])], names_another: bool) -> Vec<(String, String)> {
    let has = |letters: &[u8]| head_has_letter(head, Field::Adjustment, letters);
    let mut words = match (has(b"V"), has(b"PACD")) {
        (true, _) => of_flag(&[("r", "replacement")]),
        (false, true) => Vec::new(),
        (false, false) => of_flag(&[("r", "replacement or reversal")]),
    };
    words.extend(credits_and_debits(&has, names_another));
    words
}

/// What `C` and `D` mean in a column of adjustments. Beside each other they are the credit, which reverses a claim, and the debit, which bills it
/// anew; beside `A` they may be a change and a deletion. If the first rows have only originals, a `D` further on may be either, and is asked about.
fn credits_and_debits(has: &impl Fn(&[u8]) -> bool, names_another: bool) -> Vec<(String, String)> {
    match (has(b"C"), has(b"D"), has(b"A")) {
        (true, true, false) => of_flag(&[("c", "credit"), ("d", "debit")]),
        (true, true, true) => of_flag(&[("c", "credit or change"), ("d", "debit or deletion")]),
        (_, false, false) if names_another && has(b"O") => {
            of_flag(&[("c", "credit"), ("d", "debit or deletion")])
        }
        _ => Vec::new(),
    }
}

/// What the letters of a column mean that says whether a record was cancelled. The first letter of its header means yes. `S` and `O` are *sí* and
/// *oui* beside `N` or nothing; beside other letters, or in every row, they are *sale* and *original*.
fn taken_back_letters(
    head: &[(Field, &[u8])],
    field: Field,
    header: &str,
) -> Vec<(String, String)> {
    const OF_RECORDS: [&str; 12] = [
        "is", "was", "rx", "claim", "clm", "fill", "order", "script", "drug", "line", "row",
        "record",
    ];
    let words = layout::words_of(header);
    let asks = words.iter().find(|word| !OF_RECORDS.contains(&word.as_str()));
    let initial = asks.and_then(|word| word.bytes().next()).filter(u8::is_ascii_alphabetic);
    let own = initial.unwrap_or(b'V').to_ascii_uppercase();
    let has = |letters: &[u8]| head_has_letter(head, field, letters);
    let is_blank = |(of, text): &(Field, &[u8])| *of == field && text.is_empty();
    let may_be_no = has(b"N") || has(b"SO") && head.iter().any(is_blank);
    let has_others = (b'A'..=b'Z').any(|letter| !b"SON".contains(&letter) && has(&[letter]));
    let text = |letter: u8| char::from(letter.to_ascii_lowercase()).to_string();
    let mut words = Vec::new();
    if has(&[own]) && own != b'N' {
        words.push((text(own), "yes".to_owned()));
    }
    let no_and_yes = [(b'H', b'E'), (b'E', b'K')].into_iter().find(|(no, yes)| {
        has(&[*no]) && has(&[*yes]) && !(b'A'..=b'Z').any(|c| c != *no && c != *yes && has(&[c]))
    });
    if let Some((no, yes)) = no_and_yes {
        // *Hayır* and *evet*, *ei* and *kyllä*.
        words.extend([(text(no), "no".to_owned()), (text(yes), "yes".to_owned())]);
    }
    if own == b'S' && has(b"N") && has(b"A") {
        // *Ano* of a `Storno`, or *active*: it is unknown which.
        words.push(("a".to_owned(), "ano or active".to_owned()));
    }
    if own == b'A' && has(b"V") {
        // *Vigente* beside *anulado*.
        words.push(("v".to_owned(), "no".to_owned()));
    }
    if has_others || !may_be_no {
        let no = b"SO".iter().filter(|letter| **letter != own && has(&[**letter]));
        words.extend(no.map(|letter| (text(*letter), "no".to_owned())));
    }
    words
}

/// Whether some cell of a field in the head of the file is one of these letters.
fn head_has_letter(head: &[(Field, &[u8])], field: Field, letters: &[u8]) -> bool {
    head.iter().any(|(of, text)| {
        let is_one = matches!(text, [letter] if letters.contains(&letter.to_ascii_uppercase()));
        *of == field && is_one
    })
}

/// Whether some cell of a field in the head of the file is that text.
fn head_says(head: &[(Field, &[u8])], field: Field, text: &[u8]) -> bool {
    head.iter().any(|(of, cell)| *of == field && *cell == text)
}
