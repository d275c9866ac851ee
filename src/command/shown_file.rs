//! What is wrong with a rule, drug or configuration file, drawn on the file itself.

use std::fmt;

use miette::{Diagnostic, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan};
use rxlint_engine::file_error::FileError;

/// A file that cannot be used, as a diagnostic.
#[derive(Debug)]
pub struct ShownFile<'e> {
    error: &'e FileError,
    others: Vec<ShownFile<'e>>,
}

impl<'e> ShownFile<'e> {
    /// The error, and whatever else is wrong.
    pub fn new(error: &'e FileError) -> Self {
        Self { error, others: error.others().iter().map(ShownFile::new).collect() }
    }
}

impl fmt::Display for ShownFile<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for ShownFile<'_> {}

impl Diagnostic for ShownFile<'_> {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.error.help().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.error.shown().map(|_| self as &dyn SourceCode)
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        let others = self.others.iter().map(|other| other as &dyn Diagnostic);
        (!self.others.is_empty()).then(|| Box::new(others) as Box<dyn Iterator<Item = _>>)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let (_, span) = self.error.shown()?;
        let label = LabeledSpan::new(Some("here".to_owned()), span.start, span.len());
        Some(Box::new(std::iter::once(label)))
    }
}

impl SourceCode for ShownFile<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn miette::SpanContents<'a> + 'a>, MietteError> {
        let (text, _) = self.error.shown().ok_or(MietteError::OutOfBounds)?;
        let contents = text.read_span(span, before, after)?;
        Ok(Box::new(MietteSpanContents::new_named(
            self.error.path().to_owned(),
            contents.data(),
            *contents.span(),
            contents.line(),
            contents.column(),
            contents.line_count(),
        )))
    }
}
