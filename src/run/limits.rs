//! How much may go unchecked before a run is not complete.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How many of the records read may name no drug that can be read: a number, or a share of them.
///
/// ```
/// use rxlint::run::limits::MaxUnresolved;
///
/// let share: MaxUnresolved = "5%".parse()?;
/// assert!(share.allows(5, 100) && !share.allows(6, 100));
/// assert!("12".parse::<MaxUnresolved>()?.allows(12, 20));
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(try_from = "Written", into = "Written")]
#[cfg_attr(test, schemars(with = "Written"))]
pub enum MaxUnresolved {
    /// This many records.
    Records(u64),
    /// This many in a hundred of the records read.
    Percent(f64),
}

/// As it is written: `12` or `"5%"`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
enum Written {
    Number(u64),
    Text(String),
}

impl Default for MaxUnresolved {
    fn default() -> Self {
        Self::Percent(5.0)
    }
}

impl MaxUnresolved {
    /// Whether that many unresolved records are few enough.
    pub fn allows(self, unresolved: u64, read: u64) -> bool {
        match self {
            Self::Records(most) => unresolved <= most,
            Self::Percent(most) => unresolved as f64 * 100.0 <= most * read as f64,
        }
    }
}

impl FromStr for MaxUnresolved {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let help = || "give a number of records, or a share of those read: 12, 5%".to_owned();
        match text.trim().strip_suffix('%') {
            None => text.trim().parse().map(Self::Records).map_err(|_| help()),
            Some(share) => share
                .trim()
                .parse()
                .ok()
                .filter(|share| (0.0..=100.0).contains(share))
                .map(Self::Percent)
                .ok_or_else(help),
        }
    }
}

impl fmt::Display for MaxUnresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Records(most) => write!(f, "{most}"),
            Self::Percent(most) => write!(f, "{most}%"),
        }
    }
}

impl TryFrom<Written> for MaxUnresolved {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        match written {
            Written::Number(most) => Ok(Self::Records(most)),
            Written::Text(text) => text.parse(),
        }
    }
}

impl From<MaxUnresolved> for Written {
    fn from(most: MaxUnresolved) -> Self {
        match most {
            MaxUnresolved::Records(most) => Self::Number(most),
            MaxUnresolved::Percent(_) => Self::Text(most.to_string()),
        }
    }
}
