//! What an agent promises a lab: exactly these files, for this order, to be printed like this.
//!
//! Signed by the machine's device key, which the studio's key certifies; the lab pinned the studio's key.

use domain::{
    geometry::Crop,
    hash::{Sha256, VersionHash},
    id::{LabId, MachineId, OrderId, PhotoId, StudioId},
    place::{Customer, Destination},
    price_list::Surface,
    studio::{PublicKey, Signature},
};
use serde::{Deserialize, Serialize};

use crate::signed::{Signed, verify_text};

pub const MANIFEST_VERSION: u32 = 1;

/// The object that is stored last and commits a part.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ManifestEnvelope {
    /// A [`Manifest`], signed with `certificate.device_key`.
    pub manifest: Signed,
    pub certificate: MachineCertificate,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MachineCertificate {
    pub studio: StudioId,
    pub machine: MachineId,
    pub device_key: PublicKey,
    pub studio_key: PublicKey,
    pub signature: Signature,
}

impl MachineCertificate {
    pub fn is_valid(&self) -> bool {
        let text = domain::studio::machine_certificate_text(self.studio, self.machine, &self.device_key);
        verify_text(&text, &self.signature, &self.studio_key)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    pub version: u32,
    pub order: OrderId,
    pub number: String,
    pub studio: StudioId,
    pub studio_name: String,
    pub lab: LabId,
    pub attempt: u32,
    pub machine: MachineId,
    /// Every machine whose part belongs to this delivery, this one included.
    pub parts: Vec<MachineId>,
    pub made_at: i64,
    pub placed_at: i64,
    pub customer: Customer,
    pub destination: Destination,
    pub note: Option<String>,
    /// The studio's own wish to have these lines printed once more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remake: Option<ManifestRemake>,
    pub lines: Vec<ManifestLine>,
}

/// Allows one more print of each line; what was printed since attempt `attempt` is that print already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestRemake {
    /// The first attempt that carries the wish; later ones only send it again.
    pub attempt: u32,
    /// What was wrong with the prints, for the lab.
    pub why: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ManifestLine {
    pub line: u32,
    pub product: String,
    pub product_name: String,
    pub width_in: f64,
    pub height_in: f64,
    pub surface: Surface,
    pub quantity: u32,
    /// At most 40 characters.
    pub back_print: String,
    /// How many pictures the whole line has; other parts may hold the rest.
    pub nodes: u32,
    pub files: Vec<ManifestFile>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// Index of the picture within the line, from 0.
    pub node: u32,
    pub sha256: Sha256,
    pub length: u64,
    pub width: u32,
    pub height: u32,
    pub ppi: u32,
    /// What the original's pixels give on paper at this crop.
    pub effective_ppi: u32,
    pub photo: PhotoId,
    pub version: VersionHash,
    pub crop: Crop,
    pub file_name: String,
    /// What the studio wants the print file to be called, without an ending: letters, digits, `-`, `_`, `.`; no
    /// two files of a delivery share one. Empty: the lab's own names.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub print_name: String,
    /// How the file was made from the original; absent in manifests of older agents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipe: Option<Recipe>,
}

/// Everything that decides a print file's bytes beside the original's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "made")]
pub enum Recipe {
    /// The original file, byte for byte. The crop is not in it: the lab cuts.
    Untouched,
    Rendered(Rendering),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rendering {
    /// The program and its version: `darkslide 0.1.0`.
    pub program: String,
    /// Six numbers, pixels of the print to pixels of the original; as text, so that every digit survives.
    pub affine: String,
    /// Pixels of the print inside the bleed.
    pub width: u32,
    pub height: u32,
    pub ppi: u32,
    pub quality: u8,
    pub sharpen: String,
    /// White margin: left, top, right, bottom, in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub border: Option<[u32; 4]>,
    /// Pixels of mirrored edge on each side, outside width and height.
    #[serde(default)]
    pub bleed: u32,
    /// Without it: sRGB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<RecipeProfile>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipeProfile {
    pub sha256: Sha256,
    pub intent: String,
}
