// Opening galleries and staying in: the cookie lasts an hour at most, so it is renewed while the page is
// looked at, and got again with the remembered code when it ran out.
import { HostProblem, whenSignedOut } from './api/call';
import { endSession, openGallery, openLink, readSession } from './api/gallery';
import type { Opened } from './api/types';
import { listingBegins } from './gallery/listing';
import { galleryIs } from './gallery/view';
import { forgetEverything, remember, rememberCode, remembered } from './device';

const RENEW_EVERY_MS = 15 * 60_000;

let renewedAt = 0;
let reopening: Promise<boolean> | null = null;

let begun: { code: string; answer: Promise<Opened> } | null = null;

/** A code that came with the link is on its way before the page has its words. */
export function beginOpening(code: string): void {
  const answer = openGallery(code, true);
  answer.catch(() => undefined);
  begun = { code, answer };
}

export async function open(code: string): Promise<string> {
  const early = begun?.code === code ? begun.answer : null;
  begun = null;
  const opened = await (early ?? openGallery(code, true));
  const first = opened.galleries[0];
  if (first === undefined) throw new Error('the host opened no gallery');
  keep(opened);
  if (opened.first) {
    galleryIs(first.gallery, opened.first.view);
    listingBegins(first.gallery, opened.first.page);
  }
  rememberCode(code, first.gallery);
  return first.gallery;
}

/** A link from another device makes this one the same visitor. */
export async function openByLink(link: string, code: string | null, merge: boolean): Promise<string> {
  const opened = await openLink(link, code, merge);
  const first = opened.galleries[0];
  if (first === undefined) throw new Error('the host opened no gallery');
  keep(opened);
  if (code !== null) rememberCode(code, first.gallery);
  return first.gallery;
}

function keep(opened: Opened): void {
  renewedAt = Date.now();
  remember({ visitor: opened.visitor });
}

export async function session(): Promise<Opened> {
  const opened = await readSession();
  keep(opened);
  return opened;
}

/** Opens again what this browser had open. False when there is no code that still works. */
async function openAgain(): Promise<boolean> {
  let any = false;
  for (const { code } of remembered().codes) {
    try {
      keep(await openGallery(code));
      any = true;
    } catch (error) {
      // A withdrawn code must not keep the others from working; silence must not lose any.
      if (!(error instanceof HostProblem)) return any;
    }
  }
  return any;
}

export function startSession(): void {
  whenSignedOut(() => {
    reopening ??= openAgain().finally(() => {
      reopening = null;
    });
    return reopening;
  });
  const renew = () => {
    const due = renewedAt > 0 && Date.now() - renewedAt > RENEW_EVERY_MS;
    if (document.visibilityState === 'visible' && due && navigator.onLine) void session().catch(() => undefined);
  };
  setInterval(renew, 60_000);
  document.addEventListener('visibilitychange', renew);
}

export async function forgetDevice(): Promise<void> {
  await endSession().catch(() => undefined);
  forgetEverything();
}
