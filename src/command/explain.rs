//! `rxlint explain`: a rule as its file describes it; or, step by step, how a drug, text or code is understood.

use std::fmt::Write as _;
use std::io::Write as _;

use super::{Failure, book, configuration};
use crate::cli::ExplainArgs;
use crate::exit::Exit;
use rxlint_engine::drug::dictionary::{Drug, Form};
use rxlint_engine::drug::{Dictionary, FormKind, Identity, Verdict, atc, code};
use rxlint_engine::rule::{Book, Rule, manual, notice};

/// Runs the command.
///
/// # Errors
/// A rule file that cannot be used, or a failed write.
pub fn run(args: &ExplainArgs) -> Result<Exit, Failure> {
    let (config, config_path) = configuration(&args.book)?;
    let book = book(&args.book, &config, config_path.as_deref())?;
    let what = args.what.as_deref().unwrap_or_default().trim();
    if args.review {
        let sheet = review(&book, what)?;
        write!(std::io::stdout().lock(), "{sheet}")?;
        return Ok(Exit::Clean);
    }
    if what.is_empty() {
        return Err(Failure::new(
            "nothing was named to explain",
            "name a rule, a tag, a DUR code, a drug or a code: rxlint explain recent-opioid",
        ));
    }
    let text = text(&book, what)?;
    write!(std::io::stdout().lock(), "{text}")?;
    Ok(Exit::Clean)
}

/// What is known of a rule, or how a drug, text or code is understood.
///
/// # Errors
/// A rule's id that is misspelt.
pub fn text(book: &Book, what: &str) -> Result<String, Failure> {
    Ok(match book.rule(what) {
        Some(rule) => explain_rule(rule),
        None => match notice::RULES.iter().find(|(id, ..)| *id == what) {
            Some((id, title, text)) => manual::notice_page(id, title, text),
            None => {
                // More likely a misspelt rule id than an unknown drug.
                let near = |rule: &&Rule| strsim::damerau_levenshtein(&rule.file.id, what) <= 2;
                if let Some(rule) = book.rules().iter().find(near) {
                    return Err(Failure::new(
                        format!("there is no rule called `{what}`"),
                        format!("did you mean `{}`?", rule.file.id),
                    ));
                }
                let is_drug =
                    !book.dictionary().resolve(&Identity::text(what)).components.is_empty();
                match rules_of(book, what).filter(|_| !is_drug) {
                    Some(rules) => rules,
                    None if !is_drug && is_like_a_rule(book, what) => {
                        return Err(no_such_rule(what));
                    }
                    None => explain_identity(book, what),
                }
            }
        },
    })
}

/// The review sheet for one rule, or for all.
fn review(book: &Book, what: &str) -> Result<String, Failure> {
    if what.is_empty() {
        return Ok(manual::review::sheet(book, None));
    }
    let Some(rule) = book.rule(what) else {
        return Err(no_such_rule(what));
    };
    Ok(manual::review::sheet(book, Some(rule)))
}

fn explain_rule(rule: &Rule) -> String {
    let grade = &rule.info.grade;
    let meaning = manual::grade_meaning(grade);
    let disputed = if rule.info.disputed { " The evidence is disputed." } else { "" };
    let about_grade = if grade.is_empty() {
        String::new()
    } else {
        format!("\nEvidence {grade} means: {meaning}.{disputed}\n")
    };
    format!("{}{about_grade}", manual::rule_page(rule))
}

/// Whether a text is written as rules' ids are, and ends as one does: `antagonist-overlap`.
fn is_like_a_rule(book: &Book, what: &str) -> bool {
    let last = |id: &str| id.rsplit_once('-').map(|(_, word)| word.to_owned());
    let is_id = what.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    let ends_as =
        |end: String| book.rules().iter().any(|rule| last(&rule.file.id) == Some(end.clone()));
    is_id && last(what).is_some_and(ends_as)
}

fn no_such_rule(what: &str) -> Failure {
    Failure::new(format!("there is no rule called `{what}`"), "`rxlint rules` lists them")
}

