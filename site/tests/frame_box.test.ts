// The crop frame lies on whole pixels of the screen, keeps its shape and stays on the stage.
import { expect, test } from 'vitest';
import { frameBox } from '../src/shop/frame_box';

const shapes: [number, number][] = [[6, 4], [5, 7], [8, 10], [8, 8], [11, 14], [2.5 * 2, 3.5 * 2], [17, 22]];
const rooms = [
  { width: 390, height: 371 },
  { width: 780, height: 561 },
  { width: 801, height: 1033 },
];

for (const dots of [1, 1.25, 1.5, 2, 2.625, 3]) {
  test(`at ${dots} screen pixels per CSS pixel`, () => {
    for (const room of rooms) {
      for (const [a, b] of shapes) {
        for (const ratio of [a / b, b / a]) {
          const box = frameBox(room, [a, b], ratio, dots);
          for (const edge of [box.left, box.top, box.width, box.height]) {
            expect(Math.abs(edge * dots - Math.round(edge * dots))).toBeLessThan(1e-6);
          }
          expect(box.width / box.height).toBeCloseTo(ratio, 9);
          expect(box.left).toBeGreaterThan(0);
          expect(box.top).toBeGreaterThan(0);
          expect(box.left + box.width).toBeLessThan(room.width);
          expect(box.top + box.height).toBeLessThan(room.height);
          // Hardly smaller than the room allows.
          expect(Math.max(box.width / room.width, box.height / room.height)).toBeGreaterThan(0.75);
        }
      }
    }
  });
}
