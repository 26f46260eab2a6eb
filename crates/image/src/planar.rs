//! The way most pictures go: baseline JPEG, decoded smaller straight to YCbCr, resized plane by plane strip
//! by strip while the decoder goes on, so that no full-size plane ever exists.
//!
//! Luma is resized in linear light. Chroma is resized as it is coded, straight to the sampling of the
//! output, unless colours have to be converted.

use darkslide_jpeg::{
    Buffers, DecodeError, DecodeOptions, Info, Sampling, Scale, Strip, decode_strips, read_info,
};

use crate::canvas::Canvas;
use crate::chroma;
use crate::colour::Transform16;
use crate::error::ImageError;
use crate::geometry::{Aligned, Size, upright};
use crate::limits::Limits;
use crate::orient::orient;
use crate::recolour;
use crate::resample::{Axes, AxisOf, Scaler};
use crate::transfer;

/// One plane on its way: its scaler and what has come out.
struct Lane {
    scaler: Scaler,
    luma: bool,
    width: usize,
    out: Vec<u8>,
}

impl Lane {
    /// `source` is the plane's size, `window` the part of it that fills `out`.
    fn new(
        source: (usize, usize),
        window: [f64; 4],
        out: Size,
        luma: bool,
        exact: bool,
        scratch: &mut Scratch,
    ) -> Self {
        let (w, h) = (source.0 as u32, source.1 as u32);
        let mut axis =
            |source, window, out, align| scratch.axes.get(AxisOf { source, window, out, align, exact });
        let horizontal = axis(w, (window[0], window[2]), out.width, 16);
        let vertical = axis(h, (window[1], window[3]), out.height, 2);
        let mut plane = scratch.planes.pop().unwrap_or_default();
        plane.clear();
        plane.resize(out.pixels() as usize, if luma { 0 } else { 128 });
        Self { scaler: Scaler::new(horizontal, vertical, w, h), luma, width: out.width as usize, out: plane }
    }

    fn push(&mut self, line: &[u8]) {
        let (out, width) = (&mut self.out, self.width);
        if self.luma {
            self.scaler.push(
                |row| transfer::linear_row(line, row),
                |y, row| transfer::coded_row(row, &mut out[y * width..(y + 1) * width]),
            );
        } else {
            self.scaler.push(
                |row| chroma::wide_row(line, row),
                |y, row| chroma::coded_row(row, &mut out[y * width..(y + 1) * width]),
            );
        }
    }
}

/// Buffers kept from file to file.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    decoder: Buffers,
    planes: Vec<Vec<u8>>,
    axes: Axes,
}

impl Scratch {
    /// Takes back the planes of a canvas that is done with.
    pub(crate) fn recycle(&mut self, canvas: Canvas) {
        if self.planes.len() < 12 {
            self.planes.extend(canvas.planes);
        }
    }
}

/// The frame header if this way is open: baseline, grey or YCbCr.
pub(crate) fn info(bytes: &[u8]) -> Result<Option<Info>, ImageError> {
    match read_info(bytes) {
        Ok(i) if i.components.len() == 1 || (i.components.len() == 3 && !i.is_rgb()) => Ok(Some(i)),
        Ok(_) | Err(DecodeError::Unsupported(_)) => Ok(None),
        Err(e) => Err(error(e)),
    }
}

pub(crate) fn error(e: DecodeError) -> ImageError {
    match e {
        DecodeError::Truncated { rows_done: 0, .. } => {
            ImageError::Truncated { what: "no picture data".into() }
        }
        DecodeError::Truncated { rows_done, rows } => ImageError::Truncated {
            what: format!("after {} % of the picture", 100 * rows_done / rows.max(1)),
        },
        DecodeError::Unsupported(what) => ImageError::unsupported(format!("{what} JPEG")),
        DecodeError::TooLarge { width, height, max_pixels } => {
            ImageError::TooLarge { width, height, limit: format!("the limit of {max_pixels} pixels") }
        }
        DecodeError::Corrupt(what) => ImageError::corrupt(what),
        e => ImageError::corrupt(e),
    }
}

/// A scaled decode is a block by block transform and not a filter: some resizing has to follow for its edges
/// to vanish. Where less than this is left, 1/4 scored up to 1.1 worse (SSIMULACRA2) than libvips.
const SLACK: f64 = 1.2;
/// And for 3/8, which scored 0.8 to 3 above libvips with 1.1 left (24 megapixels); below that it was not
/// tried.
const SLACK_OF_THREE: f64 = 1.09;

/// The smallest decode that leaves enough for a clean last step.
fn scale_for(step: f64) -> Scale {
    match step {
        s if s >= 8.0 * SLACK => Scale::Eighth,
        s if s >= 4.0 * SLACK => Scale::Quarter,
        s if s >= 8.0 / 3.0 * SLACK_OF_THREE => Scale::ThreeEighths,
        s if s >= 2.0 * SLACK => Scale::Half,
        _ => Scale::Full,
    }
}

/// What the planes of the output are to be.
pub(crate) struct Target<'t> {
    /// Upright.
    pub(crate) size: Size,
    pub(crate) sampling: Sampling,
    /// All three lobes of the kernel, whatever they cost: prints.
    pub(crate) exact: bool,
    /// Source colours to the output's, RGB; `None` if they are the same.
    pub(crate) transform: Option<&'t Transform16>,
}

