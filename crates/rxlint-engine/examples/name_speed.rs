//! How fast the dictionary loads, and what a name costs: `cargo run --release -p rxlint-engine --example name_speed -- NAMES.txt`.
#![allow(clippy::print_stdout, clippy::expect_used, reason = "a measurement, not a library")]

use std::time::Instant;

use rxlint_engine::drug::Identity;
use rxlint_engine::rule::Book;

/// The memory of this process in kB, if the system reports it.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or_default()
}

fn main() {
    let path = std::env::args().nth(1).expect("a file with one name a line");
    let names = std::fs::read_to_string(path).expect("a file that can be read");
    let before = memory();
    let start = Instant::now();
    let book = Book::built_in().expect("the built-in book");
    println!(
        "the book loads in {:.1} ms and takes {} kB",
        start.elapsed().as_secs_f64() * 1e3,
        memory() - before
    );
    let names: Vec<&str> = names.lines().collect();
    let start = Instant::now();
    let named = names
        .iter()
        .filter(|name| !book.dictionary().resolve(&Identity::text(name)).components.is_empty())
        .count();
    let each = start.elapsed().as_secs_f64() * 1e6 / names.len().max(1) as f64;
    println!("{} names, {named} of them watched: {each:.2} µs each", names.len());
    let start = Instant::now();
    let found: usize = names.iter().map(|name| book.dictionary().mentions(name).len()).sum();
    let each = start.elapsed().as_secs_f64() * 1e6 / names.len().max(1) as f64;
    println!("{found} mentions: {each:.2} µs each");
}
