// The studio's colour on the page. The host has seen to it that it is seen and read by day and by night.
import type { Look } from '../api/types';

const NAMES = ['fill', 'on'] as const;

export function wear({ accent }: Look): void {
  const { style } = document.documentElement;
  for (const when of ['light', 'dark'] as const) {
    for (const name of NAMES) {
      const value = accent?.[when][name];
      // Only a colour ever gets into the style.
      if (value && /^#[0-9a-f]{6}$/.test(value)) style.setProperty(`--${name}-${when}`, value);
      else style.removeProperty(`--${name}-${when}`);
    }
  }
}
