//! A photo as a visitor gets it: data, image addresses with her tokens, and the micro preview with its
//! JPEG header put back (ITU-T T.81 annex B.5: what is stored has none).

use axum::http::StatusCode;
use data_encoding::BASE64;
use domain::{
    access::{Scope, cookie::ImageTokens},
    id::{GalleryId, PhotoId, VisitorId},
    object_key::RenditionKeys,
    photo::{MicroPreview, Photo, Rendition, RenditionKind},
};
use http_edge::{Answer, Refusal};
use ports::Ports;
use wire::customer::{ImageRef, PhotoView};

/// Who looks: image addresses are made for this visitor, gallery and scope only.
pub struct Viewer {
    tokens: ImageTokens,
    keys: RenditionKeys,
}

impl Viewer {
    pub fn new(ports: &Ports, visitor: VisitorId, gallery: GalleryId, scope: &Scope) -> Answer<Self> {
        let key = ports.secrets.cookie.first().ok_or_else(|| {
            tracing::error!("the host has no cookie key");
            Refusal::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "misconfigured",
                "This host is not set up completely.",
            )
        })?;
        Ok(Self {
            tokens: ImageTokens::new(key, visitor, gallery, scope),
            keys: RenditionKeys::new(&ports.secrets.object_key, gallery),
        })
    }

    pub fn photo(&self, photo: &Photo, favourite: bool) -> PhotoView {
        let mut view = alike(&self.keys, photo);
        view.favourite = favourite;
        for image in [&mut view.thumbnail, &mut view.proof].into_iter().flatten() {
            image.url = [&image.url, "?t=", &self.token(image)].concat();
        }
        view
    }

    /// For an address without one.
    pub fn token(&self, image: &ImageRef) -> String {
        self.tokens.token(image.url.trim_start_matches('/'))
    }

    pub fn keys(&self) -> &RenditionKeys {
        &self.keys
    }
}

/// What is alike for everybody who may see the photo: no favourite, no tokens.
pub fn alike(keys: &RenditionKeys, photo: &Photo) -> PhotoView {
    let image = |kind| photo.rendition(kind).map(|rendition| address(keys, photo.id, rendition));
    let (thumbnail, proof) = (image(RenditionKind::Thumbnail), image(RenditionKind::Proof));
    PhotoView {
        id: photo.id,
        version: photo.version,
        width: photo.frame.width,
        height: photo.frame.height,
        title: photo.title.clone(),
        caption: photo.caption.clone(),
        file_name: photo.file_name.clone(),
        section: photo.section.clone(),
        captured_at: photo.captured_at.clone(),
        keywords: photo.keywords.clone(),
        price_group: photo.price_group.clone(),
        favourite: false,
        micro: whole_jpeg(&photo.micro),
        thumbnail,
        proof,
    }
}

fn address(keys: &RenditionKeys, photo: PhotoId, rendition: &Rendition) -> ImageRef {
    let object = keys.key(photo, rendition.kind, &rendition.sha256);
    ImageRef { url: ["/", &object].concat(), width: rendition.width, height: rendition.height }
}

/// The micro preview as a whole JPEG, in base64.
pub fn whole_jpeg(micro: &MicroPreview) -> String {
    BASE64.encode(&darkslide_jpeg::join_header(&micro.scan, micro.width, micro.height))
}
