// How a picture lies under a print's fixed frame while a person moves it. Pure arithmetic: the tool draws
// it, `toCrop` says it in the terms of `domain::geometry`.
import type { Crop } from '../api/types';
import { bordered, centred, hasBorder, pixelSize, turned, type Size } from '../geometry';

export interface Pose {
  /** Clockwise quarter turns of the picture. */
  turns: number;
  /** Degrees clockwise. */
  angle: number;
  /** The frame's centre, in pixels of the turned frame. */
  x: number;
  y: number;
  /** The frame's width and its shape (width over height), in pixels of the turned frame. */
  width: number;
  ratio: number;
  /** The whole picture, white round it: nothing to move, zoom or straighten. */
  whole?: boolean;
}

export const MAX_ZOOM = 8;
export const MAX_STRAIGHTEN = 15;
/** Below this there is nothing left to see; the host refuses less than 16. */
const SMALLEST = 48;

export function fromCrop(crop: Crop, frame: Size, aspect: readonly [number, number]): Pose {
  if (hasBorder(crop)) return withBorder(frame, aspect, crop.quarter_turns);
  const { width, height } = pixelSize(crop, frame);
  const full = turned(frame, crop.quarter_turns);
  const [long, short] = [Math.max(...aspect), Math.min(...aspect)];
  const ratio = width >= height ? long / short : short / long;
  // Another format keeps the place and about the extent of what was chosen.
  const same = Math.abs(width / height / ratio - 1) < 0.01;
  return fit(
    {
      turns: crop.quarter_turns,
      angle: crop.angle,
      x: crop.rect.x * full.width + width / 2,
      y: crop.rect.y * full.height + height / 2,
      width: same ? width : Math.sqrt(width * height * ratio),
      ratio,
    },
    frame,
  );
}

export const start = (frame: Size, aspect: readonly [number, number]): Pose =>
  fromCrop(centred(frame, aspect[0], aspect[1]), frame, aspect);

/** The whole picture on the paper. */
export function withBorder(frame: Size, aspect: readonly [number, number], turns = 0): Pose {
  const { width, height } = pixelSize(bordered(frame, turns, aspect[0], aspect[1]), frame);
  const full = turned(frame, turns);
  return { turns, angle: 0, x: full.width / 2, y: full.height / 2, width, ratio: width / height, whole: true };
}

/** The paper filled, the picture turned as it was. */
export function filled(pose: Pose, frame: Size, aspect: readonly [number, number]): Pose {
  let next = start(frame, aspect);
  while (next.turns !== pose.turns) next = turn(next, frame, 1);
  // After an odd turn the format goes the way of the picture.
  const full = turned(frame, next.turns);
  const across = next.ratio === 1 || full.width === full.height || next.ratio > 1 === full.width > full.height;
  return across ? next : flip(next, frame);
}

export function toCrop(pose: Pose, frame: Size, aspect: readonly [number, number]): Crop {
  if (pose.whole) return bordered(frame, pose.turns, aspect[0], aspect[1]);
  const full = turned(frame, pose.turns);
  const [width, height] = [pose.width, pose.width / pose.ratio];
  const within = (value: number) => Math.min(1, Math.max(0, value));
  return {
    rect: {
      x: within((pose.x - width / 2) / full.width),
      y: within((pose.y - height / 2) / full.height),
      width: within(width / full.width),
      height: within(height / full.height),
    },
    quarter_turns: pose.turns,
    angle: pose.angle,
    aspect: [aspect[0], aspect[1]],
  };
}

/** Half the room that the frame, straightened by its angle, takes in the turned frame. */
function reach(pose: Pose, width: number): [number, number] {
  const height = width / pose.ratio;
  const radians = (Math.abs(pose.angle) * Math.PI) / 180;
  const [sin, cos] = [Math.sin(radians), Math.cos(radians)];
  // Never less than the upright rectangle: the crop's own numbers must lie in 0..1 too.
  return [Math.max(width, width * cos + height * sin) / 2, Math.max(height, width * sin + height * cos) / 2];
}

/** The widest frame that the picture fills. */
export function widest(pose: Pose, frame: Size): number {
  const full = turned(frame, pose.turns);
  const [rx, ry] = reach(pose, 1);
  return Math.min(full.width / (2 * rx), full.height / (2 * ry));
}

/** The nearest pose whose frame lies wholly on the picture. */
export function fit(pose: Pose, frame: Size): Pose {
  if (pose.whole) return pose;
  const full = turned(frame, pose.turns);
  const most = widest(pose, frame);
  const least = Math.min(most, Math.max(most / MAX_ZOOM, SMALLEST * Math.max(1, pose.ratio)));
  const width = Math.min(most, Math.max(least, pose.width));
  const [rx, ry] = reach(pose, width);
  const between = (value: number, low: number, high: number) => (low > high ? (low + high) / 2 : Math.min(high, Math.max(low, value)));
  return { ...pose, width, x: between(pose.x, rx, full.width - rx), y: between(pose.y, ry, full.height - ry) };
}

export const zoomOf = (pose: Pose, frame: Size): number => widest(pose, frame) / pose.width;

/** Moves the picture by (u, v), given in widths of the frame as it is seen. */
export function move(pose: Pose, frame: Size, u: number, v: number): Pose {
  if (pose.whole) return pose;
  const radians = (-pose.angle * Math.PI) / 180;
  const [sin, cos] = [Math.sin(radians), Math.cos(radians)];
  const [dx, dy] = [u * pose.width, v * pose.width];
  return fit({ ...pose, x: pose.x - (cos * dx - sin * dy), y: pose.y - (sin * dx + cos * dy) }, frame);
}

/** Zooms so that the picture's point under (u, v), measured from the frame's centre, stays there. */
export function zoom(pose: Pose, frame: Size, factor: number, u = 0, v = 0): Pose {
  if (pose.whole) return pose;
  const width = fit({ ...pose, width: pose.width / factor }, frame).width;
  const shift = (pose.width - width) / width;
  // Seen from the smaller frame the point lies farther out: the picture moves by the difference back.
  return move({ ...pose, width }, frame, -u * shift, -v * shift);
}

export function turn(pose: Pose, frame: Size, by: 1 | -1): Pose {
  // Only the shape counts: the border follows from it.
  if (pose.whole) return withBorder(frame, [pose.ratio, 1], (pose.turns + by + 4) % 4);
  const full = turned(frame, pose.turns);
  const centre = by === 1 ? { x: full.height - pose.y, y: pose.x } : { x: pose.y, y: full.width - pose.x };
  return fit({ ...pose, ...centre, turns: (pose.turns + by + 4) % 4 }, frame);
}

/** The same format the other way up, round the same middle. */
export function flip(pose: Pose, frame: Size): Pose {
  if (pose.whole) return pose;
  const ratio = 1 / pose.ratio;
  const zoomed = zoomOf(pose, frame);
  const next = { ...pose, ratio };
  return fit({ ...next, width: widest(next, frame) / zoomed }, frame);
}

export function straighten(pose: Pose, frame: Size, angle: number): Pose {
  if (pose.whole) return pose;
  const within = Math.min(MAX_STRAIGHTEN, Math.max(-MAX_STRAIGHTEN, angle));
  const zoomed = zoomOf(pose, frame);
  const next = { ...pose, angle: within };
  return fit({ ...next, width: widest(next, frame) / zoomed }, frame);
}
