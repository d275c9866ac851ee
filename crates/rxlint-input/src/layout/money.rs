//! Statuses of money beside doses. A claim that was denied for an injection says who pays for it, not that the needle came out again:
//! in a log of doses, and beside a column that says what was given, no status of a claim, a bill or a payment is that of the row.

use rxlint_model::record::Field;

use super::content::Content;
use super::{generic, outcome, tokens};

/// What such a header speaks of.
const MONEY: [&str; 38] = [
    "claim",
    "claims",
    "clm",
    "billing",
    "bill",
    "billed",
    "payment",
    "payments",
    "pay",
    "paid",
    "pmt",
    "pymt",
    "adjudication",
    "adjudicated",
    "adjud",
    "payer",
    "payor",
    "insurance",
    "ins",
    "reimbursement",
    "reimbursed",
    "remit",
    "remittance",
    "invoice",
    "fee",
    "payable",
    "abrechnung",
    "abrechnungsstatus",
    "zahlung",
    "zahlungsstatus",
    "rechnung",
    "facturation",
    "paiement",
    "facturacion",
    "pago",
    "fatturazione",
    "pagamento",
    "betaling",
];

/// Whether a header speaks of what was billed or paid.
pub(super) fn says_money(header: &str) -> bool {
    tokens::words_of(header).iter().any(|word| MONEY.contains(&word.as_str()))
}

/// Which columns of a table say that it is one of doses.
pub(super) struct Doses {
    is_log: bool,
    /// Whether a column says of doses whether they were given.
    says_given: bool,
}

impl Doses {
    pub(super) fn of(headers: &[String], contents: &[Content]) -> Self {
        let says_given = |&at: &usize| {
            let (header, content) = (headers[at].as_str(), contents.get(at));
            let says_it =
                || content.is_some_and(Content::says_given) && outcome::may_say_of_doses(header);
            !says_money(header) && (says_it() || outcome::asks_whether_given(header, content))
        };
        Self {
            is_log: is_log(headers, contents),
            says_given: (0..headers.len()).any(|at| says_given(&at)),
        }
    }

    /// Whether a column is one of money in a table of doses.
    pub(super) fn pays(&self, header: &str) -> bool {
        (self.is_log || self.says_given) && says_money(header)
    }

    /// Whether a column says in a table of doses what came of their claims or payments.
    pub(super) fn says_who_pays(&self, header: &str) -> bool {
        let field = generic::header_meaning(header).map(|(field, _)| field);
        let is_outcome = matches!(field, Some(Field::Status | Field::Voided | Field::Cancelled));
        (is_outcome || outcome::says_handed_over(header)) && self.pays(header)
    }
}

/// What cells say of a dose that was given, and of nothing else that may become of a record.
const GIVEN: [&str; 22] = [
    "given",
    "administered",
    "dosed",
    "injected",
    "medicated",
    "dose given",
    "admin",
    "gegeben",
    "verabreicht",
    "injiziert",
    "administré",
    "administrée",
    "injecté",
    "administrado",
    "administrada",
    "inyectado",
    "somministrato",
    "somministrata",
    "toegediend",
    "podano",
    "indgivet",
    "administrerad",
];

/// Whether a text is one of those.
pub(super) fn is_given(text: &str) -> bool {
    // Most cells are of columns that say nothing of the kind.
    const LONGEST: usize = 16;
    let text = text.trim();
    text.len() <= LONGEST && {
        let small = text.to_lowercase();
        GIVEN.contains(&small.as_str())
    }
}

/// Whether the first days of a table are those of administrations, by its headers: a pharmacy's fills may have a day of the few
/// vaccines among them.
fn is_log(headers: &[String], contents: &[Content]) -> bool {
    let holds = |wanted: Field, fits: fn(&Content) -> bool| {
        (0..headers.len()).any(|at| {
            let field = generic::header_meaning(&headers[at]).map(|(field, _)| field);
            field == Some(wanted) && contents.get(at).is_some_and(fits)
        })
    };
    let is_filled = |cells: &Content| cells.has_dates() && cells.fills_all();
    holds(Field::Administered, is_filled)
        || holds(Field::Administered, Content::has_dates)
            && !holds(Field::Dispensed, Content::has_dates)
}
