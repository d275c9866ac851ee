//! Directions in Czech, Hungarian, Turkish and Russian, and `2x1`.

use super::of_drug;

#[test]
fn directions_of_the_east_are_read() {
    for (text, a_day) in [
        ("1 tableta 2x denně", Some(2.0)),
        ("1 tbl. po 12 hodinách", Some(2.0)),
        ("1 tableta každých 8 hodin", Some(3.0)),
        ("dvě tablety jednou denně", Some(2.0)),
        ("1 tableta denně", Some(1.0)),
        ("Günde 2x1", Some(2.0)),
        ("Günde 2 kez 1 tablet", Some(2.0)),
        ("12 saatte bir 1 tablet", Some(2.0)),
        ("Günde 3x1 tok karnına", Some(3.0)),
        ("по 1 таб. 2 раза в день", Some(2.0)),
        ("по 1 таблетке каждые 12 часов", Some(2.0)),
        ("по две таблетки один раз в сутки", Some(2.0)),
        ("naponta 2x1 tabletta", Some(2.0)),
        ("1 tabletta naponta kétszer", Some(2.0)),
        ("1 tabletta 12 óránként", Some(2.0)),
        ("1 tabl x 2", Some(2.0)),
        ("2x1", Some(2.0)),
        ("1x2", Some(2.0)),
        ("2 x 1 tabl. dziennie", Some(2.0)),
        // A tablet and how many days, packs, or as needed: open.
        ("1 tab x 2", None),
        ("2x1 při bolesti", None),
        ("2x30", None),
        ("по 1 таб. при болях", None),
    ] {
        assert_eq!(of_drug("oxycodone 5 mg tablet", text), a_day, "{text}");
    }
    assert_eq!(of_drug("oxycodone 5 mg/5 mL solution", "2x1"), None);
}
