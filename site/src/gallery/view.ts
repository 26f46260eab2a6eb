// What the host says about a gallery, and noticing that something new was published.
import { useEffect, useState } from 'preact/hooks';
import { readGallery } from '../api/gallery';
import type { GalleryView } from '../api/types';
import { store, useStore, type Store } from '../store';
import { heartsCounted } from './hearts';
import { wear } from './look';

interface Held {
  view: GalleryView | null;
  error: unknown;
}

const galleries = new Map<string, Store<Held>>();

export function galleryStore(gallery: string): Store<Held> {
  let held = galleries.get(gallery);
  if (!held) {
    held = store<Held>({ view: null, error: null });
    galleries.set(gallery, held);
  }
  return held;
}

const asking = new Map<string, Promise<void>>();

/** Asks once, however many want to know at the same time. */
export function refreshGallery(gallery: string): Promise<void> {
  const asked = asking.get(gallery) ?? askAnew(gallery).finally(() => asking.delete(gallery));
  asking.set(gallery, asked);
  return asked;
}

async function askAnew(gallery: string): Promise<void> {
  const held = galleryStore(gallery);
  try {
    const view = await readGallery(gallery);
    heartsCounted(gallery);
    held.set({ view, error: null });
  } catch (error) {
    held.set({ ...held.get(), error });
  }
}

export function useGallery(gallery: string): Held {
  useEffect(() => {
    if (galleryStore(gallery).get().view === null) void refreshGallery(gallery);
  }, [gallery]);
  const held = useStore(galleryStore(gallery));
  useEffect(() => wear(held.view?.look ?? {}), [held.view?.look]);
  return held;
}

/** Asks now and then whether the number of photos changed; more often while there are none. */
export function useNews(gallery: string, photos: number | undefined): boolean {
  const [news, setNews] = useState(false);
  useEffect(() => {
    setNews(false);
    if (photos === undefined) return;
    const look = async () => {
      if (document.visibilityState !== 'visible' || !navigator.onLine) return;
      const now = await readGallery(gallery).catch(() => null);
      if (now && now.photos !== photos) setNews(true);
    };
    const timer = setInterval(() => void look(), photos === 0 ? 4_000 : 15_000);
    return () => clearInterval(timer);
  }, [gallery, photos]);
  return news;
}
