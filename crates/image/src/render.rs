//! The pipeline of the agent's daily work: one file, its renditions.

use darkslide_jpeg::Sampling;

use crate::canvas::Canvas;
use crate::colour::{Transform16, transform16};
use crate::error::{ImageError, guarded};
use crate::geometry::{Affine, Size, upright};
use crate::limits::Limits;
use crate::output::{self, Words, Wrapping};
use crate::request::{Intent, RenderRequest, Rendered, Rendition, RenditionSpec};
use crate::scale::{self, Linear};
use crate::sharpen::{Medium, sharpen};
use crate::source::{self, Header, Pixels, Samples};
use crate::{metadata, srgb_profile, transfer, watermark};

/// Long edge of a micro preview, in pixels.
const MICRO: u32 = 64;

/// Buffers and look-ups kept from file to file.
#[derive(Debug, Default)]
pub struct Renderer {
    /// The last profile seen, and whether it is sRGB.
    profile: Option<(crate::colour::Colour, bool)>,
}

impl Renderer {
    pub fn new() -> Self {
        Self::default()
    }

    fn is_srgb(&mut self, colour: &crate::colour::Colour) -> bool {
        match &self.profile {
            Some((c, yes)) if c == colour => *yes,
            _ => {
                let yes = colour.is_srgb();
                self.profile = Some((colour.clone(), yes));
                yes
            }
        }
    }
}

/// Makes the renditions of one file: see [`render_with`].
pub fn render(bytes: &[u8], request: &RenderRequest, limits: &Limits) -> Result<Rendered, ImageError> {
    render_with(&mut Renderer::new(), bytes, request, limits)
}

/// Makes the renditions of one file, upright, in sRGB with the profile embedded, without anything that
/// says where, with what or by whom it was taken, except the words `request.keep` lets out.
///
/// `bytes` is a whole JPEG, PNG, TIFF or WebP file. A picture is never enlarged. Damaged and incomplete
/// files are errors: a half-grey proof must not reach a customer.
pub fn render_with(
    renderer: &mut Renderer,
    bytes: &[u8],
    request: &RenderRequest,
    limits: &Limits,
) -> Result<Rendered, ImageError> {
    request.check()?;
    let header = source::header(bytes, limits)?;
    let (frame, to_stored) = match request.edit {
        Some(e) => (e.size, e.affine),
        None => (
            upright(header.orientation, header.size),
            Affine::upright_to_stored(header.orientation, header.size),
        ),
    };
    let mut warnings = Vec::new();
    let largest = request.renditions.iter().map(|r| r.long_edge).max();
    let Some(base_edge) = largest.into_iter().chain(request.micro.then_some(MICRO)).max() else {
        return Ok(Rendered { frame, renditions: Vec::new(), micro: None, warnings });
    };
    let base = base(renderer, bytes, &header, frame, to_stored, base_edge, limits, &mut warnings)?;
    let words = words(bytes, request);
    let mut renditions = Vec::with_capacity(request.renditions.len());
    for spec in &request.renditions {
        renditions.push(rendition(&base, frame, spec, &words, limits)?);
    }
    let micro = match request.micro {
        true => {
            let size = frame.fit(MICRO);
            let rgb = smaller(&base, size, limits)?;
            Some(output::micro(&Canvas::from_rgb(size, &rgb, Sampling::S420))?)
        }
        false => None,
    };
    Ok(Rendered { frame, renditions, micro, warnings })
}

fn words(bytes: &[u8], request: &RenderRequest) -> Words {
    let keep = request.keep;
    let wanted = keep.caption || keep.copyright || keep.creator;
    output::words(wanted.then(|| metadata::metadata(bytes, None)).as_ref(), &keep)
}

