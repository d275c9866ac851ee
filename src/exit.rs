//! How a run ends, as a number that scripts rely on. The format of the report never changes it.

/// The exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Every input was read, and no finding reached `--fail-on`.
    Clean = 0,
    /// The run finished, and at least one finding reached `--fail-on`.
    Findings = 1,
    /// The run failed: a bad option, configuration or rule file, an unreadable input, a failed write.
    Failed = 2,
    /// The run finished, and something went unchecked, which the summary says. Outranks `Findings`.
    Incomplete = 3,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
