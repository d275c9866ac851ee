//! What a column of statuses or answers is about: whether something was handed over, or something related.

use rxlint_model::record::Field;

use super::{last_word, original, steps};
use crate::layout::cells::content::Content;
use crate::layout::doses::claims_and_orders::Doses;
use crate::layout::headers::{fold, generic, tokens};
use crate::layout::{assign, header_means};

/// Which columns of a table say what became of its rows, apart from answers to whether something was handed over and statuses of a catalogue.
pub(in crate::layout) struct Outcomes {
    has_status: bool,
    /// Whether one says that rows were reversed, voided or cancelled.
    has_reversal: bool,
    /// Whether rows have numbers by which one can be the last word on another.
    has_claims: bool,
}

impl Outcomes {
    pub(in crate::layout) fn of(headers: &[String], contents: &[Content]) -> Self {
        let doses = Doses::of(headers, contents);
        let field = |(index, header): (usize, &String)| {
            let content = contents.get(index);
            if doses.is_beside(header) || is_of_charting(headers, index, contents) {
                return None;
            }
            if asks_whether_handed_over(header, content)
                || says_by_letters(header, content)
                || is_of_catalogue(header, true)
            {
                return None;
            }
            let (field, rank) = generic::header_meaning(header)?;
            let (field, _) = assign::of_cells(field, rank, header, content)?;
            // A column of voids may be blank because nothing was voided.
            let says_nothing = field == Field::Status && content.is_some_and(Content::is_empty);
            (!says_nothing).then_some(field)
        };
        let fields: Vec<Field> = headers.iter().enumerate().filter_map(field).collect();
        let has = |wanted: Field| fields.contains(&wanted);
        Self {
            has_status: has(Field::Status),
            has_reversal: has(Field::Voided) || has(Field::Cancelled),
            has_claims: has(Field::Claim) || has(Field::Prescription),
        }
    }

    pub(in crate::layout) fn has_any(&self) -> bool {
        self.has_status || self.has_reversal
    }

    /// What answers to whether something was handed over serve: the row's status, if no other column has it. What was not given was
    /// not, whatever the status of its order; what was given may have come back. Whether it was paid, sold or picked up says neither
    /// next to a column that does; whether it is the last word matters if rows have numbers for that.
    pub(in crate::layout) fn answers_serve(&self, header: &str) -> Option<Field> {
        match is_one_of(header, &HANDED_OVER) || last_word::says_last(header) && self.has_claims {
            true if self.has_status => Some(Field::Cancelled),
            false if self.has_any() => None,
            _ => Some(Field::Status),
        }
    }
}

/// Whether a column is one of answers to whether something was handed over.
pub(in crate::layout) fn asks_whether_handed_over(header: &str, content: Option<&Content>) -> bool {
    content.is_some_and(Content::is_answers) && says_handed_over(header)
}

/// Whether a status is that of a drug in a catalogue, not of what became of the row: always for `Drug Status`; for `Medication
/// Status` if another column says what became of the row.
pub(in crate::layout) fn is_of_catalogue(header: &str, beside_another: bool) -> bool {
    const THINGS: [&str; 4] = ["drug", "item", "article", "artikel"];
    const EITHER: [&str; 3] = ["medication", "med", "medicine"];
    let words = tokens::words_of(header);
    let [thing, _] = &words[..] else { return false };
    let is = |list: &[&str]| list.contains(&thing.as_str());
    (is(&THINGS) || beside_another && is(&EITHER)) && tokens::says(header, "status")
}

/// Headers that ask whether something was handed over.
const HANDED_OVER: [&str; 45] = [
    "cmoccur",
    "exoccur",
    "ecoccur",
    "given",
    "evergiven",
    "everadministered",
    "evertaken",
    "anygiven",
    "administered",
    "taken",
    "taking",
    "currentlytaking",
    "pttaking",
    "patienttaking",
    "stilltaking",
    "gegeben",
    "verabreicht",
    "administré",
    "administre",
    "administrado",
    "somministrato",
    "toegediend",
    "podano",
    "udleveret",
    "filled",
    "dispensed",
    "abgegeben",
    "ausgegeben",
    "délivré",
    "delivre",
    "dispensé",
    "dispensado",
    "dispensada",
    "erogato",
    "afgeleverd",
    "wydano",
    "utlevert",
    "dosed",
    "dosegiven",
    "dosetaken",
    "doseadministered",
    "medicated",
    "attended",
    "showed",
    "present",
];