/// Renders the window upright. Colours, if they have to be converted, are converted at output size.
pub(crate) fn render(
    bytes: &[u8],
    info: &Info,
    window: &Aligned,
    target: &Target<'_>,
    limits: &Limits,
    scratch: &mut Scratch,
) -> Result<Canvas, ImageError> {
    let stored = upright(window.orientation, target.size);
    let step = (window.width / f64::from(stored.width)).min(window.height / f64::from(stored.height));
    let scale = scale_for(step);
    // Output planes, and strips of one MCU row.
    limits.check_bytes(target.size.pixels() * 6 + u64::from(info.width) * 32 * 3)?;
    let sampling = if target.transform.is_some() { Sampling::S444 } else { target.sampling };
    let mut lanes = Vec::with_capacity(3);
    let (hmax, vmax) = info.factors();
    for (i, c) in info.components.iter().enumerate() {
        let plane = darkslide_jpeg::plane_size(info, i, scale);
        let fx = f64::from(c.h) / f64::from(hmax) / scale.divisor();
        let fy = f64::from(c.v) / f64::from(vmax) / scale.divisor();
        let (size, part) = lane_window(i, stored, window, sampling);
        let part = [part[0] * fx, part[1] * fy, part[2] * fx, part[3] * fy];
        lanes.push(Lane::new(plane, part, size, i == 0, target.exact, scratch));
    }
    let options = DecodeOptions { scale, max_pixels: limits.max_pixels, lenient: false };
    decode_strips(bytes, &options, &mut scratch.decoder, |strip: &Strip<'_>| {
        for (lane, plane) in lanes.iter_mut().zip(strip.planes) {
            if !lane.scaler.is_done() {
                for line in plane.data.chunks(plane.stride).take(plane.rows) {
                    lane.push(&line[..plane.width]);
                }
            }
        }
        // Strict: damage below the window is damage all the same.
        true
    })
    .map_err(error)?;
    let mut planes = lanes.into_iter().map(|l| l.out);
    let luma = planes.next().unwrap_or_default();
    let (cb, cr) = match (planes.next(), planes.next()) {
        (Some(cb), Some(cr)) => (cb, cr),
        _ => {
            let (w, h) = sampling.chroma_size(stored.width, stored.height);
            (vec![128; (w * h) as usize], vec![128; (w * h) as usize])
        }
    };
    let mut canvas = Canvas { size: stored, sampling, planes: [luma, cb, cr] };
    if let Some(t) = target.transform {
        canvas = recolour::converted(canvas, t, target.sampling, window.orientation)?;
    }
    Ok(turned(canvas, window.orientation))
}

/// Size of a plane of the output (as stored) and the part of the file it shows. Chroma samples cover two
/// pixels; where the size is odd, the half-empty one must come to lie right and below *after* turning.
fn lane_window(component: usize, stored: Size, window: &Aligned, sampling: Sampling) -> (Size, [f64; 4]) {
    let Aligned { x, y, width, height, orientation } = *window;
    if component == 0 || sampling == Sampling::S444 {
        return (stored, [x, y, width, height]);
    }
    let size = Size::new(stored.width.div_ceil(2), stored.height.div_ceil(2));
    let (step_x, step_y) = (width / f64::from(stored.width), height / f64::from(stored.height));
    let (w, h) = (f64::from(2 * size.width) * step_x, f64::from(2 * size.height) * step_y);
    // Whether the file's right (bottom) becomes the output's left or top.
    let flip_x = matches!(orientation, 2 | 3 | 7 | 8);
    let flip_y = matches!(orientation, 3 | 4 | 6 | 7);
    (size, [if flip_x { x + width - w } else { x }, if flip_y { y + height - h } else { y }, w, h])
}

fn turned(canvas: Canvas, orientation: u8) -> Canvas {
    if orientation == 1 {
        return canvas;
    }
    let (size, chroma) = (canvas.size, canvas.chroma_size());
    let [y, cb, cr] = canvas.planes;
    let planes =
        [orient(y, size, orientation), orient(cb, chroma, orientation), orient(cr, chroma, orientation)];
    Canvas { size: upright(orientation, size), sampling: canvas.sampling, planes }
}

/// A smaller rendition from a larger one.
pub(crate) fn smaller(canvas: &Canvas, size: Size, scratch: &mut Scratch) -> Canvas {
    let whole = Aligned {
        orientation: 1,
        x: 0.0,
        y: 0.0,
        width: f64::from(canvas.size.width),
        height: f64::from(canvas.size.height),
    };
    let chroma = canvas.chroma_size();
    let mut planes = [const { Vec::new() }; 3];
    for (i, (out, plane)) in planes.iter_mut().zip(&canvas.planes).enumerate() {
        let (to, part) = lane_window(i, size, &whole, Sampling::S420);
        let (from, part) = if i == 0 { (canvas.size, part) } else { (chroma, part.map(|v| v / 2.0)) };
        let source = (from.width as usize, from.height as usize);
        let mut lane = Lane::new(source, part, to, i == 0, false, scratch);
        for line in plane.chunks_exact(source.0) {
            lane.push(line);
        }
        *out = lane.out;
    }
    Canvas { size, sampling: Sampling::S420, planes }
}
