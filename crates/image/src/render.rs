//! The pipeline of the agent's daily work: one file, its renditions.

use darkslide_jpeg::Sampling;

use crate::canvas::Canvas;
use crate::colour::{Colour, Transform16, transform16};
use crate::error::{ImageError, guarded};
use crate::geometry::{Affine, Size, upright};
use crate::limits::Limits;
use crate::output::{self, Words, Wrapping};
use crate::planar::{self, Scratch, Target};
use crate::request::{Format, Intent, RenderRequest, Rendered, Rendition, RenditionSpec, Sharpen};
use crate::scale::{self, Linear};
use crate::sharpen::{Medium, sharpen};
use crate::source::{self, Header, Pixels};
use crate::{metadata, srgb_profile, transfer, watermark};

/// Profiles to remember: the cameras and programs of one job write few, in turns.
const PROFILES: usize = 4;
/// Long edge of a micro preview, in pixels.
const MICRO: u32 = 64;

/// Buffers and look-ups kept from file to file.
#[derive(Default)]
pub struct Renderer {
    /// The last profiles seen, the latest in front, and what it takes to get from them to sRGB.
    profiles: Vec<(Colour, Conversion)>,
    scratch: Scratch,
}

#[derive(Clone)]
enum Conversion {
    None,
    Rgb(Transform16),
    Unusable,
}

impl Renderer {
    pub fn new() -> Self {
        Self::default()
    }

    fn conversion(&mut self, colour: &Colour) -> Conversion {
        if let Some(at) = self.profiles.iter().position(|(c, _)| c == colour) {
            self.profiles[..=at].rotate_right(1);
            return self.profiles[0].1.clone();
        }
        let to = moxcms::ColorProfile::new_srgb();
        let conversion = if colour.is_srgb() {
            Conversion::None
        } else {
            colour
                .profile(3)
                .and_then(|p| transform16(&p, &to, Intent::Perceptual).ok())
                .map_or(Conversion::Unusable, Conversion::Rgb)
        };
        self.profiles.truncate(PROFILES - 1);
        self.profiles.insert(0, (colour.clone(), conversion.clone()));
        conversion
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
    let mut renditions: Vec<Option<Rendition>> = vec![None; request.renditions.len()];
    // Largest first: each is made from the one before, while that is still at hand.
    let mut order: Vec<usize> = (0..request.renditions.len()).collect();
    order.sort_by_key(|i| std::cmp::Reverse(request.renditions[*i].long_edge));
    let mut current = base;
    for i in order {
        let spec = &request.renditions[i];
        shrink(&mut current, frame.fit(spec.long_edge), renderer);
        renditions[i] = Some(rendition(&current, spec, &words)?);
    }
    let micro = match request.micro {
        true => {
            shrink(&mut current, frame.fit(MICRO), renderer);
            Some(output::micro(&current)?)
        }
        false => None,
    };
    renderer.scratch.recycle(current);
    Ok(Rendered { frame, renditions: renditions.into_iter().flatten().collect(), micro, warnings })
}

fn shrink(canvas: &mut Canvas, size: Size, renderer: &mut Renderer) {
    if size != canvas.size {
        let smaller = planar::smaller(canvas, size, &mut renderer.scratch);
        renderer.scratch.recycle(std::mem::replace(canvas, smaller));
    }
}

fn words(bytes: &[u8], request: &RenderRequest) -> Words {
    let keep = request.keep;
    let wanted = keep.caption || keep.copyright || keep.creator;
    output::words(wanted.then(|| metadata::metadata(bytes, None)).as_ref(), &keep)
}

/// The largest rendition, without sharpening and marks; the smaller ones are made from it.
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
) -> Result<Canvas, ImageError> {
    let size = frame.fit(long_edge);
    let affine = to_stored.after_scale(
        f64::from(frame.width) / f64::from(size.width),
        f64::from(frame.height) / f64::from(size.height),
    );
    if header.format == Format::Jpeg
        && let Some(window) = affine.aligned(size)
        && let Some(info) = planar::info(bytes)?
    {
        let grey = info.components.len() == 1;
        let conversion = match renderer.conversion(&header.colour) {
            // A grey profile needs the general way.
            Conversion::Unusable if grey && header.colour.profile(1).is_some() => None,
            Conversion::Unusable => {
                warnings.push(UNUSABLE.into());
                Some(None)
            }
            Conversion::None => Some(None),
            Conversion::Rgb(t) => Some(Some(t)),
        };
        if let Some(transform) = conversion {
            let target =
                Target { size, sampling: Sampling::S420, exact: false, transform: transform.as_ref() };
            return planar::render(bytes, &info, &window, &target, limits, &mut renderer.scratch);
        }
    }
    let pixels = source::decode(bytes, header, limits)?;
    let linear = scale::resample(&pixels, &affine, size, limits)?;
    let transform = to_srgb(&pixels, warnings);
    let rgb = coded(&linear, transform)?;
    Ok(Canvas::from_rgb(size, &rgb, Sampling::S420))
}

const UNUSABLE: &str = "the embedded colour profile cannot be used; colours are taken as sRGB";

/// The transform to sRGB, or `None` where there is nothing to do.
fn to_srgb(pixels: &Pixels, warnings: &mut Vec<String>) -> Option<Transform16> {
    if pixels.channels == 3 && pixels.colour.is_srgb() {
        return None;
    }
    if pixels.channels == 1 && pixels.colour == Colour::Srgb {
        return None;
    }
    let transform = pixels
        .colour
        .profile(pixels.channels)
        .and_then(|p| transform16(&p, &moxcms::ColorProfile::new_srgb(), Intent::Perceptual).ok());
    if transform.is_none() {
        warnings.push(UNUSABLE.into());
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

fn rendition(base: &Canvas, spec: &RenditionSpec, words: &Words) -> Result<Rendition, ImageError> {
    let mut own = None;
    if spec.sharpen != Sharpen::None || spec.watermark.is_some() {
        let canvas = own.insert(base.clone());
        sharpen(canvas, spec.sharpen, Medium::Screen);
        if let Some(w) = &spec.watermark {
            watermark::apply(canvas, w)?;
        }
    }
    let canvas = own.as_ref().unwrap_or(base);
    let mut jpeg = Vec::with_capacity(canvas.planes[0].len() / 4);
    let wrapping = Wrapping {
        quality: spec.quality,
        ppi: None,
        icc: Some(srgb_profile::srgb()),
        exif: words.exif.as_deref(),
        xmp: words.xmp.as_deref(),
    };
    output::jpeg(canvas, &wrapping, &mut jpeg)?;
    let Size { width, height } = canvas.size;
    Ok(Rendition { name: spec.name.clone(), width, height, jpeg })
}
