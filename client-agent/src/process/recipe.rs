//! What decides the pixels of a rendition. The same recipe gives the same pixels, so it is made once.

use std::path::Path;

use darkslide_image::{
    Affine, EditedFrame, MetadataPolicy, RenderRequest, RenditionSpec, Sharpen, Size, Watermark,
    WatermarkContent, WatermarkPosition,
};
use domain::{geometry, photo::RenditionKind};
use serde::Serialize;

use crate::{
    catalog::{photos::PhotoRow, renditions::MICRO},
    config::{self, Config, WatermarkOn},
    error::{AgentError, What},
};

/// Counts up when the renderer makes other pixels of the same request.
const ENGINE: u32 = 1;

/// The look of renditions: of galleries that sell prints, or of others.
#[derive(Clone, Debug)]
pub struct Look {
    specs: Vec<(RenditionKind, RenditionSpec)>,
    keep: MetadataPolicy,
}

/// One rendition that is wanted, and the hash of its recipe.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub kind: &'static str,
    pub recipe: [u8; 32],
    /// `None`: the micro preview.
    spec: Option<RenditionSpec>,
}

impl Look {
    pub fn of(config: &Config, folder: &Path, sells_prints: bool) -> Result<Self, AgentError> {
        let marked = match config.watermark.on {
            WatermarkOn::Always => true,
            WatermarkOn::Selling => sells_prints,
            WatermarkOn::Never => false,
        };
        let watermark = if marked { Some(watermark(&config.watermark, folder)?) } else { None };
        let mut specs = Vec::new();
        for kind in RenditionKind::ALL.into_iter().filter(|k| config.renditions.make.contains(k)) {
            let choice = config.renditions.choice(kind);
            let spec = RenditionSpec {
                name: kind.as_str().to_owned(),
                long_edge: choice.long_edge,
                quality: choice.quality,
                // A thumbnail is too small to sell and too small to read a mark on.
                watermark: watermark.clone().filter(|_| kind == RenditionKind::Proof),
                sharpen: sharpen(choice.sharpen),
            };
            specs.push((kind, spec));
        }
        let config::Metadata { copyright, caption, creator } = config.metadata;
        Ok(Self { specs, keep: MetadataPolicy { copyright, caption, creator } })
    }

    /// The micro preview, and with `renditions` the sizes the preferences name.
    pub fn wanted(&self, photo: &PhotoRow, renditions: bool) -> Vec<Wanted> {
        let edit = edited_frame(photo);
        let mut wanted = vec![Wanted { kind: MICRO, recipe: hash(&(ENGINE, MICRO, edit)), spec: None }];
        if renditions {
            for (kind, spec) in &self.specs {
                let recipe = hash(&(ENGINE, kind.as_str(), edit, spec, self.keep));
                wanted.push(Wanted { kind: kind.as_str(), recipe, spec: Some(spec.clone()) });
            }
        }
        wanted
    }

    /// All renditions of a file that is in no catalog: the whole picture, upright.
    pub fn whole(&self) -> RenderRequest {
        let renditions = self.specs.iter().map(|(_, spec)| spec.clone()).collect();
        RenderRequest { edit: None, renditions, micro: true, keep: self.keep }
    }

    /// One request that makes all of them from one decode.
    pub fn request(&self, photo: &PhotoRow, wanted: &[&Wanted]) -> RenderRequest {
        RenderRequest {
            edit: edited_frame(photo),
            renditions: wanted.iter().filter_map(|w| w.spec.clone()).collect(),
            micro: wanted.iter().any(|w| w.spec.is_none()),
            keep: self.keep,
        }
    }
}

fn edited_frame(photo: &PhotoRow) -> Option<EditedFrame> {
    let edit = photo.edit.as_ref()?;
    let affine = geometry::edited_to_stored(Some(edit), photo.orientation, photo.stored);
    let size = photo.frame();
    Some(EditedFrame { affine: Affine(affine.0), size: Size::new(size.width, size.height) })
}

fn watermark(settings: &config::Watermark, folder: &Path) -> Result<Watermark, AgentError> {
    let content = match &settings.image {
        None => WatermarkContent::Text(settings.text.clone()),
        Some(image) => {
            let path = folder.join(image);
            let png = std::fs::read(&path)
                .what(format!("the watermark {} cannot be read", path.display()))
                .map_err(|e| e.fix("correct `image` under [watermark] in darkslide.toml"))?;
            WatermarkContent::Png(png)
        }
    };
    let position = match settings.position {
        config::Position::Center => WatermarkPosition::Center,
        config::Position::Tiled => WatermarkPosition::Tiled,
        config::Position::TopLeft => WatermarkPosition::TopLeft,
        config::Position::TopRight => WatermarkPosition::TopRight,
        config::Position::BottomLeft => WatermarkPosition::BottomLeft,
        config::Position::BottomRight => WatermarkPosition::BottomRight,
    };
    Ok(Watermark { content, position, opacity: settings.opacity, relative_size: settings.size })
}

fn sharpen(sharpen: config::Sharpen) -> Sharpen {
    match sharpen {
        config::Sharpen::None => Sharpen::None,
        config::Sharpen::Low => Sharpen::Low,
        config::Sharpen::Standard => Sharpen::Standard,
        config::Sharpen::High => Sharpen::High,
    }
}

fn hash(recipe: &impl Serialize) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    // Numbers, text and enums always have a JSON form; were one missing, two recipes would only look alike
    // where nothing of them could be written.
    let _ = serde_json::to_writer(&mut hasher, recipe);
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::selection::tests::photo;

    #[test]
    fn a_recipe_changes_with_whatever_decides_the_pixels_and_with_nothing_else() {
        let folder = Path::new("/");
        let mut config = Config::default();
        let proof = |config: &Config, photo: &PhotoRow, sells| {
            Look::of(config, folder, sells).unwrap().wanted(photo, true)[2].recipe
        };
        let mut one = photo(1, "/a/1.jpg", None, &[]);
        let first = proof(&config, &one, false);
        one.rating = Some(5);
        assert_eq!(proof(&config, &one, false), first);
        assert_ne!(proof(&config, &one, true), first, "the watermark");
        one.edit = Some(geometry::Crop { quarter_turns: 1, ..geometry::Crop::FULL });
        let edited = proof(&config, &one, false);
        assert_ne!(edited, first, "the edit");
        config.renditions.proof.quality = 70;
        assert_ne!(proof(&config, &one, false), edited, "the quality");
    }

    #[test]
    fn outside_the_subset_there_is_only_the_micro_preview() {
        let look = Look::of(&Config::default(), Path::new("/"), true).unwrap();
        let wanted = look.wanted(&photo(1, "/a/1.jpg", None, &[]), false);
        assert_eq!(wanted.iter().map(|w| w.kind).collect::<Vec<_>>(), ["micro"]);
        let mut only_thumbnails = Config::default();
        only_thumbnails.renditions.make = vec![RenditionKind::Thumbnail];
        let look = Look::of(&only_thumbnails, Path::new("/"), true).unwrap();
        let wanted = look.wanted(&photo(1, "/a/1.jpg", None, &[]), true);
        assert_eq!(wanted.iter().map(|w| w.kind).collect::<Vec<_>>(), ["micro", "thumbnail"]);
    }
}
