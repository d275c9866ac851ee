//! `rxlint explain`: a rule as its file tells it, or how a drug, text or code is understood.

use std::fmt::Write as _;
use std::io::Write as _;

use super::{Failure, book, configuration};
use crate::cli::ExplainArgs;
use crate::drug::Identity;
use crate::exit::Exit;
use crate::finding::accept;
use crate::rule::{Book, Rule, manual};

/// Runs the command.
///
/// # Errors
/// A rule file that cannot be used, or a failed write.
pub fn run(args: &ExplainArgs) -> Result<Exit, Failure> {
    let (config, config_path) = configuration(&args.book)?;
    let book = book(&args.book, &config, config_path.as_deref())?;
    let text = match book.rule(&args.what) {
        Some(rule) => explain_rule(rule),
        None => match accept::RULES.iter().find(|(id, ..)| *id == args.what) {
            Some((id, title, text)) => format!("{id}\n\n{title}. Severity low, DUR code {}.\n\n{text}\n", accept::DUR),
            None => explain_text(&book, &args.what),
        },
    };
    write!(std::io::stdout().lock(), "{text}")?;
    Ok(Exit::Clean)
}

fn explain_rule(rule: &Rule) -> String {
    let grade = &rule.info.grade;
    let meaning = manual::grade_meaning(grade);
    let disputed = if rule.info.disputed { " The evidence is disputed." } else { "" };
    let about_grade = if grade.is_empty() { String::new() } else { format!("\nEvidence {grade} means: {meaning}.{disputed}\n") };
    format!("{}{about_grade}", manual::rule_page(rule))
}

fn explain_text(book: &Book, what: &str) -> String {
    let verdict = book.dictionary().resolve(&Identity { ndc: what.into(), code: what.into(), ..Identity::text(what) });
    let mut text = String::new();
    for component in &verdict.components {
        let drug = book.dictionary().drug(component.drug);
        let form = &drug.forms[component.form as usize];
        let _ = writeln!(text, "{}: {}, form {}", drug.name, component.role.label(), form.id);
    }
    if verdict.components.is_empty() {
        text.push_str("no drug that rxlint knows\n");
    }
    text
}
