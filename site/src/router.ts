// Addresses and history: which screen an address means, and coming Back to the place one left.
import { store } from './store';

export type Route =
  | { screen: 'open' }
  | { screen: 'gallery'; gallery: string; photo: string | null }
  | { screen: 'cart'; gallery: string }
  | { screen: 'checkout'; gallery: string }
  | { screen: 'order'; secret: string }
  | { screen: 'find' }
  | { screen: 'missing' };

export function readRoute(pathname: string): Route {
  const parts = pathname.split('/').filter(Boolean).map(decode);
  const [first, second, third, fourth] = parts;
  if (first === undefined || (first === 'open' && parts.length === 1)) return { screen: 'open' };
  if (first === 'find' && parts.length === 1) return { screen: 'find' };
  if (first === 'order' && second !== undefined && parts.length === 2) return { screen: 'order', secret: second };
  if (first !== 'g' || second === undefined) return { screen: 'missing' };
  if (third === undefined) return { screen: 'gallery', gallery: second, photo: null };
  if (third === 'p' && fourth !== undefined && parts.length === 4) {
    return { screen: 'gallery', gallery: second, photo: fourth };
  }
  if (parts.length === 3 && (third === 'cart' || third === 'checkout')) return { screen: third, gallery: second };
  return { screen: 'missing' };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export interface Place {
  route: Route;
  search: string;
  /** Where to scroll to, for a place come Back to. */
  scroll: number | null;
}

const read = (scroll: number | null): Place => ({
  route: readRoute(location.pathname),
  search: location.search,
  scroll,
});

export const place = store<Place>({ route: { screen: 'open' }, search: '', scroll: null });

let depth = 0;

export function startRouter(): void {
  history.scrollRestoration = 'manual';
  depth = Number(history.state?.depth ?? 0);
  place.set(read(history.state?.scroll ?? null));
  addEventListener('popstate', (event) => {
    depth = Number(event.state?.depth ?? 0);
    place.set(read(event.state?.scroll ?? 0));
  });
  let timer = 0;
  addEventListener('scroll', () => {
    clearTimeout(timer);
    timer = window.setTimeout(keepScroll, 120);
  }, { passive: true });
  document.addEventListener('click', followLink);
}

function keepScroll(): void {
  history.replaceState({ ...history.state, depth, scroll: scrollY }, '');
}

export function go(path: string): void {
  keepScroll();
  depth += 1;
  history.pushState({ depth, scroll: 0 }, '', path);
  place.set(read(0));
}

/** Changes the address in place; the screen stays where it is scrolled. */
export function replace(path: string): void {
  history.replaceState({ ...history.state, depth }, '', path);
  place.set(read(null));
}

/** Back if this site was there before, else to `path`. */
export function back(path: string): void {
  if (depth > 0) history.back();
  else replace(path);
}

function followLink(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) {
    return;
  }
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (link === null || link.target !== '' || link.hasAttribute('download') || link.origin !== location.origin) return;
  if (link.hash !== '' && link.pathname === location.pathname) return;
  event.preventDefault();
  go(link.pathname + link.search + link.hash);
}
