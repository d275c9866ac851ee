//! What a message does to its order: begins, changes, stops or cancels it, or says that there is none.

/// What an order group does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// It states an order, a dispense, an administration.
    State,
    /// It states what an earlier order has become, and replaces it.
    Change,
    /// The order ends.
    Stop,
    /// The order is on hold: it ends until it is released, and the message that says so is not an order itself.
    Hold,
    /// The order is replaced, and its replacement is not named: it ends, unless this states what it becomes. If this states no more than the order
    /// already did, it is a repetition of it.
    Replace,
    /// The order was replaced by another: it was taken until then.
    Replaced,
    /// An order that was on hold continues.
    Release,
    /// It should never have existed.
    Cancel,
    /// It could not be cancelled, stopped, held, released or changed, as the value says: the request has no effect.
    Keep(&'static str),
    /// It makes no exposure, for the reason given in a word of the status list.
    Nothing(&'static str),
}

/// What the order control code (ORC-1) and the order status (ORC-5) amount to. `replaced` says
/// whether the message holds the order that replaces this one.
pub(super) fn action(control: &[u8], status: &[u8], replaced: bool) -> Action {
    let upper = |text: &[u8]| -> [u8; 2] {
        match text.trim_ascii() {
            [a, b] => [a.to_ascii_uppercase(), b.to_ascii_uppercase()],
            _ => [0; 2],
        }
    };
    match &upper(control) {
        // An order that no one accepted was never taken.
        b"CA" | b"CR" | b"OC" | b"UA" => return Action::Cancel,
        b"DC" | b"DR" | b"OD" => return Action::Stop,
        b"HD" | b"HR" | b"OH" => return Action::Hold,
        b"RL" | b"OE" | b"OR" => return Action::Release,
        b"UC" => return Action::Keep("order-not-cancelled"),
        b"UD" => return Action::Keep("order-not-stopped"),
        b"UH" => return Action::Keep("order-not-held"),
        b"UX" => return Action::Keep("order-not-changed"),
        b"UR" => return Action::Keep("order-not-released"),
        b"DE" => return Action::Nothing("error"),
        // Unable to replace, to refill, to link: nothing has happened.
        b"UF" | b"UM" | b"UN" | b"DF" => return Action::Nothing("rejected"),
        b"RP" | b"RU" | b"RQ" if replaced => return Action::Stop,
        b"RP" => return Action::Replace,
        // By an order of another message.
        b"RU" | b"RQ" => return Action::Replaced,
        _ => {}
    }
    match &in_words(status).unwrap_or_else(|| upper(status)) {
        b"CA" => Action::Cancel,
        b"DC" => Action::Stop,
        b"RP" if replaced => Action::Stop,
        // If the control code says that the order replaces another, this may be the status of that one.
        b"RP" if !matches!(&upper(control), b"XO" | b"RO") => Action::Replaced,
        b"HD" => Action::Hold,
        b"ER" => Action::Nothing("error"),
        _ => match &upper(control) {
            b"XO" | b"XR" | b"XX" | b"SC" | b"SR" | b"SS" | b"SN" => Action::Change,
            _ => Action::State,
        },
    }
}

/// Whether a control code answers an order, or gives it its number.
pub(super) fn is_answer(control: &[u8]) -> bool {
    is_one_of(control, &[b"OK", b"NA", b"RE"])
}

/// Whether a control code without a drug only says what became of an order.
pub(super) fn tells_only(control: &[u8]) -> bool {
    is_answer(control) || is_one_of(control, &[b"SC", b"SN", b"SR", b"SS", b"XR"])
}

fn is_one_of(control: &[u8], codes: &[&[u8]]) -> bool {
    codes.iter().any(|code| code.eq_ignore_ascii_case(control.trim_ascii()))
}

/// The code of an order status that is written as a word.
fn in_words(status: &[u8]) -> Option<[u8; 2]> {
    const WORDS: [(&[u8], &[u8; 2]); 8] = [
        (b"CANCELLED", b"CA"),
        (b"CANCELED", b"CA"),
        (b"DISCONTINUED", b"DC"),
        (b"HELD", b"HD"),
        (b"HOLD", b"HD"),
        (b"ON HOLD", b"HD"),
        (b"ERROR", b"ER"),
        (b"REPLACED", b"RP"),
    ];
    let status = status.trim_ascii();
    let found = WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(status));
    found.map(|(_, code)| **code)
}

