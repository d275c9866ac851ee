//! What a message does to its order: begins, changes, stops or cancels it, or says that there is
//! none.

/// What an order group does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// It states an order, a dispense, an administration.
    State,
    /// It states what an earlier order has become, and takes its place.
    Change,
    /// The order ends.
    Stop,
    /// The order is on hold: it ends until it is released, and what says so is no order itself.
    Hold,
    /// An order that was on hold goes on.
    Release,
    /// There never should have been one.
    Cancel,
    /// It makes no exposure, for the reason given in a word of the status list.
    Nothing(&'static str),
}

/// What the order control code (ORC-1) and the order status (ORC-5) come to. `replaced` says
/// whether the message holds the order that takes this one's place.
pub(super) fn action(control: &[u8], status: &[u8], replaced: bool) -> Action {
    let upper = |text: &[u8]| -> [u8; 2] {
        match text.trim_ascii() {
            [a, b] => [a.to_ascii_uppercase(), b.to_ascii_uppercase()],
            _ => [0; 2],
        }
    };
    match &upper(control) {
        // What nobody accepted was never taken.
        b"CA" | b"CR" | b"OC" | b"UA" => return Action::Cancel,
        b"DC" | b"DR" | b"OD" => return Action::Stop,
        b"HD" | b"HR" | b"OH" => return Action::Hold,
        b"RL" | b"OE" | b"OR" => return Action::Release,
        b"DE" => return Action::Nothing("error"),
        // Unable to cancel, discontinue, hold, change, replace, release, refill: nothing has happened.
        b"UC" | b"UD" | b"UF" | b"UH" | b"UM" | b"UN" | b"UR" | b"UX" | b"DF" => {
            return Action::Nothing("rejected");
        }
        b"RP" | b"RU" | b"RQ" if replaced => return Action::Stop,
        _ => {}
    }
    match &upper(status) {
        b"CA" => Action::Cancel,
        b"DC" => Action::Stop,
        b"RP" if replaced => Action::Stop,
        b"HD" => Action::Hold,
        b"ER" => Action::Nothing("error"),
        _ => match &upper(control) {
            b"XO" | b"XR" | b"XX" | b"SC" | b"SR" | b"SS" | b"SN" | b"RP" | b"RU" | b"RQ" => {
                Action::Change
            }
            _ => Action::State,
        },
    }
}

/// What an administration's completion status (RXA-20) and action code (RXA-21) add.
pub(super) fn administration(status: &[u8], code: &[u8]) -> Option<Action> {
    match (status.trim_ascii(), code.trim_ascii()) {
        (_, b"D" | b"d") => Some(Action::Cancel),
        (b"RE" | b"re", _) => Some(Action::Nothing("refused")),
        (b"NA" | b"na", _) => Some(Action::Nothing("not administered")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_and_statuses() {
        for (control, status, expected) in [
            ("NW", "", Action::State),
            ("RE", "CM", Action::State),
            ("", "", Action::State),
            ("ca", "", Action::Cancel),
            ("OC", "A", Action::Cancel),
            ("DC", "CA", Action::Stop),
            ("SC", "CA", Action::Cancel),
            ("SC", "DC", Action::Stop),
            ("SC", "CM", Action::Change),
            ("XO", "", Action::Change),
            ("HD", "", Action::Hold),
            ("RL", "", Action::Release),
            ("SC", "HD", Action::Hold),
            ("DE", "", Action::Nothing("error")),
            ("UA", "", Action::Cancel),
            ("UC", "", Action::Nothing("rejected")),
            ("RP", "", Action::Change),
            ("RO", "", Action::State),
        ] {
            assert_eq!(
                action(control.as_bytes(), status.as_bytes(), false),
                expected,
                "{control} {status}"
            );
        }
        assert_eq!(action(b"RP", b"", true), Action::Stop);
        assert_eq!(administration(b"RE", b"A"), Some(Action::Nothing("refused")));
        assert_eq!(administration(b"CP", b"D"), Some(Action::Cancel));
        assert_eq!(administration(b"CP", b"A"), None);
    }
}
