// Where a print's frame lies on the stage: as large as fits, on whole pixels. Browsers draw boxes on whole
// pixels; a frame between them would show up to half a pixel more or less than is printed, and on a small
// screen that is several pixels of the picture.

/** The stage, in CSS pixels. */
export interface Room {
  width: number;
  height: number;
}

export interface FrameBox {
  /** From the stage's corner. */
  left: number;
  top: number;
  width: number;
  height: number;
}

const common = (a: number, b: number): number => (b === 0 ? a : common(b, a % b));

/** `ratio` is width over height: the aspect's, or the other way up. */
export function frameBox(room: Room, aspect: readonly [number, number], ratio: number, devicePixels: number): FrameBox {
  // A whole CSS pixel is a whole number of the screen's, unless the page is scaled by 125 or 150 %.
  const dots = Number.isInteger(devicePixels) ? 1 : devicePixels;
  const margin = Math.min(40, room.width * 0.07);
  const most = Math.max(1, Math.min(room.width - 2 * margin, (room.height - 2 * margin) * ratio));
  const divisor = common(Math.max(...aspect), Math.min(...aspect));
  const [long, short] = [Math.max(...aspect) / divisor, Math.min(...aspect) / divisor];
  const [across, down] = ratio >= 1 ? [long, short] : [short, long];
  // Both sides on whole pixels and the shape kept; an odd shape keeps its shape alone.
  const unit = Math.floor((most * dots) / across);
  const width = unit >= 8 ? (unit * across) / dots : most;
  const height = unit >= 8 ? (unit * down) / dots : most / ratio;
  const whole = (value: number) => Math.round(value * dots) / dots;
  return { left: whole((room.width - width) / 2), top: whole((room.height - height) / 2), width, height };
}
