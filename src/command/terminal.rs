//! What a stream can show: colour, characters, links, width.

use crate::cli::Color;
use rxlint_report::Style;

/// Colour, characters, links and width for a stream. The one place that asks the environment about the terminal.
#[allow(
    clippy::disallowed_methods,
    reason = "the one place that asks the environment about the terminal"
)]
pub fn style(color: Color, terminal: bool) -> Style {
    let set =
        |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let color = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => set("CLICOLOR_FORCE") || (terminal && !dumb && !set("NO_COLOR")),
    };
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse::<usize>().ok());
    // Shells know the width and do not export it.
    let size = || terminal_size::terminal_size().filter(|_| terminal);
    let columns =
        said.or_else(|| size().map(|(terminal_size::Width(width), _)| usize::from(width)));
    Style {
        color,
        links: color && terminal && !dumb,
        unicode: !is_of_ascii(),
        width: columns.unwrap_or(120).clamp(60, 200),
    }
}

/// Whether the locale says that there are only ASCII characters. Where it is not set, as in a job, that is unknown.
fn is_of_ascii() -> bool {
    let said = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(std::env::var_os);
    let locale = said.into_iter().find(|value| !value.is_empty());
    locale.is_some_and(|locale| locale == "C" || locale == "POSIX")
}
