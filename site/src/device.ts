// What this browser remembers: the codes it used, who it was, its orders, and what is not sent yet.
// Storage may be refused (private windows) or cleared; the site works without it.

export interface RememberedCode {
  code: string;
  gallery: string;
}
export interface RememberedOrder {
  secret: string;
  number: string;
  gallery: string;
  at: number;
}
interface Remembered {
  visitor: string | null;
  codes: RememberedCode[];
  orders: RememberedOrder[];
  /** Hearts by gallery and photo that the host has not confirmed. */
  hearts: Record<string, Record<string, boolean>>;
  /** The person of the last order, so that the next one is quicker. */
  person: unknown;
  /** Who sent the last list to a studio. */
  sender: { customer: string; email: string } | null;
}

const KEY = 'darkslide';
const NOTHING: Remembered = { visitor: null, codes: [], orders: [], hearts: {}, person: null, sender: null };
let fallback: Remembered = NOTHING;

export function remembered(): Remembered {
  try {
    const text = localStorage.getItem(KEY);
    return text === null ? fallback : { ...NOTHING, ...(JSON.parse(text) as Partial<Remembered>) };
  } catch {
    return fallback;
  }
}

export function remember(change: Partial<Remembered>): void {
  fallback = { ...remembered(), ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(fallback));
  } catch {
    // Full or refused: this visit goes on from memory.
  }
}

export function rememberCode(code: string, gallery: string): void {
  const others = remembered().codes.filter((c) => c.code !== code);
  remember({ codes: [...others, { code, gallery }].slice(-20) });
}

export function rememberOrder(order: RememberedOrder): void {
  const others = remembered().orders.filter((o) => o.secret !== order.secret);
  remember({ orders: [order, ...others].slice(0, 30) });
}

export function forgetEverything(): void {
  fallback = NOTHING;
  try {
    localStorage.removeItem(KEY);
    sessionStorage.clear();
  } catch {
    // Nothing was kept.
  }
}
