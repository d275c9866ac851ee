use super::*;
use crate::Style;

fn day(text: &str) -> ShownDay {
    ShownDay::new(Day::from_iso(text).unwrap(), None)
}

fn chart() -> Chart {
    let bar = |first, last, assumed| Bar { first: day(first), last: day(last), assumed };
    let lane = |drug: &str, role: &str, side, bars| Lane {
        drug: drug.into(),
        role: role.into(),
        side,
        bars,
    };
    Chart {
        patient: "P<7>".into(),
        lanes: vec![
            lane(
                "oxycodone",
                "full agonist",
                Side::Opioid,
                vec![bar("2026-03-01", "2026-03-10", false), bar("2026-03-21", "2026-03-30", true)],
            ),
            lane(
                "naltrexone",
                "antagonist",
                Side::Antagonist,
                vec![bar("2026-03-05", "2026-04-03", false)],
            ),
        ],
        marks: vec![Mark {
            severity: Severity::High,
            rule: "opioid-antagonist-overlap".into(),
            message: "Naltrexone while oxycodone was still in use".into(),
            days: Some((day("2026-03-05"), day("2026-03-10"))),
            clean_from: Some(day("2026-03-21")),
        }],
        today: day("2026-04-05"),
    }
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for width in [60, 80, 120, 200] {
        for unicode in [true, false] {
            let text = chart().text(&Style { width, unicode, ..Style::default() });
            for line in text.lines() {
                assert!(line.chars().count() <= width, "{width}: {line}");
            }
            assert!(unicode || text.is_ascii(), "{text}");
        }
    }
}

#[test]
fn every_exposure_is_drawn_and_told() {
    let text = chart().text(&Style { width: 80, unicode: false, ..Style::default() });
    let lines: Vec<&str> = text.lines().collect();
    let [oxycodone, naltrexone, finding] = [lines[1], lines[2], lines[3]];
    assert!(oxycodone.contains("oxycodone  ===") && oxycodone.contains("..."), "{text}");
    assert!(naltrexone.trim_end().ends_with('|') && naltrexone.contains("###"), "{text}");
    assert!(finding.contains("~~~") && finding.contains('*'), "{text}");
    // The overlap is drawn where both bars are.
    let at = |line: &str, c: char| line.find(c).unwrap();
    assert_eq!(at(finding, '~'), at(naltrexone, '#'));
    assert_eq!(finding.rfind('~'), oxycodone.rfind('='));
    let words = text.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("2026-03-21 to 2026-03-30 (assumed)"), "{text}");
    assert!(words.contains("[1] high opioid-antagonist-overlap"), "{text}");
}

#[test]
fn the_picture_escapes_what_it_is_given_and_says_it_in_words_too() {
    let page = html(&[chart()]);
    for text in [chart().svg(), page] {
        assert!(text.contains("P&lt;7&gt;") && !text.contains("P<7>"), "{text}");
        assert!(text.contains("<desc>oxycodone, full agonist: 2026-03-01 to 2026-03-10"), "{text}");
        assert!(text.contains("url(#rx-antagonist)") && text.contains("today, 2026-04-05"));
        let names = text.replace("http://www.w3.org/2000/svg", "");
        assert!(!names.contains("http:") && !names.contains("https:"), "nothing is loaded");
    }
}
