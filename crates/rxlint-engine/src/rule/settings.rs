//! What a site changes in the book.

use std::collections::BTreeMap;

use rxlint_model::finding::Severity;
use serde::{Deserialize, Serialize};

/// Which rules judge, the severity of their findings, and the site's own windows. Anything left out
/// stays as in the book.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct BookSettings {
    /// Only these rules: ids, DUR codes or tags.
    pub select: Vec<String>,
    /// Not these rules: ids, DUR codes or tags.
    pub ignore: Vec<String>,
    /// Severity by rule id.
    pub severity: BTreeMap<String, Severity>,
    /// Rule ids that the site names elsewhere, as in `[[accept]]`: they must exist.
    pub named: Vec<String>,
    /// Opioid-free days by the name of the window.
    pub windows: BTreeMap<String, WindowSetting>,
    /// Days of blockade after an antagonist, by the name of the window.
    pub blockade: BTreeMap<String, u16>,
}

/// A site's own window of opioid-free days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WindowSetting {
    /// Fewer free days than these are high.
    pub hard: i32,
    /// Fewer free days than these are moderate.
    pub soft: i32,
}