/// What ORC-1 may say (HL7 table 0119).
pub(super) const CONTROLS: &[&[u8]] = &[
    b"NW", b"RE", b"SN", b"XO", b"CA", b"DC", b"OK", b"SC", b"RF", b"AF", b"CH", b"CN", b"CR",
    b"DE", b"DF", b"DR", b"FU", b"HD", b"HR", b"LI", b"MC", b"NA", b"NR", b"OC", b"OD", b"OE",
    b"OF", b"OH", b"OP", b"OR", b"PA", b"PR", b"PY", b"RL", b"RO", b"RP", b"RQ", b"RR", b"RU",
    b"SQ", b"SR", b"SS", b"UA", b"UC", b"UD", b"UF", b"UH", b"UM", b"UN", b"UR", b"UX", b"XR",
    b"XX",
];

/// What ORC-5 may say (HL7 table 0038).
pub(super) const STATUSES: &[&[u8]] =
    &[b"IP", b"CM", b"SC", b"A", b"CA", b"DC", b"ER", b"HD", b"RP"];

/// The values of RXA-20 (HL7 table 0322), and other codes that say that nothing was given.
pub(super) const ADMINISTRATIONS: &[&[u8]] = &[b"CP", b"PA", b"RE", b"NA", b"NG"];

/// Whether a code is in a table; an empty code counts as listed.
pub(super) fn is_listed(code: &[u8], table: &[&[u8]]) -> bool {
    let code = code.trim_ascii();
    matches!(code, b"" | b"\"\"") || table.iter().any(|known| known.eq_ignore_ascii_case(code))
}

/// What RXA-21 may say (HL7 table 0206, and the one of table 0323).
pub(super) const ACTIONS: &[&[u8]] = &[b"A", b"D", b"U", b"X", b"S"];

/// Words in an administration that say that nothing was given.
const NOT_GIVEN: [&[u8]; 13] = [
    b"NOT GIVEN",
    b"NOT ADMINISTERED",
    b"NOTGIVEN",
    b"HELD",
    b"HOLD",
    b"MISSED",
    b"OMITTED",
    b"REFUSED",
    b"PATIENT REFUSED",
    b"PT REFUSED",
    b"DECLINED",
    b"NOT TAKEN",
    b"NG",
];

/// Whether a text by itself says that nothing was given.
fn is_not_given(text: &[u8]) -> bool {
    NOT_GIVEN.iter().any(|word| word.eq_ignore_ascii_case(text.trim_ascii()))
}

/// Whether a note says so, by itself or followed by a reason: `not given - patient refused`.
fn notes_not_given(note: &[u8]) -> bool {
    note.split(|byte| matches!(byte, b'-' | b',' | b';' | b':' | b'(' | b'.')).any(is_not_given)
}

/// What an administration's completion status (RXA-20), action code (RXA-21), reason of refusal (RXA-18), note (RXA-9) and amount (RXA-6), and words
/// after its drug's name say about it. A dose that was given is not undone by what has become of its order; if nothing says that it was given, the
/// order's cancellation (`ordered`) applies to it too.
pub(super) fn administration(
    [status, code, refusal, note, amount]: [&[u8]; 5],
    drug: &[u8],
    ordered: Action,
) -> Option<Action> {
    let is_taken_back = matches!(ordered, Action::Cancel | Action::Nothing(_));
    let components = |text| <[u8]>::split(text, |byte| *byte == b'^');
    let first = |text| components(text).next().unwrap_or_default().trim_ascii();
    let any_says = |text| components(text).any(is_not_given);
    // `Oxycodone 5 mg - NOT GIVEN`, `Oxycodone 5 mg (held)`.
    let behind = drug.rsplit(|byte| matches!(byte, b'-' | b'(' | b'*')).next();
    let behind = behind.filter(|rest| rest.len() < drug.len());
    let behind = behind.map(|rest| rest.strip_suffix(b")").unwrap_or(rest));
    match (first(status), first(code)) {
        (_, b"D" | b"d") => Some(Action::Cancel),
        (b"RE" | b"re", _) => Some(Action::Nothing("refused")),
        (b"NA" | b"na", _) => Some(Action::Nothing("not administered")),
        _ if any_says(status)
            || components(note).any(notes_not_given)
            || behind.is_some_and(is_not_given) =>
        {
            Some(Action::Nothing("not administered"))
        }
        // An amount of zero, and nothing says that it was given all the same.
        (b"", _) if is_nothing(amount) => Some(Action::Nothing("not administered")),
        // A reason of refusal, and nothing says that it was given all the same.
        (b"", _) if components(refusal).any(says_something) => Some(Action::Nothing("refused")),
        (b"CP" | b"cp" | b"PA" | b"pa", _) => Some(Action::State),
        _ if says_something(amount) && !is_nothing(amount) && !is_taken_back => Some(Action::State),
        _ => None,
    }
}

