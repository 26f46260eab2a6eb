// Which screen an address means. Few and flat: orders, galleries, the studio.
import { store } from '../../src/store';

export type Screen =
  | { screen: 'orders'; order: string | null }
  | { screen: 'galleries'; gallery: string | null }
  | { screen: 'studio' };

export function readScreen(pathname: string): Screen {
  const [first, second] = pathname.split('/').filter(Boolean).map(decode);
  if (first === 'galleries') return { screen: 'galleries', gallery: second ?? null };
  if (first === 'studio') return { screen: 'studio' };
  return { screen: 'orders', order: first === 'orders' ? (second ?? null) : null };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const place = store<Screen>({ screen: 'orders', order: null });

export function startRouter(): void {
  place.set(readScreen(location.pathname));
  addEventListener('popstate', () => place.set(readScreen(location.pathname)));
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null || link.target !== '' || link.hasAttribute('download') || link.origin !== location.origin) return;
    if (link.pathname.startsWith('/api/')) return;
    event.preventDefault();
    go(link.pathname);
  });
}

export function go(path: string): void {
  history.pushState(null, '', path);
  place.set(readScreen(path));
  scrollTo(0, 0);
}