/// Whether a column asks whether someone still takes something: `Taking?`, `Currently Taking`.
pub(crate) fn says_taking(header: &str) -> bool {
    const TAKING: [&str; 5] =
        ["taking", "currentlytaking", "pttaking", "patienttaking", "stilltaking"];
    is_one_of(header, &TAKING)
}

/// Whether a column asks whether something was handed over: `Filled`, `Picked up?`, `is_dispensed`.
pub fn says_handed_over(header: &str) -> bool {
    is_one_of(header, &HANDED_OVER)
        || steps::says_step(bare(&fold::fold(header)))
        || last_word::says_last(header)
}

/// Whether `no` in a column may mean something other than that nothing was handed over: `Delivered`, `Paid?`.
pub fn says_doubtful_step(header: &str) -> bool {
    steps::is_doubtful(bare(&fold::fold(header)))
}

/// Whether `no` in a column may mean that something goes on: `Completed`.
pub(in crate::layout) fn says_may_go_on(header: &str) -> bool {
    steps::may_go_on(bare(&fold::fold(header)))
}

/// Whether a status is that of a visit, at which a dose may have been given: worth a question if some were missed.
pub(in crate::layout) fn is_of_visit(header: &str) -> bool {
    const VISITS: [&str; 3] = ["visit", "appointment", "appt"];
    let words = tokens::words_of(header);
    matches!(&words[..], [thing, status] if VISITS.contains(&thing.as_str()) && status == "status")
}

/// Whether a column says by letters whether something was paid or handed over: `P` of a `Paid Flag` next to `D` or `R`, and also of an `Outcome`.
pub(in crate::layout) fn says_by_letters(header: &str, content: Option<&Content>) -> bool {
    if let (true, Some(content)) = (names_outcome(header), content) {
        return are_of_outcomes(header, content);
    }
    let Some((initial, content)) = initial_of_handed_over(header).zip(content) else {
        return false;
    };
    !content.is_answers() && content.has_letter_beside_others(initial as u8)
}

/// Whether a header says only that its column gives the outcome of something.
pub(crate) fn names_outcome(header: &str) -> bool {
    is_one_of(header, &["outcome", "response", "resp", "disposition", "adjudication", "result"])
}

/// Whether a column says in words what became of the doses of a log: `Admin Action`, `Given/Not Given`, `Event Type`.
pub(in crate::layout) fn is_of_doses(
    headers: &[String],
    header: &str,
    content: Option<&Content>,
) -> bool {
    let says_given =
        |header: &String| matches!(generic::header_meaning(header), Some((Field::Administered, _)));
    let is_log = || headers.iter().any(says_given) || content.is_some_and(Content::says_given);
    says_what_came(header) && content.is_some_and(Content::is_text) && is_log()
}

/// Whether a column says what became of the charting of doses (Cerner's result status), next to one that says what became of the doses.
pub(in crate::layout) fn is_of_charting(
    headers: &[String],
    index: usize,
    contents: &[Content],
) -> bool {
    let tells = |at: usize| at != index && is_of_doses(headers, &headers[at], contents.get(at));
    contents.get(index).is_some_and(Content::is_charting) && (0..headers.len()).any(tells)
}

