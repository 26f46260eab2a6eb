//! The file a lab prints from: one resampling step from the original's pixels to the paper's.

use darkslide_jpeg::Sampling;
use moxcms::{ColorProfile, DataColorSpace};

use crate::canvas::Canvas;
use crate::colour::{Colour, transform16};
use crate::error::{ImageError, guarded};
use crate::geometry::Size;
use crate::limits::Limits;
use crate::output::{self, Wrapping};
use crate::request::{Border, Format, Intent, PrintFile, PrintProfile, PrintRequest};
use crate::scale::{self, Linear};
use crate::sharpen::{Medium, sharpen};
use crate::source::Header;
use crate::{planar, source, srgb_profile, transfer};

/// Renders a print file: exact crop, turned and straightened in one Lanczos step in linear light, converted
/// to the target profile with 16 bits, 4:4:4 baseline JPEG with density and profile.
///
/// `request.affine` maps pixels of the picture area (inside the border, if any) to stored pixels.
pub fn print(bytes: &[u8], request: &PrintRequest, limits: &Limits) -> Result<PrintFile, ImageError> {
    let border = request.border.unwrap_or(Border { left: 0, top: 0, right: 0, bottom: 0 });
    let picture = check(request, border)?;
    limits.check_size(picture)?;
    let header = source::header(bytes, limits)?;
    let mut canvas = match planar(bytes, &header, request, picture, limits)? {
        Some(canvas) => canvas,
        None => {
            let pixels = source::decode(bytes, &header, limits)?;
            let linear = scale::resample(&pixels, &request.affine, picture, limits)?;
            let rgb = converted(&linear, &pixels.colour, &request.profile)?;
            Canvas::from_rgb(picture, &rgb, Sampling::S444)
        }
    };
    sharpen(&mut canvas, request.sharpen, Medium::Paper);
    let canvas = bled(framed(canvas, border), request.bleed);
    let size = canvas.size;
    let icc = match &request.profile {
        PrintProfile::Srgb => srgb_profile::srgb(),
        PrintProfile::Icc { bytes, .. } => bytes.as_slice(),
    };
    let mut jpeg = Vec::new();
    let wrapping = Wrapping {
        quality: request.quality,
        ppi: Some(request.ppi as u16),
        icc: Some(icc),
        exif: None,
        xmp: None,
    };
    output::jpeg(&canvas, &wrapping, &mut jpeg)?;
    let (sx, sy) = request.affine.scales();
    Ok(PrintFile {
        jpeg,
        width: size.width,
        height: size.height,
        effective_ppi: f64::from(request.ppi) * (sx * sy).sqrt(),
    })
}

/// Whether a file can be a lab's profile: a readable RGB profile.
pub fn check_profile(bytes: &[u8]) -> Result<(), ImageError> {
    let profile = PrintProfile::Icc { bytes: bytes.to_vec(), intent: Intent::default() };
    guarded("ICC profile", || target(&profile).map(drop))
}

/// The picture area, when the request makes sense.
fn check(request: &PrintRequest, border: Border) -> Result<Size, ImageError> {
    let bad = |why: String| Err(ImageError::bad_request(why));
    if !request.affine.is_usable() {
        return bad("the crop is not a usable transform".into());
    }
    if !(95..=100).contains(&request.quality) {
        return bad(format!("print quality {} is outside 95 to 100", request.quality));
    }
    if !(1..=65_535).contains(&request.ppi) {
        return bad(format!("{} pixels per inch", request.ppi));
    }
    let whole = |side: u32| u64::from(side) + 2 * u64::from(request.bleed);
    if whole(request.width) > 65_535 || whole(request.height) > 65_535 {
        return bad(format!("JPEG cannot hold {} x {} pixels", whole(request.width), whole(request.height)));
    }
    if request.bleed >= request.width.min(request.height) {
        return bad(format!("a bleed of {} pixels is wider than the print", request.bleed));
    }
    let inner = |whole: u32, a: u32, b: u32| whole.checked_sub(a)?.checked_sub(b).filter(|v| *v > 0);
    match (inner(request.width, border.left, border.right), inner(request.height, border.top, border.bottom))
    {
        (Some(w), Some(h)) => Ok(Size::new(w, h)),
        _ => bad("the border leaves no room for the picture".into()),
    }
}

/// Colour JPEGs that need no straightening stay planar: luma in linear light, chroma to full size, in the one
/// step. Everything else goes through RGB with 16 bits.
fn planar(
    bytes: &[u8],
    header: &Header<'_>,
    request: &PrintRequest,
    picture: Size,
    limits: &Limits,
) -> Result<Option<Canvas>, ImageError> {
    let Some(window) = request.affine.aligned(picture).filter(|_| header.format == Format::Jpeg) else {
        return Ok(None);
    };
    let Some(info) = planar::info(bytes)?.filter(|i| i.components.len() == 3) else { return Ok(None) };
    let (to, intent) = target(&request.profile)?;
    let transform = match same(&header.colour, &request.profile) {
        true => None,
        false => match header.colour.profile(3) {
            Some(from) => Some(transform16(&from, &to, intent)?),
            None => return Ok(None),
        },
    };
    let target = planar::Target {
        size: picture,
        sampling: Sampling::S444,
        exact: true,
        transform: transform.as_ref(),
    };
    planar::render(bytes, &info, &window, &target, limits, &mut planar::Scratch::default()).map(Some)
}