/// The rules of a tag or DUR code; `None` where no rule has it.
fn rules_of(book: &Book, what: &str) -> Option<String> {
    let has = |rule: &&Rule| {
        rule.info.dur.eq_ignore_ascii_case(what)
            || rule.info.tags.iter().any(|tag| tag.eq_ignore_ascii_case(what))
    };
    let rules: Vec<&Rule> = book.rules().iter().filter(has).collect();
    let lines = rules.iter().map(|rule| format!("  {}: {}\n", rule.file.id, rule.file.title));
    (!rules.is_empty()).then(|| {
        format!(
            "{what} is a tag or DUR code of these rules (`--select` and `--ignore` take it):\n{}",
            lines.collect::<String>()
        )
    })
}

/// How a text or code is understood, step by step, and what is known of the drugs in it.
fn explain_identity(book: &Book, what: &str) -> String {
    let digits = what.bytes().filter(u8::is_ascii_digit).count();
    let is_code = !what.contains(' ') && digits * 2 >= what.len();
    let mut out = String::new();
    let identity = if is_code {
        let _ = writeln!(out, "Read as a code: {}", code_steps(what));
        // A short number may be an RxCUI. In an export the column or the code system would say so.
        let rxcui = if digits == what.len() && digits <= 8 { what } else { "" };
        let hcpcs = if code::is_hcpcs(what) { what } else { "" };
        let ndc = if rxcui.is_empty() && hcpcs.is_empty() { what } else { "" };
        let [code, ndc, rxcui, hcpcs] = [what, ndc, rxcui, hcpcs].map(Into::into);
        Identity { code, ndc, rxcui, hcpcs, ..Identity::default() }
    } else {
        let _ = writeln!(out, "Read as the words: {}", book.dictionary().read(what).join(" · "));
        Identity::text(what)
    };
    let verdict = book.dictionary().resolve(&identity);
    steps(&mut out, book, what, &verdict);
    for component in &verdict.components {
        let drug = book.dictionary().drug(component.drug);
        let _ = write!(out, "\n{}", about(book, drug));
    }
    out
}

fn code_steps(what: &str) -> String {
    if atc::is_one(what) {
        return format!("{what}, an ATC code of level 5");
    }
    if code::is_hcpcs(what) {
        return format!("{what}, a HCPCS code");
    }
    match code::ndc(what) {
        Ok(ndc) if ndc.padded => {
            format!("{:011}, an NDC whose leading zeros were lost, or the RxCUI {what}", ndc.number)
        }
        Ok(ndc) => format!("{:011}, an NDC", ndc.number),
        Err(_) if code::rxcui(what).is_some() => format!("{what}, an RxCUI"),
        Err(problem) => format!("{what}: {}", problem.reason()),
    }
}

fn steps(out: &mut String, book: &Book, what: &str, verdict: &Verdict) {
    let dictionary = book.dictionary();
    for component in &verdict.components {
        let drug = dictionary.drug(component.drug);
        let form = dictionary.form(component.drug, component.form);
        let strength = component.strength.map_or_else(
            || "strength not stated beyond doubt".to_owned(),
            // A number of the tables of codes has seven digits.
            |s| {
                let mg = (s.mg * 1e6).round() / 1e6;
                format!("{mg} mg{}", if s.per_ml { " per mL" } else { "" })
            },
        );
        let _ = writeln!(
            out,
            "Resolves to {}: {}, {}, {strength}",
            drug.name,
            component.role.label(),
            form_in_words(book, form, what)
        );
    }
    doubts(out, dictionary, verdict);
    if verdict.new_package {
        let _ = writeln!(out, "The code's product is known; this package of it is new here");
    }
    if let Some(why) = dictionary.why_no_drug(what) {
        let _ = writeln!(out, "Not taken for the drug it names: {why}");
    }
    if verdict.components.is_empty() && verdict.slip.is_none() {
        let _ = writeln!(
            out,
            "{}",
            if verdict.resolved {
                "Names no drug that a rule is about."
            } else {
                "Names no known drug: none of its words is a drug's, and it is not a code of a known vocabulary. A record with only this is \
                 unresolved."
            }
        );
    }
    if book.watches(verdict) {
        let speaks = |rule: &&Rule| {
            rule.condition
                .selectors()
                .any(|s| verdict.components.iter().any(|c| s.matches(dictionary, c, verdict)))
        };
        let rules: Vec<&str> =
            book.active().filter(speaks).map(|rule| rule.file.id.as_str()).collect();
        if !rules.is_empty() {
            let _ = writeln!(out, "Rules about it: {}", rules.join(", "));
        }
    }
}

