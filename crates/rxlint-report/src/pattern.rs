//! What the bars of a picture are filled with: stripes, dots and lines, since some readers, and paper, do not show colours.

use rxlint_model::finding::Side;

/// The patterns, once in a page or picture.
pub(crate) const PATTERNS: &str = r##"<defs><pattern id="rx-antagonist" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="8" height="8" fill="#0072b2"/><rect width="3" height="8" fill="#cfe6f5"/></pattern><pattern id="rx-opioid" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" fill="#d55e00"/><circle cx="4" cy="4" r="2" fill="#fff"/></pattern><pattern id="rx-other" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="#8c8c8c"/><rect width="6" height="2" fill="#efefef"/></pattern></defs>"##;

/// The pattern of a side.
pub(crate) const fn fill(side: Side) -> &'static str {
    match side {
        Side::Antagonist => "url(#rx-antagonist)",
        Side::Opioid => "url(#rx-opioid)",
        Side::Other => "url(#rx-other)",
    }
}
