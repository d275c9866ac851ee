//! Rules about a site's own acceptances. They can be selected like the rules of the book; the program that keeps the
//! acceptances applies them.

/// The rule id for an acceptance that has expired.
pub const EXPIRED: &str = "expired-acceptance";
/// The rule id for an acceptance that matches no finding.
pub const UNMATCHED: &str = "unmatched-acceptance";

/// The word that selects both of them.
pub const TAG: &str = "configuration";
/// Their NCPDP reason for service: missing information or clarification.
pub const DUR: &str = "MS";

/// A rule about the configuration itself: its id, its title, and what a person should know about
/// it.
pub const RULES: [(&str, &str, &str); 2] = [
    (
        EXPIRED,
        "An acceptance has run out",
        "An [[accept]] entry of the configuration has an `until` that lies before the as-of day. It accepts nothing any\n\
         more: the findings that it used to accept are shown again. Look at them; where they may still be accepted, give\n\
         the entry a new `until`, else delete it.",
    ),
    (
        UNMATCHED,
        "An acceptance matches nothing",
        "An [[accept]] entry of the configuration matches no finding of this run. Either what it accepts is over, and the\n\
         entry should be deleted before it hides something new; or it is mistyped, and what it should accept is shown; or\n\
         this run did not read the files that it is about.",
    ),
];