/// Whether a text is a word for what became of the charting of a result.
pub(in crate::layout) fn is_charting(text: &str) -> bool {
    const WORDS: [&str; 12] = [
        "auth (verified)",
        "auth(verified)",
        "auth verified",
        "authverified",
        "auth",
        "unauth",
        "modified",
        "altered",
        "in error",
        "in progress",
        "transcribed",
        "not done",
    ];
    const LONGEST: usize = 16;
    let text = text.trim();
    text.len() <= LONGEST && WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether a header is that of a column that says what became of doses, if its cells do.
pub(in crate::layout) fn may_say_of_doses(header: &str) -> bool {
    let field = generic::header_meaning(header).map(|(field, _)| field);
    matches!(field, Some(Field::Status | Field::Adjustment)) || says_what_came(header)
}

/// Whether a column answers yes or no to whether a dose was given: `Given?`.
pub(in crate::layout) fn asks_whether_given(header: &str, content: Option<&Content>) -> bool {
    content.is_some_and(Content::is_answers) && asks_of_doses(header)
}

/// Whether a header asks whether a dose was given.
pub(in crate::layout) fn asks_of_doses(header: &str) -> bool {
    const GIVEN: [&str; 17] = [
        "given",
        "administered",
        "dosed",
        "dosegiven",
        "doseadministered",
        "medicated",
        "injected",
        "gegeben",
        "verabreicht",
        "administré",
        "administre",
        "administrado",
        "somministrato",
        "toegediend",
        "podano",
        "udleveret",
        "dosetaken",
    ];
    is_one_of(header, &GIVEN)
}

/// Whether all words of a header say that its column gives the outcome of something: `Admin Action`, `Event`.
fn says_what_came(header: &str) -> bool {
    const CAME_OF_IT: [&str; 12] = [
        "action",
        "outcome",
        "result",
        "event",
        "response",
        "charting",
        "charted",
        "completion",
        "disposition",
        "actions",
        "not",
        "documentation",
    ];
    const BESIDE: [&str; 17] = [
        "tag",
        "admin",
        "administration",
        "administered",
        "given",
        "mar",
        "emar",
        "dose",
        "dosing",
        "type",
        "status",
        "disp",
        "code",
        "med",
        "medication",
        "taken",
        "desc",
    ];
    let words = tokens::words_of(header);
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    words.iter().any(|word| is(&CAME_OF_IT, word))
        && words.iter().all(|word| is(&CAME_OF_IT, word) || is(&BESIDE, word))
}

/// Whether letters are clearly outcomes of claims: paid with denied, rejected or void, approved with rejected or void. `A` and `D`
/// may be *alive* and *dead*, and `D` of a response is the duplicate of what was paid.
fn are_of_outcomes(header: &str, content: &Content) -> bool {
    let is_response = is_one_of(header, &["response", "resp"]);
    let gone: &[u8] = if is_response { b"RV" } else { b"DRV" };
    let among = |taken: u8, gone: &[u8]| {
        content.has_letter_beside_others(taken) && content.is_letters_of(&[&[taken], gone].concat())
    };
    among(b'P', gone) || among(b'A', b"RV")
}

/// Whether a column says of billed claims whether they are new, replace another or cancel it: `Frequency Code` with 1, 7 and 8,
/// `debit_credit` with D and C. A `Freq` is that of doses, unless the table is one of billed procedures.
pub(in crate::layout) fn is_of_bills(
    headers: &[String],
    header: &str,
    content: Option<&Content>,
) -> bool {
    let is = |word: &str| tokens::says(header, word);
    let is_alone = || {
        let has = |wanted| headers.iter().any(|other| header_means(other, wanted));
        has(Field::Claim) && has(Field::Hcpcs)
    };
    let says_frequency = || {
        const WORDS: [&str; 4] = ["frequency", "id", "coded", "noise"];
        is("frequency") && tokens::says_only(header, &WORDS) && (is("coded") || is_alone())
    };
    let says_again = || {
        tokens::words_have(header, &["resubmission", "resubmit"])
            && tokens::words_have(header, &["code", "cd"])
    };
    // One night's file may have only one of the codes.
    let names_another = || headers.iter().any(|other| original::says_original_claim(other));
    let bears = |content: &Content| {
        content.is_bills() && says_kind_of_claim(header) && names_another()
            || content.is_transactions() && says_transaction(header)
            || content.is_bill_frequency()
                && (says_frequency() || says_again())
                && (content.is_bill_frequencies() || names_another())
            || is_of_debits(header, content)
            || says_sign(header) && content.is_tiny()
            || counts_claims(header) && content.is_ones()
    };
    content.is_some_and(bears)
}

/// Words of statuses for a claim that replaces the one that it names.
pub(crate) const IN_PLACE: &str = "claim in place of another";

/// What bills are to the claim that they name, in the words of X12's claim frequency codes (1, 7, 8) and of payers, with what each means as a status.
pub(crate) const BILLS: [(&str, &str); 24] = [
    ("original", "original"),
    ("original claim", "original"),
    ("adjusted", IN_PLACE),
    ("adjusted claim", IN_PLACE),
    ("adjustment", IN_PLACE),
    ("adjustment claim", IN_PLACE),
    ("replacement", IN_PLACE),
    ("replacement claim", IN_PLACE),
    ("replacement of prior claim", IN_PLACE),
    ("replace", IN_PLACE),
    ("corrected", IN_PLACE),
    ("corrected claim", IN_PLACE),
    ("correction", IN_PLACE),
    ("revised", IN_PLACE),
    ("revision", IN_PLACE),
    ("void", "void"),
    ("voided", "void"),
    ("void claim", "void"),
    ("void/cancel", "void"),
    ("void/cancel of prior claim", "void"),
    ("void of prior claim", "void"),
    ("reversal", "void"),
    ("reversed", "void"),
    ("reversal claim", "void"),
];

/// Whether a text is one of those words.
pub(in crate::layout) fn is_bill(text: &str) -> bool {
    BILLS.iter().any(|(word, _)| text.eq_ignore_ascii_case(word))
}

/// Whether a header says only that its column gives the kind of claim a row is: `claim_type`, `Record Type`, `Claim Freq Type`.
fn says_kind_of_claim(header: &str) -> bool {
    const KINDS: [&str; 8] =
        ["type", "typ", "kind", "category", "freq", "frequency", "indicator", "ind"];
    const OF: [&str; 18] = [
        "claim",
        "clm",
        "record",
        "rec",
        "row",
        "line",
        "bill",
        "billing",
        "submission",
        "transaction",
        "trans",
        "txn",
        "code",
        "cd",
        "desc",
        "description",
        "entry",
        "invoice",
    ];
    let words = tokens::words_of(header);
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    words.iter().any(|word| is(&KINDS, word))
        && words.iter().all(|word| is(&KINDS, word) || is(&OF, word))
}

/// Whether a header speaks of transactions: `Txn`, `NCPDP Msg`.
pub(in crate::layout) fn says_transaction(header: &str) -> bool {
    const WORDS: [&str; 9] =
        ["transaction", "transactions", "trans", "tran", "trns", "trx", "txn", "ncpdp", "telecom"];
    tokens::words_have(header, &WORDS)
}

/// Whether a header says that its column distinguishes debits from credits: `Debit/Credit`, `DR/CR Ind`, `Soll/Haben`.
pub(crate) fn says_debit(header: &str) -> bool {
    const DEBITS: [&str; 10] =
        ["debit", "debits", "debet", "debito", "debe", "dr", "soll", "dare", "debitcredit", "drcr"];
    const CREDITS: [&str; 12] = [
        "credit",
        "credits",
        "kredit",
        "credito",
        "haber",
        "cr",
        "haben",
        "avere",
        "debitcredit",
        "drcr",
        "creditdebit",
        "crdr",
    ];
    let words = words_of_flag(header);
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    let is_both = |word: &String| is(&["creditdebit", "crdr"], word);
    words.iter().any(|word| is(&DEBITS, word) || is_both(word))
        && words.iter().any(|word| is(&CREDITS, word))
        && words.iter().all(|word| is(&DEBITS, word) || is(&CREDITS, word))
}

/// Whether a header names debits and credits as German books do, by `S` and `H`.
pub(crate) fn says_haben(header: &str) -> bool {
    tokens::words_have(header, &["haben"])
}

/// The words of a header, except those that only say that it is a flag, or of what.
fn words_of_flag(header: &str) -> Vec<String> {
    const BESIDE: [&str; 26] = [
        "is",
        "was",
        "flag",
        "flg",
        "indicator",
        "ind",
        "indic",
        "indicatie",
        "indicateur",
        "indicador",
        "indicatore",
        "kennzeichen",
        "kz",
        "code",
        "cd",
        "type",
        "sign",
        "or",
        "and",
        "und",
        "y",
        "e",
        "et",
        "yn",
        "claim",
        "transaction",
    ];
    let words = tokens::words_of(header).into_iter();
    words.filter(|word| !BESIDE.contains(&word.as_str())).collect()
}

/// Whether a column distinguishes debits from credits, by its header and its cells. `D/C` may also be a discharge: there both letters
/// must occur, or letters that cannot mean anything else.
fn is_of_debits(header: &str, content: &Content) -> bool {
    if says_debit(header) {
        return content.is_words() && !content.is_text() || content.is_debits();
    }
    words_of_flag(header) == ["d", "c"]
        && content.is_debits()
        && (!content.is_letters_of(b"DC") || content.has_letter_beside_others(b'C'))
}

/// Whether a text is a debit or a credit in bookkeeping notation.
pub(in crate::layout) fn is_debit_or_credit(text: &str) -> bool {
    const WORDS: [&str; 8] = ["d", "c", "dr", "cr", "db", "debit", "credit", "debet"];
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether a header says that its column holds the sign of an amount in another column: `Amount Sign`, `Qty Sign`.
pub(crate) fn says_sign(header: &str) -> bool {
    const OF: [&str; 20] = [
        "amount", "amt", "qty", "quantity", "paid", "payment", "net", "gross", "total", "cost",
        "price", "value", "dollar", "units", "line", "plan", "billed", "days", "supply", "money",
    ];
    let words = words_of_sign(header);
    words.len() > 1
        && words.last().is_some_and(|last| last == "sign")
        && words[..words.len() - 1].iter().all(|word| OF.contains(&word.as_str()))
}

fn words_of_sign(header: &str) -> Vec<String> {
    const BESIDE: [&str; 8] = ["ind", "indicator", "flag", "code", "cd", "claim", "clm", "rx"];
    let words = tokens::words_of(header).into_iter();
    words.filter(|word| !BESIDE.contains(&word.as_str())).collect()
}

/// Whether a header says that its column counts claims: one per row, and minus one if the row cancels a claim: `Claim Count`,
/// `CLM_CNT`, `Number of Claims`.
pub(crate) fn counts_claims(header: &str) -> bool {
    const CLAIMS: [&str; 17] = [
        "claim",
        "claims",
        "clm",
        "clms",
        "rx",
        "rxs",
        "script",
        "scripts",
        "prescription",
        "prescriptions",
        "transaction",
        "transactions",
        "record",
        "records",
        "fill",
        "fills",
        "row",
    ];
    const COUNTS: [&str; 7] = ["count", "cnt", "ct", "counter", "cntr", "counts", "tally"];
    const BESIDE: [&str; 5] = ["of", "net", "paid", "total", "the"];
    const NUMBERS: [&str; 5] = ["number", "num", "no", "nbr", "of"];
    let words = tokens::words_of(header);
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    // A `Claim Number` is the claim's own.
    let is_number = matches!(&words[..], [number, of, ..] if is(&NUMBERS, number) && of == "of");
    let counts = |word: &String| is(&COUNTS, word) || is_number && is(&NUMBERS, word);
    words.iter().any(|word| is(&CLAIMS, word))
        && words.iter().any(counts)
        && words.iter().all(|word| is(&CLAIMS, word) || counts(word) || is(&BESIDE, word))
}

/// The letter that means yes if a header asks whether something was handed over: `p` of `Paid Flag`.
pub(crate) fn initial_of_handed_over(header: &str) -> Option<char> {
    let folded = fold::fold(header);
    let initial = bare(&folded).chars().next().filter(char::is_ascii_lowercase);
    // `A` is *absent* and `P` *present*, whichever of them is asked for.
    let is_of_visit = is_one_of(header, &["attended", "present"]);
    initial
        .filter(|initial| says_handed_over(header) && !is_of_visit && !matches!(initial, 'n' | 'f'))
}

/// Whether a header is one of these, apart from words that only say that it is a flag.
fn is_one_of(header: &str, words: &[&str]) -> bool {
    words.contains(&bare(&fold::fold(header)))
}

/// A folded header without words that only say that it is a flag.
fn bare(folded: &str) -> &str {
    let bare = ["is", "was"].iter().find_map(|start| folded.strip_prefix(start)).unwrap_or(folded);
    let ends = ["flag", "indicator", "ind", "yn"];
    ends.iter().find_map(|end| bare.strip_suffix(end)).unwrap_or(bare)
}

/// Whether a column is the T-MSIS one in which 0 says that a claim was denied, and 1 that it was not.
pub(in crate::layout) fn is_of_denials(header: &str, content: Option<&Content>) -> bool {
    let by_number = |content: &Content| content.is_flag() && content.has_digits();
    says_not_denied(header) && content.is_some_and(by_number)
}

/// Whether a header is that of such a column.
pub(crate) fn says_not_denied(header: &str) -> bool {
    ["clmdndind", "claimdeniedindicator"].contains(&fold::fold(header).as_str())
}

/// Whether a header says that its row was reversed, in whatever words: `RemovedData`, `is_superseded`.
pub fn says_taken_back(header: &str) -> bool {
    const GONE: [&str; 13] = [
        "removed",
        "deleted",
        "retracted",
        "withdrawn",
        "superseded",
        "purged",
        "obsolete",
        "erased",
        "replaced",
        "denial",
        "reject",
        "rev",
        "vervallen",
    ];
    const OF_THE_ROW: [&str; 23] = [
        "is",
        "was",
        "row",
        "rec",
        "record",
        "data",
        "entry",
        "line",
        "item",
        "flag",
        "flg",
        "ind",
        "indicator",
        "yn",
        "cd",
        "rx",
        "claim",
        "clm",
        "order",
        "dispense",
        "fill",
        "prescription",
        "transaction",
    ];
    // A hospital order that was taken back, before or after it was carried out.
    const ORDERS: [&str; 4] = ["D/C여부", "DC여부", "D/C 여부", "中止フラグ"];
    let words = tokens::words_of(header);
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    words.iter().any(|word| is(&GONE, word))
        && words.iter().all(|word| is(&GONE, word) || is(&OF_THE_ROW, word))
        || ORDERS.contains(&header.trim().to_uppercase().as_str())
}

/// Whether a status is that of a message, a label, a further refill or a person, not of the fill.
pub(in crate::layout) fn is_of_no_fill(words: &[String]) -> bool {
    const WORDS: [&str; 14] = [
        "refill",
        "refills",
        "renewal",
        "renewals",
        "erx",
        "escript",
        "eprescription",
        "eprescribing",
        "label",
        "lbl",
        "print",
        "printed",
        "printing",
        "transmission",
    ];
    let has_pair = |one: &str, list: &[&str]| {
        words.windows(2).any(|pair| pair[0] == one && list.contains(&pair[1].as_str()))
    };
    words.iter().any(|word| WORDS.contains(&word.as_str()))
        || has_pair("e", &["rx", "script"])
        // Whether somebody is to be resuscitated.
        || has_pair("code", &["status"])
}

/// Whether a status is that of the delivery to the patient, of an authorization or of a review, not of the fill.
pub(in crate::layout) fn says_status_of_another(header: &str) -> bool {
    const THINGS: [&str; 16] = [
        "delivery",
        "deliveries",
        "shipping",
        "shipment",
        "ship",
        "courier",
        "tracking",
        "freight",
        "pa",
        "preauth",
        "preauthorization",
        "dur",
        "inventory",
        "lieferstatus",
        "versandstatus",
        "livraison",
    ];
    let words = tokens::words_of(header);
    let is_status =
        || tokens::says(header, "status") || words.iter().any(|word| word.ends_with("status"));
    words.iter().any(|word| THINGS.contains(&word.as_str())) && is_status()
}
