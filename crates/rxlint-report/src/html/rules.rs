//! What the page says once about each rule that found something: why it matters, what to do, the sources.

use maud::{Markup, html};

use crate::{Document, RuleText};

/// The rules that found something.
pub(super) fn section(document: &Document<'_>) -> Markup {
    let found = |text: &&RuleText<'_>| document.summary.by_rule.contains_key(&text.info.id);
    let rules: Vec<&RuleText<'_>> = document.rules.iter().filter(found).collect();
    html! {
        @if !rules.is_empty() {
            section aria-labelledby="rules" {
                h2 #rules { "Rules" }
                @for text in rules { (rule(text)) }
            }
        }
    }
}

fn rule(text: &RuleText<'_>) -> Markup {
    let info = text.info;
    html! {
        details #{ "r-" (info.id) } {
            summary { (info.id) ": " (info.title) }
            p { (text.why) }
            p { (text.remedy) }
            @if !info.grade.is_empty() || !info.sources.is_empty() {
                p { "Evidence" @if !info.grade.is_empty() { " " (info.grade) } @if info.disputed { ", disputed" } ":" }
                ul { @for source in &info.sources { li { (source) } } }
            }
        }
    }
}
