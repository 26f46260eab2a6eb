//! A photo as a visitor gets it: data, image addresses with her tokens, and the micro preview with its
//! JPEG header put back (ITU-T T.81 annex B.5: what is stored has none).

use axum::http::StatusCode;
use data_encoding::BASE64;
use domain::{
    access::{
        Scope,
        cookie::{CookieKey, image_token},
    },
    id::{GalleryId, PhotoId, VisitorId},
    object_key,
    photo::{MicroPreview, Photo, Rendition, RenditionKind},
};
use http_edge::{Answer, Refusal};
use ports::Ports;
use wire::customer::{ImageRef, PhotoView};

/// Who looks: image addresses are made for this visitor and scope only.
pub struct Viewer<'a> {
    key: &'a CookieKey,
    object_secret: &'a [u8],
    visitor: VisitorId,
    scope: &'a Scope,
}

impl<'a> Viewer<'a> {
    pub fn new(ports: &'a Ports, visitor: VisitorId, scope: &'a Scope) -> Answer<Self> {
        let key = ports.secrets.cookie.first().ok_or_else(|| {
            tracing::error!("the host has no cookie key");
            Refusal::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "misconfigured",
                "This host is not set up completely.",
            )
        })?;
        Ok(Self { key, object_secret: &ports.secrets.object_key, visitor, scope })
    }

    pub fn photo(&self, photo: &Photo, favourite: bool) -> PhotoView {
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
            favourite,
            micro: whole_jpeg(&photo.micro),
            thumbnail: self.image(photo, RenditionKind::Thumbnail),
            proof: self.image(photo, RenditionKind::Proof),
        }
    }

    pub fn image(&self, photo: &Photo, kind: RenditionKind) -> Option<ImageRef> {
        let rendition = photo.rendition(kind)?;
        Some(self.address(photo.gallery, photo.id, rendition))
    }

    fn address(&self, gallery: GalleryId, photo: PhotoId, rendition: &Rendition) -> ImageRef {
        let object =
            object_key::rendition(self.object_secret, gallery, photo, rendition.kind, &rendition.sha256);
        let token = image_token(self.key, self.visitor, gallery, self.scope, &object);
        ImageRef { url: format!("/{object}?t={token}"), width: rendition.width, height: rendition.height }
    }
}

/// The micro preview as a whole JPEG, in base64.
pub fn whole_jpeg(micro: &MicroPreview) -> String {
    BASE64.encode(&darkslide_jpeg::join_header(&micro.scan, micro.width, micro.height))
}
