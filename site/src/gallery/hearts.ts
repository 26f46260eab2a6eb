// Favourites: shown at once, kept on this device until the host has them, sent again when there is a
// connection. A heart is never lost to a bad network.
import { useEffect, useState } from 'preact/hooks';
import { HostProblem } from '../api/call';
import { setFavourite } from '../api/gallery';
import type { PhotoView } from '../api/types';
import { remember, remembered } from '../device';
import { forgetListings } from './listing';

/** What was tapped in this visit, by photo. */
const tapped = new Map<string, boolean>();
const listeners = new Set<() => void>();
const sending = new Set<string>();

export const hearted = (photo: PhotoView): boolean => tapped.get(photo.id) ?? photo.favourite;

export function useHeart(photo: PhotoView): boolean {
  const [shown, setShown] = useState(hearted(photo));
  useEffect(() => {
    const check = () => setShown(hearted(photo));
    check();
    listeners.add(check);
    return () => void listeners.delete(check);
  }, [photo]);
  return shown;
}

/** How many hearts more (or fewer) there are than the host said when it was asked. */
const changes = new Map<string, Map<string, number>>();

export function useHeartChange(gallery: string): number {
  const count = () => [...(changes.get(gallery)?.values() ?? [])].reduce((a, b) => a + b, 0);
  const [shown, setShown] = useState(count());
  useEffect(() => {
    const check = () => setShown(count());
    check();
    listeners.add(check);
    return () => void listeners.delete(check);
  }, [gallery]);
  return shown;
}

/** The gallery was read anew: its count now includes what was tapped. */
export function heartsCounted(gallery: string): void {
  if (Object.keys(remembered().hearts[gallery] ?? {}).length === 0) changes.delete(gallery);
}

export function tapHeart(gallery: string, photo: PhotoView): void {
  const next = !hearted(photo);
  tapped.set(photo.id, next);
  const counted = changes.get(gallery) ?? new Map<string, number>();
  counted.set(photo.id, (counted.get(photo.id) ?? 0) + (next ? 1 : -1));
  changes.set(gallery, counted);
  const unsent = remembered().hearts;
  remember({ hearts: { ...unsent, [gallery]: { ...unsent[gallery], [photo.id]: next } } });
  forgetListings(gallery, (query) => query.favourites === true);
  for (const listener of [...listeners]) listener();
  void send(gallery, photo.id);
}

async function send(gallery: string, photo: string): Promise<void> {
  const key = `${gallery} ${photo}`;
  if (sending.has(key)) return;
  sending.add(key);
  try {
    for (;;) {
      const wanted = remembered().hearts[gallery]?.[photo];
      if (wanted === undefined) return;
      try {
        await setFavourite(gallery, photo, wanted);
      } catch (error) {
        // The host's no is final (the photo may be gone); silence is not.
        if (!(error instanceof HostProblem) || error.status >= 500 || error.status === 429 || error.status === 401) return;
      }
      const unsent = remembered().hearts;
      if (unsent[gallery]?.[photo] !== wanted) continue; // Tapped again meanwhile.
      const { [photo]: _, ...rest } = unsent[gallery] ?? {};
      remember({ hearts: { ...unsent, [gallery]: rest } });
      return;
    }
  } finally {
    sending.delete(key);
  }
}

export function startHearts(): void {
  const sendAll = () => {
    for (const [gallery, photos] of Object.entries(remembered().hearts)) {
      for (const photo of Object.keys(photos)) void send(gallery, photo);
    }
  };
  for (const [, photos] of Object.entries(remembered().hearts)) {
    for (const [photo, wanted] of Object.entries(photos)) tapped.set(photo, wanted);
  }
  addEventListener('online', sendAll);
  setInterval(sendAll, 30_000);
  setTimeout(sendAll, 2_000);
}