fn says_something(component: &[u8]) -> bool {
    !matches!(component.trim_ascii(), b"" | b"\"\"")
}

/// Whether an amount is zero.
pub(super) fn is_nothing(amount: &[u8]) -> bool {
    let amount = amount.trim_ascii();
    amount.contains(&b'0') && amount.iter().all(|byte| matches!(byte, b'0' | b'.'))
}

/// Hour and minute of a time: `0900`.
pub(super) fn time_of_day(text: &[u8]) -> Option<&str> {
    let digits = text.trim_ascii().get(..12)?;
    let is_time = digits.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(&digits[8..]).ok().filter(|_| is_time)
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
            ("UX", "", Action::Keep("order-not-changed")),
            ("UR", "", Action::Keep("order-not-released")),
            ("UM", "", Action::Nothing("rejected")),
            ("UC", "", Action::Keep("order-not-cancelled")),
            ("UD", "CM", Action::Keep("order-not-stopped")),
            ("RU", "", Action::Replaced),
            ("SN", "Cancelled", Action::Cancel),
            ("SC", "RP", Action::Replaced),
            ("NW", "RP", Action::Replaced),
            ("XO", "RP", Action::Change),
            ("RP", "", Action::Replace),
            ("RO", "", Action::State),
        ] {
            assert_eq!(
                action(control.as_bytes(), status.as_bytes(), false),
                expected,
                "{control} {status}"
            );
        }
        assert_eq!(action(b"RP", b"", true), Action::Stop);
        let (none, refused) = (Action::Nothing("not administered"), Action::Nothing("refused"));
        for (amount, expected) in
            [("0", Some(none)), ("0.0", Some(none)), ("", None), ("10", Some(Action::State))]
        {
            let said = ["", "", "", "", amount].map(str::as_bytes);
            assert_eq!(administration(said, b"", Action::State), expected, "{amount}");
            let given = ["CP", "", "", "", amount].map(str::as_bytes);
            assert_eq!(administration(given, b"", Action::Cancel), Some(Action::State), "{amount}");
        }
        let said = ["", "", "", "", "1"].map(str::as_bytes);
        assert_eq!(administration(said, b"", Action::Hold), Some(Action::State));
        assert_eq!(administration(said, b"", Action::Cancel), None);
        let given = Some(Action::State);
        for (status, code, refusal, note, drug, expected) in [
            ("RE", "A", "", "", "", Some(refused)),
            ("CP", "D", "", "", "", Some(Action::Cancel)),
            ("CP", "A", "00^Patient refused", "", "", given),
            ("", "", "00^Patient refused", "", "", Some(refused)),
            ("", "", "^NPO^L", "", "", Some(refused)),
            ("", "", "\"\"^^", "", "", given),
            ("", "", "", "NG^Not Given^L", "", Some(none)),
            ("", "", "", "^not given - patient refused", "", Some(none)),
            ("", "", "", "00^New immunization record", "", given),
            ("", "", "", "", "Oxycodone 5 mg - NOT GIVEN", Some(none)),
            ("", "", "", "", "Oxycodone (held)", Some(none)),
            ("CP", "A", "", "", "Oxycodone 5 mg - given", given),
        ] {
            let said = [status, code, refusal, note, "1"].map(str::as_bytes);
            assert_eq!(
                administration(said, drug.as_bytes(), Action::State),
                expected,
                "{said:?} {drug}"
            );
        }
    }
}
