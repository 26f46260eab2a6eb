//! How a print was made, in a form that can be signed, kept, and followed again.

use darkslide_image::{Affine, Border, PrintProfile, PrintRequest};
use domain::hash::Sha256;
use wire::manifest::{Recipe, RecipeProfile, Rendering};

use crate::labs::setup::document::{IntentName, SharpenName};

/// What renders: another version may make other bytes of the same recipe.
pub const PROGRAM: &str = concat!("darkslide ", env!("CARGO_PKG_VERSION"));

pub fn of(request: &PrintRequest) -> Recipe {
    // Rust writes the shortest text that reads back as the same number.
    let affine: Vec<String> = request.affine.0.iter().map(f64::to_string).collect();
    Recipe::Rendered(Rendering {
        program: PROGRAM.into(),
        affine: affine.join(" "),
        width: request.width,
        height: request.height,
        ppi: request.ppi,
        quality: request.quality,
        sharpen: SharpenName(request.sharpen).to_string(),
        border: request.border.map(|b| [b.left, b.top, b.right, b.bottom]),
        bleed: request.bleed,
        profile: match &request.profile {
            PrintProfile::Srgb => None,
            PrintProfile::Icc { bytes, intent } => {
                Some(RecipeProfile { sha256: Sha256::of(bytes), intent: IntentName(*intent).to_string() })
            }
        },
    })
}

/// The request again; `profile` finds a lab's profile by its hash. `Err` in words.
pub fn request(
    made: &Rendering,
    profile: impl FnOnce(&Sha256) -> Option<Vec<u8>>,
) -> Result<PrintRequest, String> {
    let numbers: Vec<f64> = made.affine.split(' ').filter_map(|n| n.parse().ok()).collect();
    let affine: [f64; 6] = numbers.try_into().map_err(|_| "its transform cannot be read".to_owned())?;
    let profile = match &made.profile {
        None => PrintProfile::Srgb,
        Some(named) => PrintProfile::Icc {
            intent: named.intent.parse::<IntentName>()?.0,
            bytes: profile(&named.sha256).ok_or_else(|| {
                format!("this computer does not hold the lab's colour profile {}", named.sha256.hex())
            })?,
        },
    };
    Ok(PrintRequest {
        affine: Affine(affine),
        width: made.width,
        height: made.height,
        ppi: made.ppi,
        profile,
        sharpen: made.sharpen.parse::<SharpenName>()?.0,
        quality: made.quality,
        border: made.border.map(|[left, top, right, bottom]| Border { left, top, right, bottom }),
        bleed: made.bleed,
    })
}

#[cfg(test)]
mod tests {
    use darkslide_image::{Intent, Sharpen};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_recipe_says_every_digit(numbers in proptest::array::uniform6(-1e6..1e6f64), bleed in 0u32..99) {
            let bytes = b"a profile".to_vec();
            let asked = PrintRequest {
                affine: Affine(numbers),
                width: 3000,
                height: 2400,
                ppi: 300,
                profile: PrintProfile::Icc { bytes: bytes.clone(), intent: Intent::AbsoluteColorimetric },
                sharpen: Sharpen::High,
                quality: 97,
                border: Some(Border { left: 1, top: 2, right: 3, bottom: 4 }),
                bleed,
            };
            let text = serde_json::to_string(&of(&asked)).unwrap();
            let Recipe::Rendered(made) = serde_json::from_str(&text).unwrap() else { panic!("{text}") };
            let found = request(&made, |sha256| (*sha256 == Sha256::of(&bytes)).then(|| bytes.clone()));
            prop_assert_eq!(found.unwrap(), asked);
            prop_assert!(request(&made, |_| None).unwrap_err().contains("profile"));
        }
    }
}