/// The parts of a verdict that the rules about records report.
fn doubts(out: &mut String, dictionary: &Dictionary, verdict: &Verdict) {
    if let Some(slip) = &verdict.slip {
        let meant = &dictionary.drug(slip.meant).name;
        let taken = if slip.resolved {
            "a listed misspelling, taken for it"
        } else {
            "not certain enough to be taken for it; near-miss-drug-name reports it"
        };
        let _ = writeln!(out, "The word “{}” may mean {meant}: {taken}", slip.word);
    }
    if let Some(mismatch) = &verdict.mismatch {
        let _ = writeln!(
            out,
            "The text says {}, the code {}: name-code-mismatch reports it",
            mismatch.text, mismatch.code
        );
    }
    if let Some(brand) = &verdict.ambiguity {
        let settles = if brand.is_line_extension() {
            "a code or the ingredient settles it"
        } else {
            "`country` in rxlint.toml settles it"
        };
        let meanings: Vec<String> =
            brand.drugs.iter().map(|meaning| meaning.in_words(dictionary)).collect();
        let _ = writeln!(
            out,
            "The brand “{}” is {}; {settles}, and ambiguous-brand reports it",
            brand.word,
            meanings.join(" or ")
        );
    }
}

/// The form as a reader calls it. One id stands for every short-acting form: tablet, liquid, injection, suppository.
fn form_in_words(book: &Book, form: &Form, what: &str) -> String {
    if form.kind != FormKind::Tablet || form.id != "tablet" {
        return format!("form {}", form.id);
    }
    if book.dictionary().says_injection(what) {
        return "form injection (short-acting, as the tablet)".to_owned();
    }
    "short-acting form (tablet, liquid or the like)".to_owned()
}

/// What the book knows about a drug.
fn about(book: &Book, drug: &Drug) -> String {
    let file = &drug.file;
    let mut out = format!("{}\n", file.id);
    let mut line = |title: &str, values: &[String]| {
        if !values.is_empty() {
            let _ = writeln!(out, "  {title:<14} {}", values.join(", "));
        }
    };
    line("role", &[file.role.label().to_owned()]);
    line("names", &file.names);
    line("brands", &file.brands);
    line("shorthand", &file.abbreviations);
    line(
        "only beside",
        &file
            .doubtful
            .iter()
            .map(|d| format!("{} with {}", d.text, d.with.join(" or ")))
            .collect::<Vec<_>>(),
    );
    line("misspellings", &file.misspellings);
    line("RxCUI", &file.rxcui);
    line("ATC", &file.atc);
    for (form, written) in drug.forms.iter().zip(&file.forms) {
        let mut details = vec![form_line(book, form)];
        details.extend(
            (!written.brands.is_empty()).then(|| format!("brands {}", written.brands.join(", "))),
        );
        details.extend(
            (!written.hcpcs.is_empty()).then(|| format!("HCPCS {}", written.hcpcs.join(", "))),
        );
        let _ = writeln!(out, "  form {:<9} {}", form.id, details.join("; "));
    }
    for (title, lines) in [("sources", &file.sources), ("unverified", &file.unverified)] {
        if !lines.is_empty() {
            let _ = writeln!(out, "  {title:<14} {}", lines.join("; "));
        }
    }
    out
}

fn form_line(book: &Book, form: &Form) -> String {
    let mut parts = vec![form.role.label().to_owned()];
    parts.extend(form.days_each.map(|days| format!("each lasts {days} days")));
    let window = form.washout.as_deref().and_then(|name| Some((name, book.windows().get(name)?)));
    parts.extend(window.map(|(name, w)| {
        format!("washout {name}: below {} days high, below {} moderate", w.hard, w.soft)
    }));
    parts.extend(form.blockade.as_deref().map(|name| format!("blockade {name}")));
    parts.join(", ")
}
