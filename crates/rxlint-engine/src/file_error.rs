//! What is wrong with a rule or drug file, and where.

use std::fmt;

/// A file of the rule book that cannot be used.
#[derive(Debug)]
pub struct FileError(Box<FaultyFile>);

#[derive(Debug)]
struct FaultyFile {
    path: String,
    what: String,
    help: Option<String>,
    text: String,
    span: Option<std::ops::Range<usize>>,
    /// Further faults, in this file or in others.
    others: Vec<FileError>,
}

impl FileError {
    /// A file that is not TOML, or has a key or value that is not part of the format.
    pub fn toml(path: &str, text: &str, error: &toml::de::Error) -> Self {
        let what = error.message().to_owned();
        let text = text.to_owned();
        Self(Box::new(FaultyFile {
            path: path.to_owned(),
            help: suggestion(&what),
            what,
            text,
            span: error.span(),
            others: Vec::new(),
        }))
    }

    /// A file that is well formed but says something impossible; `near` is the piece of its text to
    /// point at.
    pub fn at(path: &str, text: &str, near: &str, what: impl Into<String>) -> Self {
        let span = text.find(near).filter(|_| !near.is_empty()).map(|at| at..at + near.len());
        let text = text.to_owned();
        Self(Box::new(FaultyFile {
            path: path.to_owned(),
            what: what.into(),
            help: None,
            text,
            span,
            others: Vec::new(),
        }))
    }

    /// A file that says something impossible at this span.
    pub fn span(
        path: &str,
        text: &str,
        span: std::ops::Range<usize>,
        what: impl Into<String>,
    ) -> Self {
        let text = text.to_owned();
        Self(Box::new(FaultyFile {
            path: path.to_owned(),
            what: what.into(),
            help: None,
            text,
            span: Some(span),
            others: Vec::new(),
        }))
    }

    /// A file with nothing to point at.
    pub fn plain(path: &str, what: &str) -> Self {
        let text = String::new();
        Self(Box::new(FaultyFile {
            path: path.to_owned(),
            what: what.to_owned(),
            help: None,
            text,
            span: None,
            others: Vec::new(),
        }))
    }

    /// Joins these errors into one, each shown at its place.
    ///
    /// # Errors
    /// If there are any.
    pub fn all(errors: impl IntoIterator<Item = Self>) -> Result<(), Self> {
        let mut errors = errors.into_iter();
        let Some(mut first) = errors.next() else { return Ok(()) };
        first.0.others.extend(errors.flat_map(Self::each));
        Err(first)
    }

    /// The individual errors in this one.
    pub fn each(mut self) -> Vec<Self> {
        let others = std::mem::take(&mut self.0.others);
        std::iter::once(self).chain(others).collect()
    }

    /// Further faults, in this file or in others.
    pub fn others(&self) -> &[Self] {
        &self.0.others
    }

    /// What the file is called.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// What is wrong, without the file.
    pub fn what(&self) -> &str {
        &self.0.what
    }

    /// What to do.
    pub fn help(&self) -> Option<&str> {
        self.0.help.as_deref()
    }

    /// The text of the file and the bytes to point at; `None` if there is nothing to show.
    pub fn shown(&self) -> Option<(&str, std::ops::Range<usize>)> {
        self.0.span.clone().map(|span| (self.0.text.as_str(), span))
    }

    /// Adds advice on what to do.
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
    nearest(wrong, quoted).map(|near| format!("did you mean `{near}`?"))
}

/// The name that a word was probably meant for, if one is close enough: one slip, plus one for
/// every three letters.
pub fn nearest<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let (distance, near) =
        names.map(|name| (strsim::damerau_levenshtein(word, name), name)).min()?;
    (distance <= 1 + word.len() / 3).then_some(near)
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.path, self.0.what)?;
        match self.0.others.len() {
            0 => Ok(()),
            more => write!(f, " (the first of {} faults)", more + 1),
        }
    }
}

impl std::error::Error for FileError {}
