// Where a print's frame lies on the stage: as large as fits, on whole pixels of the screen. Browsers draw
// boxes on whole pixels; a frame between them would show up to half a pixel more or less than is printed,
// and on a small screen that is several pixels of the picture.

export interface Room {
  /** The stage's corner in the window, and its size, in CSS pixels. */
  x: number;
  y: number;
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

/** `ratio` is width over height: the aspect's, or the other way up. `dots` are screen pixels per CSS pixel. */
export function frameBox(room: Room, aspect: readonly [number, number], ratio: number, dots: number): FrameBox {
  const margin = Math.min(40, room.width * 0.07);
  const most = Math.max(1, Math.min(room.width - 2 * margin, (room.height - 2 * margin) * ratio));
  const divisor = common(Math.max(...aspect), Math.min(...aspect));
  const [long, short] = [Math.max(...aspect) / divisor, Math.min(...aspect) / divisor];
  const [across, down] = ratio >= 1 ? [long, short] : [short, long];
  // Both sides on whole pixels and the shape kept; an odd shape keeps its shape alone.
  const unit = Math.floor((most * dots) / across);
  const width = unit >= 8 ? (unit * across) / dots : most;
  const height = unit >= 8 ? (unit * down) / dots : most / ratio;
  const whole = (value: number, origin: number) => Math.round((origin + value) * dots) / dots - origin;
  return {
    left: whole((room.width - width) / 2, room.x),
    top: whole((room.height - height) / 2, room.y),
    width,
    height,
  };
}
