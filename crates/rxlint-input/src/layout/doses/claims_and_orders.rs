//! Statuses of claims and of orders next to doses. A claim that was denied for an injection says who pays for it, not that the
//! injection was undone: in a log of doses, and next to a column that says what was given, the status of a claim, a bill or a payment
//! is not that of the row. An order is cancelled after its doses: next to what a nurse charted in a log, its status reverses none of
//! them.

use rxlint_model::record::Field;

use crate::layout::cells::content::Content;
use crate::layout::headers::{generic, tokens};
use crate::layout::outcomes::outcome;

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

/// Whether a header gives the status of a bill or a payment: whether the fill happened may be another matter.
pub fn says_status_of_payment(header: &str) -> bool {
    const PAYMENT: [&str; 8] =
        ["billing", "bill", "payment", "payments", "pay", "pmt", "pymt", "zahlungsstatus"];
    let words = tokens::words_of(header);
    words.iter().any(|word| PAYMENT.contains(&word.as_str()))
        && words.iter().any(|word| word.ends_with("status"))
}

/// What the header of a status speaks of other than the dose: the order, or its delivery by the pharmacy.
const ORDER: [&str; 19] = [
    "order",
    "orders",
    "ord",
    "rx",
    "prescription",
    "script",
    "dispense",
    "dispensing",
    "verordnung",
    "verordnungsstatus",
    "auftrag",
    "prescripcion",
    "prescricao",
    "prescrizione",
    "voorschrift",
    "ordination",
    "ordonnance",
    "orden",
    "ordine",
];

/// Whether a header speaks of what was ordered.
pub(super) fn says_order(header: &str) -> bool {
    tokens::words_of(header).iter().any(|word| ORDER.contains(&word.as_str()))
}

/// Whether a header says that its status is that of a dose: `Admin Status`, `MAR Status`.
pub(super) fn says_dose(header: &str) -> bool {
    const DOSE: [&str; 9] = [
        "admin",
        "administration",
        "administered",
        "mar",
        "emar",
        "bcma",
        "dose",
        "dosing",
        "given",
    ];
    tokens::words_of(header).iter().any(|word| DOSE.contains(&word.as_str()))
}

/// Which columns say that a table is one of doses.
pub(in crate::layout) struct Doses {
    is_log: bool,
    /// Whether a column says whether doses were given.
    says_given: bool,
}

impl Doses {
    pub(in crate::layout) fn of(headers: &[String], contents: &[Content]) -> Self {
        let says_given = |&at: &usize| {
            let (header, content) = (headers[at].as_str(), contents.get(at));
            let says_it = || {
                let may_say = outcome::may_say_of_doses(header) || tokens::says(header, "status");
                may_say && content.is_some_and(Content::says_given)
            };
            !says_money(header)
                && !says_order(header)
                && (says_it() || outcome::asks_whether_given(header, content))
        };
        Self {
            is_log: is_log(headers, contents),
            says_given: (0..headers.len()).any(|at| says_given(&at)),
        }
    }

    /// Whether the rows of the table are doses.
    pub(in crate::layout) fn are_logged(&self) -> bool {
        self.is_log || self.says_given
    }

    /// Whether a column is about money in a table of doses, or about orders in a log that says what was given.
    pub(in crate::layout) fn is_beside(&self, header: &str) -> bool {
        self.are_logged() && says_money(header)
            || self.is_log && self.says_given && says_order(header)
    }

    /// Whether a status is that of the doses of a log, whatever other statuses there are.
    pub(in crate::layout) fn has_status(&self, header: &str, content: Option<&Content>) -> bool {
        self.is_log && says_dose(header) && content.is_some_and(Content::says_given)
    }

    /// Whether a column in a table of doses says what became of their claims or payments.
    pub(in crate::layout) fn says_who_pays(&self, header: &str) -> bool {
        let field = generic::header_meaning(header).map(|(field, _)| field);
        let is_outcome = matches!(field, Some(Field::Status | Field::Voided | Field::Cancelled));
        (is_outcome || outcome::says_handed_over(header))
            && says_money(header)
            && self.is_beside(header)
    }
}

/// Whether the first days of a table are those of administrations, by its headers: a pharmacy's fills may have a day for the few vaccines among them.
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
