//! What is wrong with a rule or drug file, and where.

use std::fmt;

/// A file of the rule book that cannot be used.
#[derive(Debug)]
pub struct FileError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    path: String,
    what: String,
    help: Option<String>,
    text: String,
    span: Option<std::ops::Range<usize>>,
}

impl FileError {
    /// A file that is not TOML, or holds a key or value that the format does not have.
    pub fn toml(path: &str, text: &str, error: &toml::de::Error) -> Self {
        let what = error.message().to_owned();
        let text = text.to_owned();
        Self(Box::new(Inner {
            path: path.to_owned(),
            help: suggestion(&what),
            what,
            text,
            span: error.span(),
        }))
    }

    /// A file that is well formed but says something impossible; `near` is a piece of its text to point at.
    pub fn at(path: &str, text: &str, near: &str, what: impl Into<String>) -> Self {
        let span = text.find(near).filter(|_| !near.is_empty()).map(|at| at..at + near.len());
        let text = text.to_owned();
        Self(Box::new(Inner { path: path.to_owned(), what: what.into(), help: None, text, span }))
    }

    /// A file that says something impossible just there.
    pub fn span(
        path: &str,
        text: &str,
        span: std::ops::Range<usize>,
        what: impl Into<String>,
    ) -> Self {
        let text = text.to_owned();
        Self(Box::new(Inner {
            path: path.to_owned(),
            what: what.into(),
            help: None,
            text,
            span: Some(span),
        }))
    }

    /// A file about which there is nothing to show.
    pub fn plain(path: &str, what: &str) -> Self {
        let text = String::new();
        Self(Box::new(Inner {
            path: path.to_owned(),
            what: what.to_owned(),
            help: None,
            text,
            span: None,
        }))
    }

    /// What the file is called.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// What is wrong with it.
    pub fn what(&self) -> &str {
        &self.0.what
    }

    /// What to do.
    pub fn help(&self) -> Option<&str> {
        self.0.help.as_deref()
    }

    /// The text of the file, and the bytes of it to point at; `None` where there is nothing to show.
    pub fn shown(&self) -> Option<(&str, std::ops::Range<usize>)> {
        self.0.span.clone().map(|span| (self.0.text.as_str(), span))
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
