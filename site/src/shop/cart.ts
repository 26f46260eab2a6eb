// The cart: kept on the host with a revision, changed here first so that it feels immediate. A change is a
// function of the lines, so when another tab or device was faster it is made again on what they left.
import { HostProblem } from '../api/call';
import { putCart, readCart } from '../api/gallery';
import type { Cart, CartLine } from '../api/types';
import { store, useStore, type Store } from '../store';
import { useEffect } from 'preact/hooks';

type Change = (lines: CartLine[]) => CartLine[];

export interface CartState {
  /** Null until the host has answered. */
  lines: CartLine[] | null;
  saving: boolean;
  error: unknown;
}

export class CartKeeper {
  readonly state: Store<CartState> = store<CartState>({ lines: null, saving: false, error: null });
  private known: Cart | null = null;
  private waiting: Change[] = [];
  private running: Promise<void> | null = null;

  constructor(readonly gallery: string) {}

  async load(): Promise<void> {
    if (this.known !== null || this.running !== null) return this.running ?? undefined;
    return this.run();
  }

  /** Resolves when the host has it (or has said no: then `state.error` says why). */
  change(change: Change): Promise<void> {
    this.waiting.push(change);
    this.show();
    return this.run();
  }

  retry(): Promise<void> {
    return this.run();
  }

  private run(): Promise<void> {
    this.running ??= this.work().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async work(): Promise<void> {
    this.state.set({ ...this.state.get(), saving: true, error: null });
    try {
      this.known ??= await readCart(this.gallery);
      while (this.waiting.length > 0) {
        const changes = this.waiting.length;
        const lines = this.applied(this.known.lines);
        try {
          this.known = await putCart(this.gallery, lines, this.known.revision);
        } catch (error) {
          if (!(error instanceof HostProblem) || error.code !== 'cart_changed') throw error;
          this.known = await readCart(this.gallery);
          continue;
        }
        this.waiting.splice(0, changes);
      }
      this.state.set({ lines: this.known.lines, saving: false, error: null });
    } catch (error) {
      // A no of the host would be said again and again: the change is given up, and shown as such.
      if (error instanceof HostProblem && error.status < 500 && error.status !== 429 && error.status !== 401) {
        this.waiting = [];
      }
      this.state.set({ ...this.state.get(), saving: false, error });
      this.show();
    }
  }

  private applied(lines: CartLine[]): CartLine[] {
    return this.waiting.reduce((now, change) => change(now), lines);
  }

  private show(): void {
    if (this.known) this.state.set({ ...this.state.get(), lines: this.applied(this.known.lines) });
  }
}

const keepers = new Map<string, CartKeeper>();

export function cartOf(gallery: string): CartKeeper {
  let keeper = keepers.get(gallery);
  if (!keeper) {
    keeper = new CartKeeper(gallery);
    keepers.set(gallery, keeper);
    addEventListener('online', () => void keepers.get(gallery)?.retry());
  }
  return keeper;
}

export function forgetCarts(): void {
  keepers.clear();
}

export function useCart(gallery: string): CartState {
  const keeper = cartOf(gallery);
  useEffect(() => void keeper.load(), [keeper]);
  return useStore(keeper.state);
}

/** Random enough to be unique within a cart, also where `randomUUID` needs HTTPS. */
export function lineId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

export const addLine = (line: CartLine): Change => (lines) =>
  lines.some((l) => l.id === line.id) ? lines : [...lines, line];
export const replaceLine = (line: CartLine): Change => (lines) => lines.map((l) => (l.id === line.id ? line : l));
export const removeLines = (ids: readonly string[]): Change => (lines) => lines.filter((l) => !ids.includes(l.id));
export const setQuantity = (id: string, quantity: number): Change => (lines) =>
  lines.map((l) => (l.id === id ? { ...l, quantity } : l));
export const pieces = (lines: readonly CartLine[]): number => lines.reduce((sum, l) => sum + l.quantity, 0);
