//! A finding as later runs know it.

use serde::{Deserialize, Serialize};

use super::{Finding, Fingerprint, Severity};

/// A finding as a baseline stores it. It does not name a patient.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Known {
    /// The rule.
    pub rule: String,
    /// The finding's fingerprint.
    pub fingerprint: Fingerprint,
    /// The severity with which it was shown.
    pub severity: Severity,
    /// Its premise; reports made by other tools may leave it out, and the severity is used instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub premise: Option<String>,
}

impl Known {
    /// What a baseline stores of a finding.
    pub fn of(finding: &Finding) -> Self {
        Self {
            rule: finding.rule.id.clone(),
            fingerprint: finding.fingerprint,
            severity: finding.severity,
            premise: Some(finding.premise.clone()),
        }
    }

    /// Whether it is the same finding with the same premise.
    pub fn knows(&self, finding: &Finding) -> bool {
        self.rule == finding.rule.id
            && match &self.premise {
                Some(premise) => *premise == finding.premise,
                None => self.severity == finding.severity,
            }
    }
}
