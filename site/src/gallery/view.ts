// What the host says about a gallery, and noticing that something new was published.
import { useEffect, useState } from 'preact/hooks';
import { readGallery, readNews } from '../api/gallery';
import type { GalleryView, News } from '../api/types';
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

/** What came along with another answer. */
export function galleryIs(gallery: string, view: GalleryView): void {
  heartsCounted(gallery);
  galleryStore(gallery).set({ view, error: null });
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
    galleryIs(gallery, view);
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

/** A host that answers sooner does not wait for news; it is asked again after a while. */
const WAITED_MS = 5_000;
const AGAIN_MS = 15_000;
const AGAIN_WHILE_EMPTY_MS = 4_000;

/** Whether something was published, changed or withdrawn since `photos` were counted. */
export function useNews(gallery: string, photos: number | undefined): boolean {
  const [news, setNews] = useState(false);
  useEffect(() => {
    setNews(false);
    if (photos === undefined) return;
    const gone = new AbortController();
    void listen(gallery, photos, gone.signal, () => setNews(true));
    return () => gone.abort();
  }, [gallery, photos]);
  return news;
}

/** Asks for as long as somebody looks; a page in the background asks nothing, and at once when it is back. */
async function listen(gallery: string, photos: number, gone: AbortSignal, heard: () => void): Promise<void> {
  let known: string | null = null;
  while (!gone.aborted) {
    await seen(gone);
    const asked = performance.now();
    const news: News | null | undefined = await readNews(gallery, known, gone).catch(() => null);
    if (gone.aborted) return;
    if (news) {
      if (news.photos !== photos || known !== null) return heard();
      known = news.mark;
    }
    const waited = performance.now() - asked > WAITED_MS;
    if (!waited) await pause(photos === 0 ? AGAIN_WHILE_EMPTY_MS : AGAIN_MS, gone);
  }
}

const visible = () => document.visibilityState === 'visible' && navigator.onLine;

function seen(gone: AbortSignal): Promise<void> {
  return visible() ? Promise.resolve() : until(gone, visible);
}

function pause(ms: number, gone: AbortSignal): Promise<void> {
  return until(gone, visible, ms);
}

/** Ends when the page comes back to the front, after `ms`, or when nobody listens any more. */
function until(gone: AbortSignal, when: () => boolean, ms?: number): Promise<void> {
  return new Promise((resolve) => {
    const stop = new AbortController();
    const done = () => {
      clearTimeout(timer);
      stop.abort();
      resolve();
    };
    const look = () => when() && done();
    const timer = ms === undefined ? undefined : setTimeout(done, ms);
    document.addEventListener('visibilitychange', look, { signal: stop.signal });
    addEventListener('online', look, { signal: stop.signal });
    gone.addEventListener('abort', done, { signal: stop.signal });
    if (gone.aborted) done();
  });
}
