//! A finding as later runs know it.

use serde::{Deserialize, Serialize};

use super::{Finding, Fingerprint, Severity};

/// A finding as a baseline knows it. It names no patient.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Known {
    /// The rule.
    pub rule: String,
    /// The finding's fingerprint.
    pub fingerprint: Fingerprint,
    /// How grave it was shown to be.
    pub severity: Severity,
    /// What it rested on; reports of other makers may leave it out, and the severity stands for it then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub premise: Option<String>,
}

impl Known {
    /// What a baseline keeps of a finding.
    pub fn of(finding: &Finding) -> Self {
        Self {
            rule: finding.rule.id.clone(),
            fingerprint: finding.fingerprint,
            severity: finding.severity,
            premise: Some(finding.premise.clone()),
        }
    }

    /// Whether it is that finding, resting on the same premise.
    pub fn knows(&self, finding: &Finding) -> bool {
        self.rule == finding.rule.id
            && match &self.premise {
                Some(premise) => *premise == finding.premise,
                None => self.severity == finding.severity,
            }
    }
}
