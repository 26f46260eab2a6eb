// Crops as `domain::geometry` defines them, so that the print shows what the browser showed.
//
// The frame is first turned clockwise by `quarter_turns`; the rectangle is normalised to that turned
// frame; its content is then straightened by turning the picture clockwise by `angle` degrees about the
// rectangle's centre. So an output point at (u, v) from the rectangle's centre shows the turned frame's
// point `centre + R(-angle)·(u, v)`. Coordinates are continuous pixels, x right and y down.
import type { Crop } from './api/types';

export interface Size {
  width: number;
  height: number;
}

/** `x' = a·x + c·y + e`, `y' = b·x + d·y + f`: the order CSS's matrix() takes too. */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

export const FULL: Crop = { rect: { x: 0, y: 0, width: 1, height: 1 }, quarter_turns: 0, angle: 0, aspect: null };

export function turned(size: Size, quarterTurns: number): Size {
  return quarterTurns % 2 === 1 ? { width: size.height, height: size.width } : size;
}

/** Size of the crop in pixels of the frame it refers to. */
export function pixelSize(crop: Crop, frame: Size): Size {
  const t = turned(frame, crop.quarter_turns);
  return { width: crop.rect.width * t.width, height: crop.rect.height * t.height };
}

export function apply(m: Affine, x: number, y: number): [number, number] {
  return [m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]];
}

/** The transform that does `first`, and `next` after it. (A module must not export a `then`.) */
export function after(first: Affine, next: Affine): Affine {
  const [a1, b1, c1, d1, e1, f1] = first;
  const [a2, b2, c2, d2, e2, f2] = next;
  return [
    a2 * a1 + c2 * b1,
    b2 * a1 + d2 * b1,
    a2 * c1 + c2 * d1,
    b2 * c1 + d2 * d1,
    a2 * e1 + c2 * f1 + e2,
    b2 * e1 + d2 * f1 + f2,
  ];
}

export function inverse([a, b, c, d, e, f]: Affine): Affine {
  const det = a * d - b * c;
  return [d / det, -b / det, -c / det, a / det, (c * f - d * e) / det, (b * e - a * f) / det];
}

/** Pixels of the crop (its own size in frame pixels, not scaled) → pixels of the frame. */
export function cropToFrame(crop: Crop, frame: Size): Affine {
  const t = turned(frame, crop.quarter_turns);
  const { width: w, height: h } = pixelSize(crop, frame);
  const cx = crop.rect.x * t.width + w / 2;
  const cy = crop.rect.y * t.height + h / 2;
  const radians = (-crop.angle * Math.PI) / 180;
  const [sin, cos] = [Math.sin(radians), Math.cos(radians)];
  const straighten = after(after([1, 0, 0, 1, -w / 2, -h / 2], [cos, sin, -sin, cos, 0, 0]), [1, 0, 0, 1, cx, cy]);
  return after(straighten, unturn(crop.quarter_turns, frame));
}

/** Turned frame → frame: undoes the clockwise turns. */
function unturn(quarterTurns: number, frame: Size): Affine {
  switch (quarterTurns % 4) {
    case 1:
      return [0, -1, 1, 0, 0, frame.height];
    case 2:
      return [-1, 0, 0, -1, frame.width, frame.height];
    case 3:
      return [0, 1, -1, 0, frame.width, 0];
    default:
      return [1, 0, 0, 1, 0, 0];
  }
}

/** The largest centred crop of a shape (whichever way up fits the picture better). */
export function centred(frame: Size, width: number, height: number): Crop {
  const long = Math.max(width, height);
  const short = Math.min(width, height);
  const ratio = frame.width >= frame.height ? long / short : short / long;
  const [w, h] =
    frame.width / frame.height > ratio
      ? [(frame.height * ratio) / frame.width, 1]
      : [1, frame.width / ratio / frame.height];
  return {
    rect: { x: (1 - w) / 2, y: (1 - h) / 2, width: w, height: h },
    quarter_turns: 0,
    angle: 0,
    aspect: [width, height],
  };
}

/** What stays white at least on every side, of the print's short side (`domain::geometry::border`). */
const MARGIN = 1 / 24;

/** Whether a crop leaves white paper round the whole picture. */
export const hasBorder = (crop: Crop): boolean => crop.rect.width > 1.01 || crop.rect.height > 1.01;

/** The whole picture in the middle of a print, whichever way up shows it larger. */
export function bordered(frame: Size, quarterTurns: number, width: number, height: number): Crop {
  const t = turned(frame, quarterTurns);
  const [long, short] = [Math.max(width, height), Math.min(width, height)];
  const [pw, ph] = t.width >= t.height ? [long, short] : [short, long];
  const margin = short * MARGIN;
  const scale = Math.min((pw - 2 * margin) / t.width, (ph - 2 * margin) / t.height);
  const [w, h] = [pw / scale / t.width, ph / scale / t.height];
  return {
    rect: { x: (1 - w) / 2, y: (1 - h) / 2, width: w, height: h },
    quarter_turns: quarterTurns,
    angle: 0,
    aspect: [width, height],
  };
}

/** Pixels per inch that a crop gives on paper, from the original's pixels. */
export function effectivePpi(crop: Crop, frame: Size, widthIn: number, heightIn: number): number {
  const { width: w, height: h } = pixelSize(crop, frame);
  return Math.min(
    Math.max(w, h) / Math.max(widthIn, heightIn),
    Math.min(w, h) / Math.min(widthIn, heightIn),
  );
}

/** Below this a print of that size looks soft at the distance it is looked at. */
export function softBelowPpi(widthIn: number, heightIn: number): number {
  const small = Math.max(widthIn, heightIn) <= 14 && Math.min(widthIn, heightIn) <= 11;
  return small ? 200 : 100;
}

/** A product's shape in whole numbers: 8 × 10 stays [8, 10], 3.5 × 5 becomes [7, 10]. */
export function wholeAspect(widthIn: number, heightIn: number): [number, number] {
  for (let factor = 1; factor <= 1000; factor += 1) {
    const [w, h] = [widthIn * factor, heightIn * factor];
    if (Math.abs(w - Math.round(w)) < 1e-6 && Math.abs(h - Math.round(h)) < 1e-6) return [Math.round(w), Math.round(h)];
  }
  return [Math.round(widthIn * 1000), Math.round(heightIn * 1000)];
}
