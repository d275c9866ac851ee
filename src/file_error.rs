//! What is wrong with a rule or drug file, shown on the file itself.

use std::fmt;

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};

/// A file of the rule book that cannot be used.
#[derive(Debug)]
pub struct FileError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    path: String,
    what: String,
    help: Option<String>,
    source: NamedSource<String>,
    span: Option<std::ops::Range<usize>>,
}

impl FileError {
    /// A file that is not TOML, or holds a key or value that the format does not have.
    pub fn toml(path: &str, text: &str, error: &toml::de::Error) -> Self {
        let what = error.message().to_owned();
        let source = NamedSource::new(path, text.to_owned());
        Self(Box::new(Inner {
            path: path.to_owned(),
            help: suggestion(&what),
            what,
            source,
            span: error.span(),
        }))
    }

    /// A file that is well formed but says something impossible; `near` is a piece of its text to point at.
    pub fn at(path: &str, text: &str, near: &str, what: impl Into<String>) -> Self {
        let span = text.find(near).filter(|_| !near.is_empty()).map(|at| at..at + near.len());
        let source = NamedSource::new(path, text.to_owned());
        Self(Box::new(Inner { path: path.to_owned(), what: what.into(), help: None, source, span }))
    }

    /// A file that says something impossible just there.
    pub fn span(
        path: &str,
        text: &str,
        span: std::ops::Range<usize>,
        what: impl Into<String>,
    ) -> Self {
        let source = NamedSource::new(path, text.to_owned());
        Self(Box::new(Inner {
            path: path.to_owned(),
            what: what.into(),
            help: None,
            source,
            span: Some(span),
        }))
    }

    /// A file about which there is nothing to show.
    pub fn plain(path: &str, what: &str) -> Self {
        let source = NamedSource::new(path, String::new());
        Self(Box::new(Inner {
            path: path.to_owned(),
            what: what.to_owned(),
            help: None,
            source,
            span: None,
        }))
    }

    /// Adds what to do.
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }
}

/// "unknown field `severty`, expected one of `id`, `severity`…" → the nearest of those.
fn suggestion(what: &str) -> Option<String> {
    if what == "missing field `reason`" {
        return Some("say why the site accepts it: reason = \"…\"".to_owned());
    }
    let mut quoted = what.split('`').skip(1).step_by(2);
    let wrong = quoted.next().filter(|_| what.starts_with("unknown"))?;
    let (distance, nearest) =
        quoted.map(|name| (strsim::damerau_levenshtein(wrong, name), name)).min()?;
    (distance <= 1 + wrong.len() / 3).then(|| format!("did you mean `{nearest}`?"))
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.path, self.0.what)
    }
}

impl std::error::Error for FileError {}

impl Diagnostic for FileError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.0.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.0.span.as_ref().map(|_| &self.0.source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = self.0.span.clone()?;
        Some(Box::new(std::iter::once(LabeledSpan::new(
            Some("here".to_owned()),
            span.start,
            span.len(),
        ))))
    }
}