/// The profile the file is for.
fn target(profile: &PrintProfile) -> Result<(ColorProfile, Intent), ImageError> {
    match profile {
        PrintProfile::Srgb => Ok((ColorProfile::new_srgb(), Intent::Perceptual)),
        PrintProfile::Icc { bytes, intent } => {
            let p = Colour::Icc(bytes.clone()).profile(3).filter(|p| p.color_space == DataColorSpace::Rgb);
            let p =
                p.ok_or_else(|| ImageError::bad_request("the lab's profile is not a readable RGB profile"))?;
            Ok((p, *intent))
        }
    }
}

/// Whether the numbers can stay as they are.
fn same(colour: &Colour, profile: &PrintProfile) -> bool {
    match profile {
        PrintProfile::Srgb => colour.is_srgb(),
        PrintProfile::Icc { bytes, .. } => matches!(colour, Colour::Icc(b) if b == bytes),
    }
}

/// Linear samples to 8-bit samples of the target profile, interleaved RGB.
fn converted(linear: &Linear, colour: &Colour, target: &PrintProfile) -> Result<Vec<u8>, ImageError> {
    let (to, intent) = self::target(target)?;
    let same = linear.channels == 3 && same(colour, target);
    let grey_to_srgb = linear.channels == 1 && *colour == Colour::Srgb;
    let from = if linear.channels == 1 && !grey_to_srgb { colour.profile(1) } else { colour.profile(3) };
    let from = from.unwrap_or_else(ColorProfile::new_srgb);
    // A grey picture is coded like the neutral axis of its colour space.
    let repeat = linear.channels == 1 && from.color_space == DataColorSpace::Rgb;
    let transform = if same { None } else { Some(transform16(&from, &to, intent)?) };
    let table = transfer::coded16();
    let channels = if repeat { 3 } else { linear.channels };
    let mut coded = Vec::with_capacity(linear.size.width as usize * channels);
    let mut out = vec![0u16; linear.size.width as usize * 3];
    let mut rgb = Vec::with_capacity(linear.size.pixels() as usize * 3);
    for line in linear.samples.chunks_exact(linear.size.width as usize * linear.channels) {
        coded.clear();
        for v in line {
            let c = table[usize::from(v.max(&0).unsigned_abs())];
            coded.push(c);
            if repeat {
                coded.extend([c, c]);
            }
        }
        match &transform {
            None => out.copy_from_slice(&coded),
            Some(t) => guarded("ICC profile", || {
                t.transform(&coded, &mut out)
                    .map_err(|e| ImageError::corrupt(format!("colour profile: {e:?}")))
            })?,
        }
        rgb.extend(out.iter().map(|v| ((u32::from(*v) * 255 + 32_767) / 65_535) as u8));
    }
    Ok(rgb)
}

/// White paper around the picture.
fn framed(canvas: Canvas, border: Border) -> Canvas {
    let (w, h) = (canvas.size.width as usize, canvas.size.height as usize);
    let size = Size::new(
        canvas.size.width + border.left + border.right,
        canvas.size.height + border.top + border.bottom,
    );
    if size == canvas.size {
        return canvas;
    }
    let (fw, left, top) = (size.width as usize, border.left as usize, border.top as usize);
    let mut white = 255;
    let planes = canvas.planes.map(|plane| {
        let mut out = vec![white; size.pixels() as usize];
        white = 128;
        for y in 0..h {
            let at = (y + top) * fw + left;
            out[at..at + w].copy_from_slice(&plane[y * w..(y + 1) * w]);
        }
        out
    });
    Canvas { size, sampling: canvas.sampling, planes }
}

/// The print and, outside it, its mirrored edges: a cut that is a little off shows no white.
fn bled(canvas: Canvas, bleed: u32) -> Canvas {
    if bleed == 0 {
        return canvas;
    }
    let (w, h, b) = (canvas.size.width as usize, canvas.size.height as usize, bleed as usize);
    let size = Size::new(canvas.size.width + 2 * bleed, canvas.size.height + 2 * bleed);
    // `check` keeps the bleed smaller than the print.
    let mirrored = |at: usize, side: usize| match at {
        _ if at < b => b - 1 - at,
        _ if at < b + side => at - b,
        _ => 2 * side + b - 1 - at,
    };
    let planes = canvas.planes.map(|plane| {
        let mut out = Vec::with_capacity(size.pixels() as usize);
        for y in 0..h + 2 * b {
            let row = &plane[mirrored(y, h) * w..][..w];
            out.extend(row[..b].iter().rev());
            out.extend_from_slice(row);
            out.extend(row[w - b..].iter().rev());
        }
        out
    });
    Canvas { size, sampling: canvas.sampling, planes }
}
