//! Headers that ask about a step before or after something was handed over: `Paid`, `Picked up?`, `FINAL_ACTION`.

/// Steps at which *no* means that nobody has it.
const PLAIN: [&str; 3] = ["finalaction", "sold", "pickedup"];
/// Steps at which it may mean something else: what is not delivered was fetched at the counter, what is not paid is on account, and
/// what is not completed goes on.
const DOUBTFUL: [&str; 17] = [
    "completed",
    "received",
    "accepted",
    "approved",
    "payable",
    "paid",
    "claimpaid",
    "valid",
    "pickup",
    "delivered",
    "shipped",
    "collected",
    "abgeholt",
    "entregado",
    "entregue",
    "consegnato",
    "opgehaald",
];

/// Whether a folded header without the words of a flag asks about such a step.
pub(super) fn says_step(folded: &str) -> bool {
    PLAIN.contains(&folded) || is_doubtful(folded)
}

/// Whether *no* may mean something other than that nothing was handed over.
pub(super) fn is_doubtful(folded: &str) -> bool {
    DOUBTFUL.contains(&folded)
}

/// Whether it is about work that may go on: what is not completed is being taken. Only of a dose in a log it says that it was not given.
pub(super) fn may_go_on(folded: &str) -> bool {
    folded == "completed"
}
