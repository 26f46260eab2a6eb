// The cart: lines that the host keeps.
import { putCart, readCart } from '../api/gallery';
import type { Cart, CartLine } from '../api/types';
import { Keeper } from '../keeper';
import { useStore } from '../store';
import { useEffect } from 'preact/hooks';

type Change = (lines: CartLine[]) => CartLine[];

export interface CartState {
  /** Null until the host has answered. */
  lines: CartLine[] | null;
  saving: boolean;
  error: unknown;
}

export class CartKeeper {
  private readonly keeper: Keeper<Cart>;

  constructor(readonly gallery: string) {
    this.keeper = new Keeper<Cart>(
      () => readCart(gallery),
      (cart) => putCart(gallery, cart.lines, cart.revision),
      'cart_changed',
    );
  }

  get state() {
    const { state } = this.keeper;
    const get = (): CartState => {
      const { value, saving, error } = state.get();
      return { lines: value?.lines ?? null, saving, error };
    };
    return { get };
  }

  get kept() {
    return this.keeper.state;
  }

  load = (): Promise<void> => this.keeper.load();
  retry = (): Promise<void> => this.keeper.retry();
  change = (change: Change): Promise<void> => this.keeper.change((cart) => ({ ...cart, lines: change(cart.lines) }));
}

const keepers = new Map<string, CartKeeper>();

export function cartOf(gallery: string): CartKeeper {
  let keeper = keepers.get(gallery);
  if (!keeper) {
    keeper = new CartKeeper(gallery);
    keepers.set(gallery, keeper);
    addEventListener('online', keeper.retry);
  }
  return keeper;
}

export function forgetCarts(): void {
  keepers.clear();
}

export function useCart(gallery: string): CartState {
  const keeper = cartOf(gallery);
  useEffect(() => void keeper.load(), [keeper]);
  useStore(keeper.kept);
  return keeper.state.get();
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
