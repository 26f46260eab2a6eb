// One filtered listing of a gallery, fetched page by page from the host and kept for coming Back.
import { FIRST_PAGE, readPhotos, type PhotoQuery } from '../api/gallery';
import type { PhotoPage, PhotoView } from '../api/types';
import { store, type Store } from '../store';
import { drawn } from './first_screen';

/** The second page fills the screens below the first; the third is the rest of a gallery of a thousand, so that all of
    it is four requests from the code to its last picture. The host gives up to 1,000 at once. */
const SECOND_PAGE = 60;
const NEXT_PAGE = 940;
const KEPT = 6;

export interface ListingState {
  photos: readonly PhotoView[];
  /** Of the whole listing; null before the first answer. */
  total: number | null;
  complete: boolean;
  error: unknown;
}

export class Listing {
  readonly state: Store<ListingState> = store<ListingState>({ photos: [], total: null, complete: false, error: null });
  private cursor: string | undefined;
  private loading: Promise<void> | null = null;
  private wanted = 0;

  constructor(
    readonly gallery: string,
    readonly query: PhotoQuery,
  ) {}

  /** Sees to it that photo number `index` is here, fetching all pages up to it. */
  need(index: number): void {
    this.wanted = Math.max(this.wanted, index);
    this.loading ??= this.load().finally(() => {
      this.loading = null;
    });
  }

  take(page: PhotoPage): void {
    const now = this.state.get();
    this.cursor = page.next ?? undefined;
    // A photo published while paging may turn up twice.
    const held = new Set(now.photos.map((p) => p.id));
    const photos = [...now.photos, ...page.photos.filter((p) => !held.has(p.id))];
    const complete = this.cursor === undefined;
    this.state.set({ photos, total: complete ? photos.length : page.total, complete, error: null });
  }

  retry(): void {
    this.state.set({ ...this.state.get(), error: null });
    this.need(this.wanted);
  }

  private async load(): Promise<void> {
    for (;;) {
      const now = this.state.get();
      if (now.complete || now.error !== null || (now.total !== null && now.photos.length > this.wanted)) return;
      try {
        // On a slow line the cover comes before what is below the first screen.
        if (now.total !== null && now.photos.length <= FIRST_PAGE) await drawn();
        const page = await readPhotos(this.gallery, {
          ...this.query,
          ...(this.cursor === undefined ? {} : { cursor: this.cursor }),
          limit: now.total === null ? FIRST_PAGE : now.photos.length <= FIRST_PAGE ? SECOND_PAGE : NEXT_PAGE,
        });
        this.take(page);
      } catch (error) {
        this.state.set({ ...this.state.get(), error });
        return;
      }
    }
  }
}

const kept = new Map<string, Listing>();
const keyOf = (gallery: string, query: PhotoQuery) => `${gallery} ${JSON.stringify(query)}`;

export function listing(gallery: string, query: PhotoQuery): Listing {
  const key = keyOf(gallery, query);
  const found = kept.get(key) ?? new Listing(gallery, query);
  kept.delete(key);
  kept.set(key, found);
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT) break;
    kept.delete(oldest);
  }
  found.need(0);
  return found;
}

/** The whole gallery's first page, which came along with another answer. */
export function listingBegins(gallery: string, page: PhotoPage): void {
  const begun = new Listing(gallery, {});
  begun.take(page);
  kept.set(keyOf(gallery, {}), begun);
}

export function forgetListings(gallery: string, which: (query: PhotoQuery) => boolean = () => true): void {
  for (const [key, held] of kept) {
    if (held.gallery === gallery && which(held.query)) kept.delete(key);
  }
}

/** A photo that some listing holds already. */
export function heldPhoto(gallery: string, id: string): PhotoView | undefined {
  for (const held of kept.values()) {
    if (held.gallery !== gallery) continue;
    const photo = held.state.get().photos.find((p) => p.id === id);
    if (photo) return photo;
  }
  return undefined;
}

/** The query of the address bar, and back. */
export function readQuery(search: string): PhotoQuery {
  const params = new URLSearchParams(search);
  const query: PhotoQuery = {};
  for (const name of ['q', 'keyword', 'section', 'subject', 'day', 'list'] as const) {
    const value = params.get(name);
    if (value) query[name] = value;
  }
  if (params.get('favourites') === 'true') query.favourites = true;
  return query;
}

export function writeQuery(query: PhotoQuery): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value) params.set(name, String(value));
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}
