//! Output sharpening: an unsharp mask on luma, so that colours and their noise stay as they are.

use crate::canvas::Canvas;
use crate::request::Sharpen;

/// What the picture is for decides how wide an edge is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Medium {
    Screen,
    Paper,
}

/// Differences below this many steps are noise and stay.
const THRESHOLD: i32 = 2;

pub(crate) fn sharpen(canvas: &mut Canvas, how: Sharpen, medium: Medium) {
    // Amount in 1/64.
    let amount = match how {
        Sharpen::None => return,
        Sharpen::Low => 16,
        Sharpen::Standard => 32,
        Sharpen::High => 56,
    };
    let kernel: &[i32] = match medium {
        Medium::Screen => &[1, 2, 1],
        Medium::Paper => &[1, 4, 6, 4, 1],
    };
    let (w, h) = (canvas.size.width as usize, canvas.size.height as usize);
    let plane = &mut canvas.planes[0];
    let reach = kernel.len() / 2;
    let total: i32 = kernel.iter().sum::<i32>().pow(2);
    let original = plane.clone();
    let mut column = vec![0i32; w + 2 * reach];
    for y in 0..h {
        for (x, c) in column[reach..reach + w].iter_mut().enumerate() {
            *c = 0;
            for (k, weight) in kernel.iter().enumerate() {
                let row = (y + k).saturating_sub(reach).min(h - 1);
                *c += weight * i32::from(original[row * w + x]);
            }
        }
        let (first, last) = (column[reach], column[reach + w - 1]);
        column[..reach].fill(first);
        column[reach + w..].fill(last);
        for (x, p) in plane[y * w..(y + 1) * w].iter_mut().enumerate() {
            let blurred: i32 = kernel.iter().enumerate().map(|(k, weight)| weight * column[x + k]).sum();
            let v = i32::from(*p);
            let difference = v - (blurred + total / 2) / total;
            if difference.abs() > THRESHOLD {
                *p = (v + (difference - difference.signum() * THRESHOLD) * amount / 64).clamp(0, 255) as u8;
            }
        }
    }
}