/// The largest rendition as interleaved sRGB; the smaller ones are made from it.
#[allow(clippy::too_many_arguments)]
fn base(
    renderer: &mut Renderer,
    bytes: &[u8],
    header: &Header<'_>,
    frame: Size,
    to_stored: Affine,
    long_edge: u32,
    limits: &Limits,
    warnings: &mut Vec<String>,
) -> Result<Pixels, ImageError> {
    let pixels = source::decode(bytes, header, limits)?;
    let size = frame.fit(long_edge);
    let affine = to_stored.after_scale(
        f64::from(frame.width) / f64::from(size.width),
        f64::from(frame.height) / f64::from(size.height),
    );
    let linear = scale::resample(&pixels, &affine, size, limits)?;
    let transform = to_srgb(renderer, &pixels, warnings);
    let rgb = coded(&linear, transform)?;
    Ok(Pixels { size, channels: 3, samples: Samples::U8(rgb), colour: Default::default() })
}

/// The transform to sRGB, or `None` where there is nothing to do.
fn to_srgb(renderer: &mut Renderer, pixels: &Pixels, warnings: &mut Vec<String>) -> Option<Transform16> {
    if pixels.channels == 3 && renderer.is_srgb(&pixels.colour) {
        return None;
    }
    if pixels.channels == 1 && pixels.colour == crate::colour::Colour::Srgb {
        return None;
    }
    let transform = pixels
        .colour
        .profile(pixels.channels)
        .and_then(|p| transform16(&p, &moxcms::ColorProfile::new_srgb(), Intent::Perceptual).ok());
    if transform.is_none() {
        warnings.push("the embedded colour profile cannot be used; colours are taken as sRGB".into());
    }
    transform
}

/// Linear samples to 8-bit sRGB.
fn coded(linear: &Linear, transform: Option<Transform16>) -> Result<Vec<u8>, ImageError> {
    let Some(transform) = transform else {
        let table = transfer::coded8();
        let code = |v: &i16| table[usize::from(v.max(&0).unsigned_abs())];
        return Ok(if linear.channels == 1 {
            linear.samples.iter().flat_map(|v| [code(v); 3]).collect()
        } else {
            linear.samples.iter().map(code).collect()
        });
    };
    let table = transfer::coded16();
    let row = linear.size.width as usize * linear.channels;
    let mut from = vec![0u16; row];
    let mut to = vec![0u16; linear.size.width as usize * 3];
    let mut rgb = Vec::with_capacity(linear.size.pixels() as usize * 3);
    for line in linear.samples.chunks_exact(row) {
        for (f, v) in from.iter_mut().zip(line) {
            *f = table[usize::from(v.max(&0).unsigned_abs())];
        }
        guarded("ICC profile", || {
            transform
                .transform(&from, &mut to)
                .map_err(|e| ImageError::corrupt(format!("colour profile: {e:?}")))
        })?;
        rgb.extend(to.iter().map(|v| ((u32::from(*v) * 255 + 32_767) / 65_535) as u8));
    }
    Ok(rgb)
}

fn smaller(base: &Pixels, size: Size, limits: &Limits) -> Result<Vec<u8>, ImageError> {
    if size == base.size
        && let Samples::U8(s) = &base.samples
    {
        return Ok(s.clone());
    }
    let affine = Affine::IDENTITY.after_scale(
        f64::from(base.size.width) / f64::from(size.width),
        f64::from(base.size.height) / f64::from(size.height),
    );
    coded(&scale::resample(base, &affine, size, limits)?, None)
}

fn rendition(
    base: &Pixels,
    frame: Size,
    spec: &RenditionSpec,
    words: &Words,
    limits: &Limits,
) -> Result<Rendition, ImageError> {
    let size = frame.fit(spec.long_edge);
    let mut canvas = Canvas::from_rgb(size, &smaller(base, size, limits)?, Sampling::S420);
    sharpen(&mut canvas, spec.sharpen, Medium::Screen);
    if let Some(w) = &spec.watermark {
        watermark::apply(&mut canvas, w)?;
    }
    let mut jpeg = Vec::new();
    let wrapping = Wrapping {
        quality: spec.quality,
        ppi: None,
        icc: Some(srgb_profile::srgb()),
        exif: words.exif.as_deref(),
        xmp: words.xmp.as_deref(),
    };
    output::jpeg(&canvas, &wrapping, &mut jpeg)?;
    Ok(Rendition { name: spec.name.clone(), width: size.width, height: size.height, jpeg })
}
