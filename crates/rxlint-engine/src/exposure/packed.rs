//! A number of packs of unknown content. It counts nothing that is taken, but still distinguishes one supply from another:
//! a correction of `-1` cancels a `1`. It is stored in the place of the quantity, as a NaN.

/// The bits of a NaN, and those below them, in which a number may be noted.
const NONE: u32 = 0x7fc0_0000;
const NOTE: u32 = 0x003f_ffff;
/// How many low bits of a number are cut off for lack of room; whole numbers up to 16,384 do not need them.
const CUT: u32 = 9;
/// The bit of the sign.
const SIGN: u32 = 1 << 31;

/// A NaN quantity that notes so many packs.
pub fn of(packs: f64) -> f32 {
    let bits = (packs as f32).to_bits();
    f32::from_bits(NONE | bits & SIGN | (bits & !SIGN) >> CUT)
}

/// How many packs a NaN quantity notes; `None` if it notes nothing.
pub fn noted(quantity: f32) -> Option<f32> {
    let bits = quantity.to_bits();
    let note = bits & NOTE;
    (quantity.is_nan() && note != 0).then(|| f32::from_bits(bits & SIGN | note << CUT))
}

/// What a quantity notes, as a number that can be stored; 0 is nothing.
pub fn note(quantity: f32) -> u32 {
    match noted(quantity) {
        Some(_) => {
            quantity.to_bits() >> (SIGN.trailing_zeros()) << NOTE.count_ones()
                | quantity.to_bits() & NOTE
        }
        None => 0,
    }
}

/// The quantity that a stored note says.
pub fn of_note(note: u32) -> f32 {
    let sign = note >> NOTE.count_ones() << SIGN.trailing_zeros();
    f32::from_bits(NONE | sign | note & NOTE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_are_noted_where_no_quantity_is() {
        for packs in [1.0, -1.0, 2.5, -112.0, 16_384.0] {
            let quantity = of(packs);
            assert!(quantity.is_nan());
            assert_eq!(noted(quantity).map(f64::from), Some(packs));
            assert_eq!(of_note(note(quantity)).to_bits(), quantity.to_bits(), "{packs}");
            assert_eq!(of(-packs).to_bits(), (-quantity).to_bits(), "{packs}");
        }
    }

    #[test]
    fn where_nothing_is_said_nothing_is_noted() {
        for quantity in [f32::NAN, of(0.0), 0.0, 28.0, f32::INFINITY] {
            assert_eq!((noted(quantity), note(quantity)), (None, 0));
        }
        assert_eq!(noted(of_note(0)), None);
    }
}
