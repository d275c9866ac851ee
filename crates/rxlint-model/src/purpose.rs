//! What inputs are read for.

/// What inputs are read for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Purpose {
    /// Prescriptions of patients.
    #[default]
    Prescriptions,
    /// Lists of drugs, which have no patients.
    Formulary,
}
