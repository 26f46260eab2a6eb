// On a slow line the cover comes first: thumbnails below it wait until it is there, or somebody scrolls.
import { store } from '../store';

const PATIENCE_MS = 3_000;

export const firstScreen = store(false);

export const firstScreenDrawn = (): void => firstScreen.set(true);

export function startFirstScreen(): void {
  addEventListener('scroll', firstScreenDrawn, { once: true, passive: true });
  addEventListener('keydown', firstScreenDrawn, { once: true });
  setTimeout(firstScreenDrawn, PATIENCE_MS);
}

/** When it is there, or nobody waits for it any more. */
export function drawn(): Promise<void> {
  if (firstScreen.get()) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = firstScreen.listen(() => {
      if (!firstScreen.get()) return;
      stop();
      resolve();
    });
  });
}
