// The window on the grid: only what is near the screen is in the page, whatever the gallery's size. For
// the keyboard it is one stop; arrows, Home and End go from picture to picture.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { t } from '../language';
import { useStore } from '../store';
import type { Listing } from './listing';
import { tapHeart } from './hearts';
import { justify, neighbour, visibleRows } from './rows';
import { Tile } from './tile';

/** Kept free for the toolbar above and the cart below when the keyboard moves on. */
const ABOVE = 150;
const BELOW = 90;
/** Screens kept above and below what is seen, so that scrolling never shows a gap. */
const OVERSCAN = 1;

function measures(width: number): { gap: number; rowHeight: number } {
  if (width < 560) return { gap: 6, rowHeight: Math.max(120, width * 0.42) };
  if (width < 1000) return { gap: 8, rowHeight: 230 };
  return { gap: 12, rowHeight: Math.min(340, width * 0.215) };
}

export function Grid({ gallery, listing, onOpen }: { gallery: string; listing: Listing; onOpen: (i: number) => void }) {
  const state = useStore(listing.state);
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [seen, setSeen] = useState<[number, number]>([0, 0]);
  const [active, setActive] = useState(0);
  /** Where the focus goes as soon as the picture is in the page. */
  const wanted = useRef(-1);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => setWidth(element.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const { gap, rowHeight } = measures(width);
  const layout = useMemo(
    () => justify({ sizes: state.photos, width, gap, rowHeight, complete: state.complete }),
    [state.photos, state.complete, width],
  );

  // What is not loaded yet takes about the room it will need, so that the scroll bar is honest.
  const missing = (state.total ?? 0) - layout.placed;
  const perRow = layout.rows.length > 0 ? layout.placed / layout.rows.length : Math.max(1, width / (rowHeight * 1.4));
  const restRows = missing > 0 ? Math.ceil(missing / perRow) : 0;
  const restHeight = restRows * (rowHeight + gap);

  useLayoutEffect(() => {
    let frame = 0;
    const look = () => {
      frame = 0;
      const element = box.current;
      if (!element) return;
      const top = -element.getBoundingClientRect().top;
      const screen = innerHeight;
      const [first, end] = visibleRows(layout.rows, top - screen * OVERSCAN, top + screen * (1 + OVERSCAN));
      setSeen((old) => (old[0] === first && old[1] === end ? old : [first, end]));
      const beyond = top + screen * 2.5 - layout.height;
      if (beyond > 0 && !state.complete) {
        listing.need(layout.placed + Math.ceil((beyond / (rowHeight + gap)) * perRow));
      }
    };
    const soon = () => {
      frame ||= requestAnimationFrame(look);
    };
    look();
    addEventListener('scroll', soon, { passive: true });
    addEventListener('resize', soon);
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener('scroll', soon);
      removeEventListener('resize', soon);
    };
  }, [layout, listing, state.complete]);

  // A jump far down loads page after page until it is reached.
  useEffect(() => {
    if (state.error === null) dispatchEvent(new Event('resize'));
  }, [state.photos.length]);

  const rows = layout.rows.slice(seen[0], seen[1]);
  const shown = rows.flatMap((row) => row.boxes);
  // The picture that was active may have been scrolled away: then the first that is seen stands in.
  const stop = shown.some((b) => b.index === active) ? active : shown[0]?.index;

  useLayoutEffect(() => {
    if (wanted.current < 0) return;
    const link = box.current?.querySelector<HTMLElement>(`[data-index="${wanted.current}"]`);
    if (!link) return;
    wanted.current = -1;
    link.focus({ preventScroll: true });
  });

  const key = (event: KeyboardEvent) => {
    const link = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('[data-index]') : null;
    if (!link || event.ctrlKey || event.metaKey || event.altKey) return;
    const index = Number(link.dataset['index']);
    const photo = state.photos[index];
    if (event.key === 'f' && photo) return tapHeart(gallery, photo);
    const next = neighbour(layout.rows, index, event.key);
    const row = layout.rows.find((r) => r.boxes.some((b) => b.index === next));
    if (next === null || !row || !box.current) return;
    event.preventDefault();
    wanted.current = next;
    setActive(next);
    const top = box.current.getBoundingClientRect().top + row.y;
    const room = innerHeight - row.height;
    // Under the toolbar above, over the edge below: no further than needed.
    if (top < ABOVE) scrollBy({ top: top - ABOVE, behavior: 'instant' });
    else if (top > room - BELOW) scrollBy({ top: top - Math.max(ABOVE, room - BELOW), behavior: 'instant' });
  };

  return (
    <div
      ref={box}
      role="list"
      onKeyDown={key}
      aria-label={t('gallery.list')}
      class="grid"
      style={{ height: `${layout.height + (layout.height > 0 && restHeight > 0 ? gap : 0) + restHeight}px` }}
    >
      {rows.flatMap((row) =>
        row.boxes.map((b) => {
          const photo = state.photos[b.index];
          return (
            photo && (
              <Tile
                key={photo.id}
                gallery={gallery}
                photo={photo}
                index={b.index}
                total={state.total ?? state.photos.length}
                box={{ x: b.x, y: row.y, width: b.width, height: row.height }}
                stop={b.index === stop}
                onFocus={setActive}
                onOpen={onOpen}
              />
            )
          );
        }),
      )}
      {restHeight > 0 && state.error === null && (
        <div
          class="grid-rest"
          aria-hidden="true"
          style={{
            transform: `translateY(${layout.height + (layout.height > 0 ? gap : 0)}px)`,
            height: `${restHeight}px`,
            backgroundSize: `100% ${rowHeight + gap}px`,
          }}
        />
      )}
    </div>
  );
}
